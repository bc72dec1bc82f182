"""What a daily mail was to say that did not reach its reader: kept with it before its notices go with another."""

import datetime
from collections import defaultdict

from django.db import connection
from django.db.models import Count

from notifications.models import Mail, MailKind, Notice
from notifications.reasons import WAS_TO_SAY
from workflow.services import notice_rows

SLICE = 500

_TOPICS = """
    INSERT INTO notifications_mailtopic (mail_id, topic)
    SELECT DISTINCT notice.mail_id, notice.topic FROM notifications_notice notice
    WHERE notice.mail_id IN ({marks}) AND notice.dropped_at IS NULL AND notice.topic <> ''
    ON CONFLICT DO NOTHING
"""


def keep(*, now: datetime.datetime) -> None:
    """Note with each daily mail that did not arrive why it was written and about which runs; once for each mail.

    Three statements for 500 mails, however many notices they bundle.
    """
    lost = Mail.objects.filter(notice_rows.undelivered(now), kind=MailKind.REMINDER)
    unnoted = Notice.objects.filter(mail__in=lost.exclude(speaks_of__has_key=WAS_TO_SAY), dropped_at__isnull=True)
    grouped = unnoted.order_by().values_list("mail", "kind", "step").annotate(Count("pk"))
    reasons: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for mail, kind, step, number in grouped:
        if mail is not None:
            reasons[mail].append((kind, step, number))
    ids = sorted(reasons)
    for start in range(0, len(ids), SLICE):
        some = ids[start : start + SLICE]
        mails = list(Mail.objects.filter(pk__in=some).only("speaks_of"))
        for one in mails:
            one.speaks_of = {**one.speaks_of, WAS_TO_SAY: sorted(reasons[one.pk])}
        Mail.objects.bulk_update(mails, ["speaks_of"])
        with connection.cursor() as cursor:
            cursor.execute(_TOPICS.format(marks=", ".join(["%s"] * len(some))), some)
