"""Where each kind of work is done: the page that a desk, a mail or the board leads to."""

from django.urls import reverse

from workflow.models import WorkItem, WorkStep


def address_of(item: WorkItem) -> str:
    """Return the address of the page on which ``item`` is done."""
    if item.step == WorkStep.CONTRIBUTE:
        return reverse("workflow:contribution-edit", args=[item.participation_id])
    if item.step == WorkStep.REVIEW:
        return reverse("workflow:review-detail", args=[item.update_id])
    if item.step in (WorkStep.CO_SIGN, WorkStep.SIGN):
        return reverse("workflow:update-sign", args=[item.update_id])
    if item.step in (WorkStep.TAKE_OVER, WorkStep.DECIDE_EXTENSION):
        return reverse("workflow:update-detail", args=[item.update_id]) + "#entscheiden"
    return reverse("workflow:update-edit", args=[item.update_id])
