"""What the mails of this room are about, in words: runs, tasks, queues, cycles."""

from collections import defaultdict
from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.subjects import Subject
from workflow import desk_links
from workflow.models import DepartmentLetter, ReportingCycle, StatusUpdate, WorkItem

MOST = 500


def subjects(names: Collection[str]) -> dict[str, Subject]:
    """Return run, task, queue, cycle or letter by names like ``update:12``, ``item:12``, ``queue:3``, ``cycle:3``.

    Four queries at most, however many names there are.
    """
    wanted = _by_kind(names)
    found: dict[str, Subject] = {}
    if wanted["update"]:
        runs = StatusUpdate.objects.filter(pk__in=wanted["update"]).select_related("recommendation", "cycle")
        found |= {f"update:{run.pk}": Subject(str(run), desk_links.run(run.pk)) for run in runs}
    if wanted["item"]:
        items = WorkItem.objects.filter(pk__in=wanted["item"]).select_related("office")
        found |= {f"item:{item.pk}": Subject(_task(item), desk_links.run(item.update_id)) for item in items}
    if cycles := wanted["queue"] | wanted["cycle"]:
        for cycle in ReportingCycle.objects.filter(pk__in=cycles):
            queue = _("Review, %(period)s") % {"period": cycle.period_label}
            found[f"queue:{cycle.pk}"] = Subject(queue, reverse("workflow:review-queue"))
            found[f"cycle:{cycle.pk}"] = Subject(str(cycle), reverse("workflow:cycle-detail", args=[cycle.pk]))
    if wanted["letter"]:
        letters = DepartmentLetter.objects.filter(pk__in=wanted["letter"]).select_related("department", "office")
        for letter in letters:
            said = _("Letter: %(name)s") % {"name": letter.department or letter.office}
            found[f"letter:{letter.pk}"] = Subject(said, reverse("workflow:letter-detail", args=[letter.pk]))
    return found


def topics(search: str) -> set[str]:
    """Return the runs of the recommendations whose number begins with ``search``, as topics; at most 500."""
    found = StatusUpdate.objects.filter(recommendation__number__istartswith=search).order_by("-pk")
    return {f"update:{pk}" for pk in found.values_list("pk", flat=True)[:MOST]}


def _task(item: WorkItem) -> str:
    return f"{item.get_step_display()}, {item.office.label}" if item.office else item.get_step_display()


def _by_kind(names: Collection[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for name in names:
        kind, _colon, number = name.partition(":")
        if number.isdecimal():
            found[kind].add(int(number))
    return found
