"""Playing what became of one recommendation in one cycle, through the doors that people use."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from config.demo.contributions import Supplied
from offices.models import Person
from workflow import raw, runs
from workflow.content import CommentContent, ContributionContent, EntryContent, MeasureContent
from workflow.models import (
    CoSignature,
    CoSignatureState,
    EntryKind,
    Participation,
    ParticipationState,
    StatusUpdate,
    UpdateState,
)
from workflow.services import drafts

FRIDAY = 4
WORKING_MINUTES = 540
A_MOMENT = datetime.timedelta(minutes=15)
BETWEEN_STEPS = datetime.timedelta(minutes=17)
REPLY_BY = datetime.timedelta(days=14)

Step = Callable[[datetime.datetime], object]
Phase = list[Step]
"""Steps of one day."""


@dataclass
class Cast:
    """Who acts: a clerk and a head for each office (by id) that has them, the Arbeitsgruppe with their offices."""

    coordinator: Person
    chair: Person
    clerks: dict[int, Person] = field(default_factory=dict)
    heads: dict[int, Person] = field(default_factory=dict)
    reviewers: list[tuple[Person, int | None]] = field(default_factory=list)
    offices: dict[str, int] = field(default_factory=dict)
    """By their names in the texts, the ids of the offices."""

    def reviewer_for(self, office_id: int, turn: int) -> Person:
        """Return somebody of the Arbeitsgruppe who comes from another office."""
        others = [person for person, office in self.reviewers if office != office_id]
        return others[turn % len(others)]


@dataclass(frozen=True)
class Story:
    """One run and the ``entry`` that tells what the offices and the Arbeitsgruppe did with it.

    ``entry["state"]`` is an ``UpdateState`` (default: approved); ``entry["first"]`` is an earlier version that was
    returned with ``entry["comments"]``. In a running cycle ``entry["days"]`` says how many days ago the last step was
    done; in history the steps lie around the due date, spread by ``turn``. While it is being signed, the offices in
    ``entry["waits"]`` have not co-signed; without any, the head has not signed. ``supplied`` tells what a contributing
    office supplies. The rest is asked for beside the text: ``extension``, ``offer``, ``cancelled``.
    """

    update: StatusUpdate
    entry: dict[str, Any]
    cast: Cast
    turn: int
    supplied: Supplied

    def play(self, now: datetime.datetime) -> None:
        """Do every step at its time, none of them after ``now``."""
        for at, step in self.steps(now):
            step(at)

    def steps(self, now: datetime.datetime) -> list[tuple[datetime.datetime, Step]]:
        """Return every step with its time, none of them after ``now``, in order."""
        phases = self._phases()
        last = self._last_day(now)
        gap = datetime.timedelta(days=3 + self.turn % 2 if self._is_running else 5 + self.turn % 4)
        found = []
        for number, phase in enumerate(phases, start=1):
            begin = _working_time(last - (len(phases) - number) * gap, self.turn + number)
            found += [(min(begin + place * BETWEEN_STEPS, now - A_MOMENT), step) for place, step in enumerate(phase)]
        return found

    @property
    def is_for_the_sitting(self) -> bool:
        """Whether the entry is approved in the sitting, and not by one member before it."""
        return bool(self.entry.get("sitting"))

    @property
    def _is_running(self) -> bool:
        return "state" in self.entry

    def _last_day(self, now: datetime.datetime) -> datetime.date:
        if self._is_running:
            return timezone.localdate(now) - datetime.timedelta(days=self.entry.get("days", 2 + self.turn % 7))
        return self.update.cycle.due_on + datetime.timedelta(days=4 + self.turn * 11 % 50)

    def _phases(self) -> list[Phase]:
        state = self.entry.get("state", UpdateState.APPROVED)
        contributed: Phase = self._contributions()
        if state in (UpdateState.REQUESTED, UpdateState.CANCELLED):
            return [contributed, self._beside_the_text()]
        if state == UpdateState.DRAFTING:
            return [contributed, [self._save_draft]]
        phases = [contributed]
        if "first" in self.entry:
            phases += [[lambda now: self._hand_in(self.entry["first"], now)], self._signatures(), [self._return]]
        phases += [[lambda now: self._hand_in(self.entry, now)], self._signatures(self.entry.get("waits", []))]
        if state in (UpdateState.SIGNING, UpdateState.IN_REVIEW) or self.is_for_the_sitting:
            return phases
        return [*phases, [self._return if state == UpdateState.RETURNED else self._approve]]

    @property
    def _clerk(self) -> Person:
        return self.cast.clerks[self.update.lead_office_id]

    @property
    def _reviewer(self) -> Person:
        return self.cast.reviewer_for(self.update.lead_office_id, self.turn)

    # --- Contributions ------------------------------------------------------------------------------------------

    def _contributions(self) -> Phase:
        names = {pk: name for name, pk in self.cast.offices.items()}
        steps: Phase = []
        for place, one in enumerate(Participation.objects.filter(update=self.update).order_by("pk")):
            if one.office_id in self.cast.clerks:
                steps += self._contribution(one, names[one.office_id], place)
        return steps

    def _contribution(self, one: Participation, office: str, place: int) -> Phase:
        by = self.cast.clerks[one.office_id]
        is_written = self.entry.get("state") not in (UpdateState.REQUESTED, UpdateState.DRAFTING, UpdateState.CANCELLED)
        said = self.supplied.by(
            self.update.recommendation.number,
            office,
            turn=self.turn + place,
            is_running=self._is_running,
            is_written=is_written,
        )
        if said.nil:
            return [lambda now: runs.contribute_nothing(one.pk, by=by, reason=said.nil, now=now)]
        if said.text:
            content = ContributionContent(done=said.text)
            return [lambda now: runs.contribute(one.pk, by=by, content=content, now=now)]
        return []

    def _late(self) -> list[int]:
        late = Participation.objects.filter(update=self.update, state=ParticipationState.ASKED)
        return list(late.values_list("pk", flat=True))

    # --- The text -----------------------------------------------------------------------------------------------

    def _save_draft(self, now: datetime.datetime) -> None:
        typed = raw.of(entry_content(self.entry))
        drafts.save_draft(self.update.pk, by=self._clerk, content=typed, version=0, now=now)

    def _hand_in(self, entry: dict[str, Any], now: datetime.datetime) -> None:
        kind, pk, without = entry.get("kind", EntryKind.REPORT), self.update.pk, self._late()
        if kind == EntryKind.UNCHANGED:
            runs.confirm_unchanged(pk, by=self._clerk, now=now, without=without)
        elif kind == EntryKind.NIL_RETURN:
            runs.file_nil_return(pk, by=self._clerk, reason=entry["reason"], now=now, without=without)
        else:
            runs.hand_in(pk, by=self._clerk, content=entry_content(entry), now=now, without=without)

    def correct(self, note: str, done: str, begin: datetime.datetime) -> None:
        """Let the published entry be corrected after ``begin``, with a public note, and approve it again."""
        due_on = timezone.localdate(begin) + REPLY_BY
        runs.start_correction(self.update.pk, by=self._clerk, note=note, due_on=due_on, now=begin)
        self._hand_in(self.entry | {"done": done}, begin + BETWEEN_STEPS)
        self._approve(begin + datetime.timedelta(days=2))

    # --- Signatures and decisions -------------------------------------------------------------------------------

    def _signatures(self, waits: list[str] | None = None) -> Phase:
        """Return the one step in which all sign whom the cycle asks, except those in ``waits``."""
        cycle = self.update.cycle
        if not (cycle.sign_off or cycle.co_sign):
            return []
        late = {self.cast.offices[name] for name in waits or []}
        return [lambda now: self._sign(late, now)]

    def _sign(self, late: set[int], now: datetime.datetime) -> None:
        pk, lead = self.update.pk, self.update.lead_office_id
        asked = CoSignature.objects.filter(revision__update=pk, state=CoSignatureState.ASKED).order_by("pk")
        for office in asked.values_list("office_id", flat=True):
            if office in late:
                continue
            if office in self.cast.clerks:
                runs.co_sign(pk, office, by=self.cast.clerks[office], now=now)
            else:
                reason = "Dort hat gerade niemand Zugang. Telefonisch haben wir ein Ja bekommen."
                runs.go_on_without_co_signature(pk, office, by=self._clerk, reason=reason, now=now)
        if late or self.entry.get("state") == UpdateState.SIGNING:
            return
        if self.update.cycle.sign_off:
            runs.sign(pk, by=self.cast.heads[lead], now=now)

    def _return(self, now: datetime.datetime) -> None:
        runs.return_for_revision(
            self.update.pk,
            revision_number=self.newest(),
            by=self._reviewer,
            comments=[self._comment(comment) for comment in self.entry["comments"]],
            now=now,
            today=timezone.localdate(now),
        )

    def _comment(self, comment: dict[str, Any]) -> CommentContent:
        """Return the comment; where it quotes words, with their place in the version that is returned."""
        if "quote" not in comment:
            return CommentContent(**comment)
        text = self.entry.get("first", self.entry)[comment["field"]]
        return CommentContent(**comment, start=text.index(comment["quote"]))

    def _approve(self, now: datetime.datetime) -> None:
        runs.approve(self.update.pk, revision_number=self.newest(), by=self._reviewer, now=now)

    def newest(self) -> int:
        """Return the number of the newest version."""
        return self.update.revisions.count()

    # --- Beside the text ----------------------------------------------------------------------------------------

    def _beside_the_text(self) -> Phase:
        known = {"extension": self._ask_for_time, "offer": self._offer, "cancelled": self._cancel}
        return [step for name, step in known.items() if name in self.entry]

    def _ask_for_time(self, now: datetime.datetime) -> None:
        wanted = self.update.due_on + datetime.timedelta(days=self.entry["extension"]["days"])
        reason, today = self.entry["extension"]["reason"], timezone.localdate(now)
        runs.ask_for_extension(self.update.pk, by=self._clerk, reason=reason, wanted_on=wanted, now=now, today=today)

    def _offer(self, now: datetime.datetime) -> None:
        runs.propose_reassignment(
            self.update.pk,
            by=self._clerk,
            to_office_id=self.cast.offices[self.entry["offer"]["to"]],
            reason=self.entry["offer"]["reason"],
            now=now,
        )

    def _cancel(self, now: datetime.datetime) -> None:
        runs.cancel(self.update.pk, by=self.cast.coordinator, reason=self.entry["cancelled"], now=now)


def entry_content(entry: dict[str, Any]) -> EntryContent:
    """Return what the office writes; ``status`` is short for the implementation status."""
    texts: dict[str, Any] = {name: entry[name] for name in raw.ENTRY_NAMES if name in entry}
    return EntryContent(
        implementation_status=entry["status"],
        measures=tuple(MeasureContent(**one) for one in entry.get("measures", [])),
        **texts,
    )


def _working_time(day: datetime.date, turn: int) -> datetime.datetime:
    """Return a moment within office hours, on the Friday before if ``day`` is a weekend."""
    day -= datetime.timedelta(days=max(day.weekday() - FRIDAY, 0))
    start = datetime.datetime.combine(day, datetime.time(7, 45))
    return timezone.make_aware(start + datetime.timedelta(minutes=turn * 97 % WORKING_MINUTES))
