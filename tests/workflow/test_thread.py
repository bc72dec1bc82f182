"""The Jahresfaden says the same in marks and in words."""

import datetime
from dataclasses import dataclass

import pytest
from django.template import Context, Template, TemplateSyntaxError

from workflow.models import ImplementationStatus
from workflow.thread import MISSING, OPEN, STATUS_ORDER, STATUS_WORDS, ThreadStep, due, thread_label, thread_steps


@dataclass(frozen=True)
class Period:
    cycle_id: int
    label: str
    closed: bool


OLD, NEW, RUNNING = (
    Period(1, "2021–2022", closed=True),
    Period(2, "2023–2024", closed=True),
    Period(3, "2025", closed=False),
)
TODAY = datetime.date(2026, 11, 22)


def render(source: str, **context: object) -> str:
    return Template("{% load threads %}" + source).render(Context(context))


def test_every_status_has_a_word_a_place_and_a_mark() -> None:
    assert set(STATUS_WORDS) == {*ImplementationStatus.values, MISSING, OPEN} == set(STATUS_ORDER)
    sprite = Template("{% include 'partials/sprite.html' %}").render(Context())
    for status in STATUS_WORDS:
        assert f'id="m-{status}"' in sprite


def test_a_closed_period_without_an_entry_is_missing() -> None:
    steps = thread_steps([OLD, NEW], {2: "implemented"})
    assert steps == [ThreadStep("2021–2022", MISSING), ThreadStep("2023–2024", "implemented")]


def test_the_running_period_appears_only_once_something_is_known_of_it() -> None:
    assert thread_steps([OLD, RUNNING], {1: "planned"}) == [ThreadStep("2021–2022", "planned")]
    assert thread_steps([OLD, RUNNING], {1: "planned", 3: "implemented"})[-1] == ThreadStep("2025", "implemented")


def test_a_recommendation_of_which_nothing_is_known_yet_has_one_open_mark() -> None:
    assert thread_steps([], {}) == [ThreadStep("", OPEN)]
    assert thread_steps([RUNNING], {}) == [ThreadStep("2025", OPEN)]


def test_the_thread_is_read_aloud_period_by_period() -> None:
    label = thread_label([ThreadStep("2021–2022", MISSING), ThreadStep("2023–2024", "implemented")])
    assert label == "Jahresfaden: 2021–2022 keine Meldung, 2023–2024 umgesetzt"


def test_visitors_read_no_report_yet_where_the_working_group_reads_open() -> None:
    steps = [ThreadStep("2025", OPEN)]
    assert thread_label(steps).endswith("noch offen")
    assert thread_label(steps, public=True).endswith("noch kein Bericht")


def test_a_small_thread_is_one_picture_with_one_description() -> None:
    html = render("{% thread steps %}", steps=[ThreadStep("2023", "planned"), ThreadStep("2024", "not_pursued")])
    assert html.count('role="img"') == 1
    assert html.count('class="mark') == 2
    assert "thread__step--end" in html


def test_gaps_are_loose() -> None:
    assert render("{% thread steps %}", steps=[ThreadStep("2023", MISSING)]).count("thread__step--loose") == 1


def test_a_thread_line_says_the_last_status_in_words() -> None:
    assert "<span>umgesetzt</span>" in render("{% thread_line steps %}", steps=[ThreadStep("2023", "implemented")])


def test_an_unknown_mark_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(TemplateSyntaxError):
        render("{% mark 'finished' %}")


@pytest.mark.parametrize(
    ("day", "sentence", "tone"),
    [
        ("2027-01-15", "Abgabe bis 15.01.2027, noch 54 Tage", "calm"),
        ("2026-11-29", "Abgabe bis 29.11.2026, noch 7 Tage", "soon"),
        ("2026-11-23", "Abgabe bis 23.11.2026, noch 1 Tag", "soon"),
        ("2026-11-22", "Abgabe ist heute fällig, 22.11.2026", "soon"),
        ("2026-11-21", "Abgabe war am 21.11.2026 fällig, seit 1 Tag überfällig", "late"),
        ("2026-11-20", "Abgabe war am 20.11.2026 fällig, seit 2 Tagen überfällig", "late"),
    ],
)
def test_due_dates_are_sentences_with_their_distance(day: str, sentence: str, tone: str) -> None:
    said = due(datetime.date.fromisoformat(day), TODAY)
    assert (said.sentence, said.tone) == (sentence, tone)


def test_each_kind_of_work_has_its_noun() -> None:
    assert due(TODAY, TODAY, "rework").sentence.startswith("Nachbesserung")
    assert due(TODAY, TODAY, "review").sentence.startswith("Prüfung")
    html = render("{% due day today 'rework' %}", day=TODAY - datetime.timedelta(days=2), today=TODAY)
    assert "due--late" in html
    assert "kern-icon--danger" in html
