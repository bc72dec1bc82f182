"""Open a reporting cycle: ``manage.py open_cycle --edition E --from D --until D --due D``."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concept.models import ConceptEdition
from offices.errors import DomainError
from offices.models import Office
from workflow import opening
from workflow.management import arguments
from workflow.models import CycleState, ReportingCycle, ReviewPolicy
from workflow.opening import Preparation
from workflow.services import cycles
from workflow.services.cycle_policies import CyclePolicy
from workflow.services.cycles import CycleDates
from workflow.wording import policy_lines

OPTIONAL_DATES = {
    "opens": "opens_on",
    "contributions_due": "contributions_due_on",
    "sign_off_due": "sign_off_due_on",
    "review_due": "review_due_on",
    "publish_on": "publish_on",
}


class Command(BaseCommand):
    """Create the cycle if it is new, and ask the lead office of every recommendation that is not asked yet.

    Safe to repeat: the same edition and period is completed, never doubled. Exit codes: 0 fine, 1 nothing can be
    asked or the cycle is closed, 2 unusable call.
    """

    help = "Opens a reporting cycle and asks every lead office; a second call completes what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        arguments.add_cycle(parser)
        parser.add_argument("--due", required=True, help="entries are due on this day")
        for name in OPTIONAL_DATES:
            parser.add_argument(f"--{name.replace('_', '-')}", help="derived if left out")
        parser.add_argument("--rework-days", type=int, default=14, help="days for rework after a return")
        parser.add_argument("--co-sign", action="store_true", help="contributing offices co-sign reports")
        parser.add_argument("--co-sign-days", type=int, help="days for co-signing, 7 if left out")
        parser.add_argument("--silence-is-consent", action="store_true", help="whoever has said nothing has agreed")
        parser.add_argument("--sign-off", action="store_true", help="the head of the lead office signs")
        parser.add_argument("--quorum", type=int, help="votes after which the chair decides; without: one decides")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        today = timezone.localdate(now)
        edition = arguments.edition(options)
        dates, policy = self._dates(options), self._policy(options)
        with transaction.atomic():
            cycle, created = self._cycle(edition, dates, policy, now, today)
            found = opening.prepare(cycle, today)
            if not found.ready and not cycle.updates.exists():
                self._name_what_is_missing(found)
                raise CommandError(_("No recommendation of this edition has a lead office yet."), returncode=1)
            transaction.set_rollback(options["dry_run"])
        self._show(cycle, created=created)
        if cycle.state == CycleState.PLANNED and cycle.opens_on > today:
            self.stdout.write(_("The cycle opens now, not only on %(day)s.") % {"day": f"{cycle.opens_on:%d.%m.%Y}"})
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was changed."))
            self._say_asked(found.ready, dry_run=True)
        else:
            self._say_asked(opening.open_cycle(cycle.pk, by=None, now=now, today=today), dry_run=False)
        self._name_what_is_missing(found)

    def _dates(self, options: dict[str, Any]) -> CycleDates:
        period_from, period_until = arguments.period(options)
        given = {name: arguments.day(options[key], key) for key, name in OPTIONAL_DATES.items() if options[key]}
        return CycleDates(
            period_from=period_from,
            period_until=period_until,
            due_on=arguments.day(options["due"], "due"),
            rework_days=options["rework_days"],
            **given,
        )

    def _policy(self, options: dict[str, Any]) -> CyclePolicy:
        quorum = options["quorum"]
        days = options["co_sign_days"]
        return CyclePolicy(
            sign_off=options["sign_off"],
            co_sign=options["co_sign"],
            co_sign_days=CyclePolicy().co_sign_days if days is None else days,
            silence_is_consent=options["silence_is_consent"],
            review_policy=ReviewPolicy.SINGLE if quorum is None else ReviewPolicy.QUORUM,
            quorum=1 if quorum is None else quorum,
        )

    def _cycle(
        self,
        edition: ConceptEdition,
        dates: CycleDates,
        policy: CyclePolicy,
        now: datetime.datetime,
        today: datetime.date,
    ) -> tuple[ReportingCycle, bool]:
        cycle = edition.cycles.filter(period_from=dates.period_from, period_until=dates.period_until).first()
        if cycle is None:
            try:
                return cycles.create_cycle(edition, dates, by=None, now=now, today=today, policy=policy), True
            except DomainError as error:
                raise CommandError(str(error), returncode=2) from error
        if cycle.state == CycleState.CLOSED:
            raise CommandError(_("The cycle is closed and cannot be opened again."), returncode=1)
        return cycle, False

    def _show(self, cycle: ReportingCycle, *, created: bool) -> None:
        line = _("New cycle: %(cycle)s") if created else _("This cycle exists already, its dates stay: %(cycle)s")
        self.stdout.write(line % {"cycle": cycle})
        for name in ("opens_on", "contributions_due_on", "due_on", "sign_off_due_on", "review_due_on", "publish_on"):
            label = str(cycle._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001
            value = getattr(cycle, name)
            self.stdout.write(f"  {label}: {value:%d.%m.%Y}" if value else f"  {label}: {_('as soon as approved')}")
        for label, words in policy_lines(CyclePolicy.of(cycle)):
            self.stdout.write(f"  {label}: {words}")

    def _say_asked(self, number: int, *, dry_run: bool) -> None:
        if not number:
            self.stdout.write(_("Nothing to do: everything that has a lead office is asked already."))
            return
        would = ngettext(
            "%(number)s recommendation would be asked.", "%(number)s recommendations would be asked.", number
        )
        did = ngettext("%(number)s recommendation asked.", "%(number)s recommendations asked.", number)
        self.stdout.write((would if dry_run else did) % {"number": number})

    def _name_what_is_missing(self, found: Preparation) -> None:
        self._list(_("Without a lead office, so not asked:"), [str(one) for one in found.without_lead])
        self._list(_("Without an active clerk, asked through the mailbox:"), _labels(found.without_clerk))
        self._list(_("Without an active clerk, so the head of office is asked:"), _labels(found.only_head))
        self._list(_("Without access and without a mailbox, so nobody hears of it:"), _labels(found.unreachable))

    def _list(self, heading: str, lines: list[str]) -> None:
        if lines:
            self.stdout.write(heading)
        for line in lines:
            self.stdout.write(f"  {line}")


def _labels(offices: list[Office]) -> list[str]:
    return [f"{office.label} ({office.mailbox})" if office.mailbox else office.label for office in offices]
