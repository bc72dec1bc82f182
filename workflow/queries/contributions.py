"""What contributing offices supply, as the person who looks may read it."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from offices.access import Desk
from workflow import access, raw
from workflow.content import TEXT_FIELDS, ContributionContent, MeasureContent
from workflow.models import Contribution, Draft, EntryKind, Participation, ParticipationState, StatusUpdate
from workflow.queries import entries


@dataclass(frozen=True, slots=True)
class Contributed:
    """A contributing office with what it has handed in.

    ``content`` is ``None`` unless it delivered a text. ``is_own`` says that the person acts for the office;
    ``unsent`` is then what they have written and can no longer hand in.
    """

    participation: Participation
    content: ContributionContent | None = None
    is_own: bool = False
    unsent: ContributionContent | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the office can still write."""
        return self.participation.is_open and self.participation.update.is_open

    @property
    def contribution(self) -> Contribution | None:
        return self.participation.contribution


def own_participation(desk: Desk, pk: int) -> Participation | None:
    """Return the participation with its run if the person acts for its office, else ``None``."""
    return _with_run(Participation.objects.filter(office__in=desk.acting_for)).filter(pk=pk).first()


def steered_participation(desk: Desk, pk: int) -> Participation | None:
    """Return the participation with its run if the person may remind it or go on without it, else ``None``."""
    theirs = Participation.objects.all()
    if not desk.is_coordinator:
        theirs = theirs.filter(update__lead_office__in=desk.acting_for)
    return _with_run(theirs).filter(pk=pk).first()


def _with_run(participations: "QuerySet[Participation]") -> "QuerySet[Participation]":
    run = ("cycle", "submitted", "lead_office", "recommendation__goal__field", "recommendation__edition")
    return participations.select_related("office", "contribution", *(f"update__{name}" for name in run))


def readable(desk: Desk, update: StatusUpdate) -> list[Contributed]:
    """Return the contributions to the run that the person may read, by office; a constant number of queries.

    Those who see internals read all of them, a contributing office its own; everybody else none.
    """
    rows = (
        Participation.objects.filter(update=update)
        .select_related("update", "contribution__written_by", "contribution__on_behalf_of", "skipped_by")
        .prefetch_related("contribution__measures")
        .order_by("office_label")
    )
    if not access.may_read_internals(desk, update):
        rows = rows.filter(office__in=desk.acting_for)
    drafts = {
        draft.participation_id: draft
        for draft in Draft.objects.filter(update=update, participation__isnull=False, person=desk.person)
    }
    return [_contributed(desk, one, drafts.get(one.pk)) for one in rows]


def _contributed(desk: Desk, one: Participation, draft: Draft | None) -> Contributed:
    delivered = one.contribution if one.contribution and one.contribution.kind == EntryKind.REPORT else None
    content = content_of(delivered) if delivered else None
    unsent = None
    if draft is not None and not (one.is_open and one.update.is_open):
        typed = lenient(draft.content)
        unsent = typed if typed not in (content, ContributionContent()) else None
    return Contributed(one, content, one.office_id in desk.acting_for, unsent)


def content_of(contribution: Contribution) -> ContributionContent:
    """Return what the contribution says."""
    return ContributionContent(
        **{name: getattr(contribution, name) for name in TEXT_FIELDS},
        measures=entries.measures_of(contribution.measures.all()),
    )


def lenient(typed: "dict[str, object]") -> ContributionContent:
    """Return what was typed as a contribution to be shown, valid or not."""
    full = raw.complete(typed)
    return ContributionContent(
        **{name: full[name].strip() for name in TEXT_FIELDS},
        measures=tuple(MeasureContent(**row) for row in full["measures"]),
    )


def missing(update: StatusUpdate) -> list[Participation]:
    """Return the offices that are still asked to contribute."""
    return list(update.participations.filter(state=ParticipationState.ASKED).order_by("office_label"))


def earlier(participation: Participation) -> Contribution | None:
    """Return what the same office contributed last to the same recommendation, in an earlier period."""
    update = participation.update
    return (
        Contribution.objects.filter(
            Q(pk=F("participation__contribution")),
            participation__office=participation.office_id,
            participation__update__recommendation=update.recommendation_id,
            participation__update__cycle__period_until__lt=update.cycle.period_from,
            kind=EntryKind.REPORT,
        )
        .select_related("participation__update__cycle")
        .prefetch_related("measures")
        .order_by("-participation__update__cycle__period_until", "-pk")
        .first()
    )


def source_of(update: StatusUpdate, contribution_id: int) -> raw.Raw | None:
    """Return a contribution to the run as raw content, from which passages are taken over."""
    contribution = (
        Contribution.objects.filter(participation__update=update, kind=EntryKind.REPORT, pk=contribution_id)
        .prefetch_related("measures")
        .first()
    )
    return raw.of_contribution(content_of(contribution)) if contribution else None
