"""Files to rows: reads what staff upload, knows no models and no settings."""

from issuing.sheets.answers import answer_columns, column_values
from issuing.sheets.births import Births, births, is_of_births, is_young
from issuing.sheets.columns import Candidate, Column, Matching, candidates, match_columns
from issuing.sheets.encodings import ENCODINGS
from issuing.sheets.fields import PERSON_FIELDS, Field
from issuing.sheets.people import PersonRow, Problem, date_orders, people, person
from issuing.sheets.reading import certain, kind_at_sight, read_table
from issuing.sheets.shape import Choices, Row, Table
from issuing.sheets.slips import KEEPABLE
from issuing.sheets.table import MAX_BYTES, MAX_COLUMNS, MAX_ROWS

__all__ = [
    "ENCODINGS",
    "KEEPABLE",
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "PERSON_FIELDS",
    "Births",
    "Candidate",
    "Choices",
    "Column",
    "Field",
    "Matching",
    "PersonRow",
    "Problem",
    "Row",
    "Table",
    "answer_columns",
    "births",
    "candidates",
    "certain",
    "column_values",
    "date_orders",
    "is_of_births",
    "is_young",
    "kind_at_sight",
    "match_columns",
    "people",
    "person",
    "read_table",
]
