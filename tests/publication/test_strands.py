"""The Strang draws shares that start at zero."""

from publication.strands import BOTTOM, MOST_PERIODS, TOP, StrandPoint, strand


def test_nothing_reached_lies_on_the_ground_and_all_reached_at_the_top() -> None:
    drawing = strand([StrandPoint("2022", 0, 4), StrandPoint("2024", 10, 0)], 10)
    assert drawing
    assert [knot.y for knot in drawing.knots] == [f"{BOTTOM:.1f}", f"{TOP:.1f}"]
    assert drawing.done.startswith("8.0,100.0")


def test_work_lies_on_top_of_what_is_reached() -> None:
    drawing = strand([StrandPoint("2022", 5, 5), StrandPoint("2024", 5, 0)], 10)
    assert drawing
    assert drawing.work == "8.0,8.0 292.0,54.0 292.0,54.0 8.0,54.0"


def test_one_period_is_no_movement_and_an_empty_field_is_no_drawing() -> None:
    assert strand([StrandPoint("2022", 1, 1)], 10) is None
    assert strand([StrandPoint("2022", 0, 0), StrandPoint("2024", 0, 0)], 0) is None


def test_only_the_newest_periods_are_drawn_where_there_are_many() -> None:
    drawing = strand([StrandPoint(str(year), 1, 1) for year in range(2010, 2020)], 10)
    assert drawing
    assert len(drawing.points) == MOST_PERIODS
    assert drawing.points[-1].label == "2019"
