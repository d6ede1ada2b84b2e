"""Files to rows: reads what staff upload, knows no models and no settings."""

from issuing.sheets.aliases import Field
from issuing.sheets.answers import answer_columns, column_values
from issuing.sheets.columns import Column, Matching, match_columns
from issuing.sheets.people import PersonRow, Problem, people, person
from issuing.sheets.reading import read_table
from issuing.sheets.table import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Row, Table

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Column",
    "Field",
    "Matching",
    "PersonRow",
    "Problem",
    "Row",
    "Table",
    "answer_columns",
    "column_values",
    "match_columns",
    "people",
    "person",
    "read_table",
]
