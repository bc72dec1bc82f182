"""The fixed words of the report: its headings, its legend, its imprint."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HEADINGS: dict[str, str | Promise] = {
    "contents": _("Contents"),
    "overview": _("Where things stand"),
    "reading": _("How to read this report"),
    "imprint": _("Imprint"),
    "register": _("By office"),
    "measures": _("Measures"),
    "measure": _("Measure"),
    "status": pgettext_lazy("column", "Status"),
    "who": pgettext_lazy("column", "Who"),
    "until": pgettext_lazy("measure", "When"),
    "field": _("Field of action"),
    "total": pgettext_lazy("column", "Total"),
    "all_fields": _("All fields"),
    "periods_compared": _("The periods compared"),
    "by_field": pgettext_lazy("report", "By field of action"),
    "by_goal": pgettext_lazy("report", "By goal"),
    "table": _("In figures"),
    "marks_explained": _("Each mark is one recommendation. The figure on the right says how many are reached."),
    "reached": pgettext_lazy("strand", "achieved"),
    "in_progress": pgettext_lazy("status", "in progress"),
    "rest": pgettext_lazy("strand", "planned, on hold or open"),
    "kinds": _("What offices can report"),
    "thread": _("The thread of the years"),
    "foreword": _("Foreword"),
    "change_note": _("What is different in this version"),
    "figures": pgettext_lazy("report", "In pictures"),
    "corrections": _("Corrections"),
    "recommendations": pgettext_lazy("column", "For"),
    "checksum": _("Checksum of the content"),
    "number": pgettext_lazy("column", "Number"),
    "recommendation": _("Recommendation"),
    "meaning": pgettext_lazy("column", "Meaning"),
    "mark": pgettext_lazy("column", "Mark"),
    "period": _("Reporting period"),
    "page": pgettext_lazy("report", "Page"),
    "figure_name": pgettext_lazy("report", "Figure"),
    "table_name": pgettext_lazy("report", "Table"),
    "short": _("Short version"),
    "steps": _("Important steps"),
    "more": _("Everything in detail stands in the report: %(address)s"),
    "no_steps": _("For this period, there is nothing new to tell."),
    "missing_short": pgettext_lazy("report", "What is missing"),
    "nothing_missing": _("There is an approved entry for every recommendation."),
}

SECTIONS: dict[str, str | Promise] = {
    "done": pgettext_lazy("report", "What was done"),
    "worked": pgettext_lazy("report", "What worked"),
    "did_not_work": pgettext_lazy("report", "What did not work"),
    "overlooked": pgettext_lazy("report", "What was overlooked"),
    "next_step": _("Next step"),
}
"""The passages of an entry in reading order, by name of the field."""

STATUS_MEANINGS: dict[str, str | Promise] = {
    "planned": _("Decided, but not begun yet."),
    "in_progress": _("Work on it is going on."),
    "implemented": _("Reached: what the recommendation wanted is done."),
    "made_permanent": _("Reached and secured for good: part of regular business."),
    "deferred": _("Rests for now, with a reason."),
    "not_pursued": _("Ended on purpose, with a reason."),
    "unknown": _("The status cannot be said right now."),
    "missing": _("Nothing was reported for this period."),
    "open": _("The period is still running, and nothing is approved yet."),
}

KIND_MEANINGS: list[tuple[str | Promise, str | Promise]] = [
    (_("Report"), _("The lead office writes what was done, what worked and what did not.")),
    (
        _("Confirmed unchanged"),
        _("The lead office attests that its earlier text still holds. The report says which period it is from."),
    ),
    (_("Nil return"), _("The lead office states that there is nothing to report, and why. The status before stays.")),
    (
        _("No return"),
        _(
            "Nobody said anything until the end of the period. "
            "The thread shows a dashed ring, the list at the end the office."
        ),
    ),
]

THREAD_MEANING = _(
    "One mark per reporting period, the oldest on the left. Round is on its way and fills up; square rests or is ended "
    "by decision; the diamond is unclear; dashed means that nobody said anything."
)
