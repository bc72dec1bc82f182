"""All tables, in the order in which pages and workbooks show them."""

from publication.opendata.concept_tables import CROSSWALK, OFFICES, RECOMMENDATIONS, REPORTS
from publication.opendata.entry_tables import ENTRIES, MEASURES, SUMMARIES
from publication.opendata.outline_tables import EDITIONS, FIELDS, GOALS, PERIODS, WITHDRAWALS

TABLES = (
    RECOMMENDATIONS, ENTRIES, MEASURES, SUMMARIES, OFFICES, CROSSWALK, REPORTS,
    EDITIONS, FIELDS, GOALS, PERIODS, WITHDRAWALS,
)  # fmt: skip
BY_SLUG = {table.slug: table for table in TABLES}
