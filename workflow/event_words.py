"""What an event of the history says: one sentence per kind, from the facts that the event keeps.

Events hold ids. Whoever shows them hands in the names of the offices (``queries.run_history.office_labels``); names of
people stand beside the sentence, where they may be anonymised. A sentence whose facts are missing falls back to the
name of the kind.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from workflow.models import Decision, EntryKind, Event, EventKind, ReminderPolicy, ReportingCycle, UpdateState


@dataclass(frozen=True, slots=True)
class Facts:
    """What an event keeps; a fact that is not there raises ``KeyError``."""

    data: Mapping[str, Any]
    labels: Mapping[int, str]

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def day(self, name: str) -> str:
        return date_format(datetime.date.fromisoformat(self.data[name]), "d.m.Y")

    def office(self, name: str = "office") -> str:
        return self.labels[self.data[name]]

    @property
    def offices(self) -> str:
        return ", ".join(self.labels[pk] for pk in self.data["offices"])

    @property
    def is_contribution(self) -> bool:
        return bool(self.data.get("contribution"))


def event_words(event: Event, labels: Mapping[int, str] | None = None) -> str:
    """Return what happened as a sentence without who and when; ``labels`` are the offices' names by their ids."""
    say = SENTENCES.get(EventKind(event.kind))
    try:
        return say(Facts(event.data, labels or {})) if say else str(EventKind(event.kind).label)
    except KeyError:
        return str(EventKind(event.kind).label)


def office_ids(event: Event) -> set[int]:
    """Return the offices that the event names."""
    named = [event.data.get(name) for name in ("office", "from_office", "to_office")]
    return {one for one in [*named, *event.data.get("offices", ())] if isinstance(one, int)}


def _requested(facts: Facts) -> str:
    if facts.data.get("office") in facts.labels:
        said = gettext("%(office)s asked for the status update, due on %(date)s")
        return said % {"office": facts.office(), "date": facts.day("due_on")}
    return gettext("Status update requested, due on %(date)s") % {"date": facts.day("due_on")}


def _contributed(facts: Facts) -> str:
    if facts["kind"] == EntryKind.NIL_RETURN:
        return gettext("%(office)s has nothing to contribute (nil return)") % {"office": facts.office()}
    return gettext("Contribution of %(office)s handed in") % {"office": facts.office()}


def _skipped(facts: Facts) -> str:
    return gettext("Went on without the contribution of %(offices)s") % {"offices": facts.offices}


def _reminded(facts: Facts) -> str:
    said = ngettext("%(offices)s reminded, %(number)d mail", "%(offices)s reminded, %(number)d mails", facts["mails"])
    return said % {"offices": facts.offices, "number": facts["mails"]}


def _mailed(facts: Facts) -> str:
    said = ngettext("Mail written to %(number)d address", "Mail written to %(number)d addresses", facts["mails"])
    return said % {"number": facts["mails"]}


def _letter_sent(facts: Facts) -> str:
    return gettext("Letter sent to %(office)s, because this is long overdue") % {"office": facts.office()}


def _submitted(facts: Facts) -> str:
    said = {
        EntryKind.UNCHANGED.value: gettext("Confirmed unchanged, handed in as version %(version)s"),
        EntryKind.NIL_RETURN.value: gettext("Nil return, handed in as version %(version)s"),
    }.get(facts.data.get("kind", ""), gettext("Handed in as version %(version)s"))
    return said % {"version": facts["revision"]}


def _withdrawn(facts: Facts) -> str:
    return gettext("Version %(version)s taken back") % {"version": facts["revision"]}


def _co_signed(facts: Facts) -> str:
    said = gettext("%(office)s co-signs version %(version)s")
    return said % {"office": facts.office(), "version": facts["revision"]}


def _objected(facts: Facts) -> str:
    said = gettext("%(office)s objects to version %(version)s")
    return said % {"office": facts.office(), "version": facts["revision"]}


def _lapsed(facts: Facts) -> str:
    return gettext("No answer by the deadline, which counts as consent: %(offices)s") % {"offices": facts.offices}


def _co_sign_waived(facts: Facts) -> str:
    said = gettext("Version %(version)s goes on without the co-signature of %(office)s")
    return said % {"office": facts.office(), "version": facts["revision"]}


def _signed(facts: Facts) -> str:
    return gettext("Version %(version)s signed") % {"version": facts["revision"]}


def _sign_returned(facts: Facts) -> str:
    return gettext("Version %(version)s returned without a signature") % {"version": facts["revision"]}


def _sign_waived(facts: Facts) -> str:
    return gettext("Version %(version)s goes on without the signature") % {"version": facts["revision"]}


def _voted(facts: Facts) -> str:
    said = {
        Decision.APPROVED.value: gettext("Voted to approve version %(version)s"),
        Decision.RETURNED.value: gettext("Voted to return version %(version)s"),
    }[facts["vote"]]
    return said % {"version": facts["revision"]}


def _answered(facts: Facts) -> str:
    return gettext("Comment marked as done") if facts["resolved"] else gettext("Comment answered")


def _approved(facts: Facts) -> str:
    said = gettext("Version %(version)s approved")
    if facts.data.get("correction"):
        said = gettext("Correction approved as version %(version)s")
    if facts.data.get("shown_again"):
        said = gettext("Correction approved as version %(version)s; the entry is public again")
    return _in_sitting(said % {"version": facts["revision"]}, facts)


def _entry_withdrawn(facts: Facts) -> str:
    return gettext("Version %(version)s taken off the public pages") % {"version": facts["revision"]}


def _returned(facts: Facts) -> str:
    said = ngettext(
        "Returned with %(number)d comment, due on %(date)s",
        "Returned with %(number)d comments, due on %(date)s",
        facts["comments"],
    )
    return _in_sitting(said % {"number": facts["comments"], "date": facts.day("due_on")}, facts)


def _in_sitting(said: str, facts: Facts) -> str:
    return gettext("%(what)s (in a sitting)") % {"what": said} if facts.data.get("sitting") else said


def _extension_requested(facts: Facts) -> str:
    said = gettext("%(office)s asks for more time until %(date)s")
    return _whose(said % {"office": facts.office(), "date": facts.day("wanted_on")}, facts)


def _extension_granted(facts: Facts) -> str:
    said = gettext("Deadline of %(office)s extended from %(before)s to %(date)s")
    values = {"office": facts.office(), "before": facts.day("before"), "date": facts.day("granted_on")}
    return _whose(said % values, facts)


def _extension_refused(facts: Facts) -> str:
    said = gettext("No more time for %(office)s, still due on %(date)s")
    return _whose(said % {"office": facts.office(), "date": facts.day("before")}, facts)


def _extension_withdrawn(facts: Facts) -> str:
    return _whose(gettext("%(office)s no longer asks for more time") % {"office": facts.office()}, facts)


def _extension_undone(facts: Facts) -> str:
    said = gettext("Extension for %(office)s undone, due on %(date)s again")
    return _whose(said % {"office": facts.office(), "date": facts.day("due_on")}, facts)


def _whose(said: str, facts: Facts) -> str:
    return gettext("%(what)s (contribution)") % {"what": said} if facts.is_contribution else said


def _proposed(facts: Facts) -> str:
    said = gettext("%(to)s asked to take over from %(from)s")
    return _whose(said % _from_and_to(facts), facts)


def _reassigned(facts: Facts) -> str:
    return _whose(gettext("%(to)s takes over from %(from)s") % _from_and_to(facts), facts)


def _reassignment_refused(facts: Facts) -> str:
    return _whose(gettext("%(to)s does not take over from %(from)s") % _from_and_to(facts), facts)


def _reassignment_withdrawn(facts: Facts) -> str:
    return _whose(gettext("%(to)s no longer asked to take over from %(from)s") % _from_and_to(facts), facts)


def _succeeded(facts: Facts) -> str:
    return _whose(gettext("%(to)s goes on with the work of %(from)s") % _from_and_to(facts), facts)


def _from_and_to(facts: Facts) -> dict[str, str]:
    return {"from": facts.office("from_office"), "to": facts.office("to_office")}


def _cancelled(facts: Facts) -> str:
    if facts["to"] == UpdateState.APPROVED:
        return gettext("Rework ended; the approved text holds again")
    return gettext("Cancelled: nothing is asked any more")


def _reopened(facts: Facts) -> str:
    return gettext("Reopened, due on %(date)s") % {"date": facts.day("due_on")}


def _correction_started(facts: Facts) -> str:
    return gettext("Correction started, due on %(date)s") % {"date": facts.day("due_on")}


def _imported(facts: Facts) -> str:
    return gettext("Imported as approved on %(date)s") % {"date": facts.day("approved_on")}


def _cycle_changed(facts: Facts) -> str:
    before, after = facts["before"], facts["after"]
    names = [name for name in after if before.get(name) != after[name]]
    if facts.data.get("about") == "reminders":
        return gettext("Reminders changed: %(what)s") % {"what": _columns(ReminderPolicy, names)}
    return gettext("Cycle changed: %(what)s") % {"what": _columns(ReportingCycle, names)}


def _columns(model: type[Model], names: list[str]) -> str:
    return ", ".join(str(_column(model, name)) for name in names)


def _column(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # noqa: SLF001 - Django's API


def _cycle_closed(facts: Facts) -> str:
    said = ngettext(
        "Cycle closed, %(number)d status update is missing",
        "Cycle closed, %(number)d status updates are missing",
        facts["missing"],
    )
    return said % {"number": facts["missing"]}


def _summary_written(facts: Facts) -> str:
    code = facts["language"]
    name = "Plain language" if code == "de-simple" else str(LANG_INFO.get(code, {}).get("name", code))
    values = {"language": gettext(name), "number": facts["number"]}
    if facts.data.get("confirmed"):
        return gettext("Summary confirmed for the changed text: %(language)s, version %(number)s") % values
    if facts.data.get("removed"):
        return gettext("Summary taken off: %(language)s") % values
    return gettext("Summary written: %(language)s, version %(number)s") % values


def _report_built(facts: Facts) -> str:
    return gettext("Report no. %(number)s built") % {"number": facts["number"]}


def _report_text_written(facts: Facts) -> str:
    if facts["field"] is None:
        return gettext("Foreword of the report written, version %(version)s") % {"version": facts["version"]}
    said = gettext("Introduction “%(field)s” of the report written, version %(version)s")
    return said % {"field": facts["field"], "version": facts["version"]}


def _report_shared(facts: Facts) -> str:
    return gettext("Report no. %(number)s given to the round table") % {"number": facts["number"]}


def _report_withdrawn(facts: Facts) -> str:
    return gettext("Report no. %(number)s withdrawn: %(note)s") % {"number": facts["number"], "note": facts["note"]}


def _report_released(facts: Facts) -> str:
    return gettext("Report no. %(number)s released") % {"number": facts["number"]}


SENTENCES: dict[EventKind, Callable[[Facts], str]] = {
    EventKind.CYCLE_CHANGED: _cycle_changed,
    EventKind.CYCLE_CLOSED: _cycle_closed,
    EventKind.REQUESTED: _requested,
    EventKind.CONTRIBUTED: _contributed,
    EventKind.CONTRIBUTION_SKIPPED: _skipped,
    EventKind.REMINDED: _reminded,
    EventKind.MAILED: _mailed,
    EventKind.LETTER_SENT: _letter_sent,
    EventKind.SUBMITTED: _submitted,
    EventKind.WITHDRAWN: _withdrawn,
    EventKind.CO_SIGNED: _co_signed,
    EventKind.CO_SIGN_OBJECTED: _objected,
    EventKind.CO_SIGN_LAPSED: _lapsed,
    EventKind.CO_SIGN_WAIVED: _co_sign_waived,
    EventKind.SIGNED: _signed,
    EventKind.SIGN_RETURNED: _sign_returned,
    EventKind.SIGN_WAIVED: _sign_waived,
    EventKind.VOTED: _voted,
    EventKind.COMMENT_ANSWERED: _answered,
    EventKind.APPROVED: _approved,
    EventKind.RETURNED: _returned,
    EventKind.EXTENSION_REQUESTED: _extension_requested,
    EventKind.EXTENSION_GRANTED: _extension_granted,
    EventKind.EXTENSION_REFUSED: _extension_refused,
    EventKind.EXTENSION_WITHDRAWN: _extension_withdrawn,
    EventKind.EXTENSION_UNDONE: _extension_undone,
    EventKind.REASSIGNMENT_PROPOSED: _proposed,
    EventKind.REASSIGNED: _reassigned,
    EventKind.REASSIGNMENT_REFUSED: _reassignment_refused,
    EventKind.REASSIGNMENT_WITHDRAWN: _reassignment_withdrawn,
    EventKind.SUCCEEDED: _succeeded,
    EventKind.CANCELLED: _cancelled,
    EventKind.REOPENED: _reopened,
    EventKind.CORRECTION_STARTED: _correction_started,
    EventKind.IMPORTED: _imported,
    EventKind.SUMMARY_WRITTEN: _summary_written,
    EventKind.ENTRY_WITHDRAWN: _entry_withdrawn,
    EventKind.REPORT_BUILT: _report_built,
    EventKind.REPORT_TEXT_WRITTEN: _report_text_written,
    EventKind.REPORT_SHARED: _report_shared,
    EventKind.REPORT_RELEASED: _report_released,
    EventKind.REPORT_WITHDRAWN: _report_withdrawn,
}
"""By kind; a kind that is missing here has no facts, and its name says it all."""
