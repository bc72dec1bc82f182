"""Charts of published figures: one drawing for page, report and download, each with its words and its table.

Drawn by Altair and vl-convert from plain rows; nothing here reads clock or database. A chart counts what was reported;
none of them says that a measure has caused a number.
"""

from publication.charts.kinds import NAMES, Chart, Row, Sketch, draw, sketch
from publication.charts.report import charts_of

__all__ = ["NAMES", "Chart", "Row", "Sketch", "charts_of", "draw", "sketch"]
