"""Which of several rows of one address counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from issuing.enums import Decision
from issuing.services.consent.records import Answer
from issuing.sheets import PersonRow
from issuing.workflow.likeness import same_name


@dataclass(frozen=True, slots=True)
class Said:
    """A usable row and what it says."""

    key: str
    row: PersonRow
    answer: Answer

    @property
    def decision(self) -> Decision:
        return self.answer.decision


def not_counted(rows: Sequence[Said]) -> list[tuple[int, str]]:
    """Which rows of one address do not count: all but the latest decided, of one day a no.

    A no is recorded rather than none of them: an earlier yes would stand. Of several names nobody can tell who said it.
    """
    numbers = ", ".join(str(one.row.row_no) for one in rows)
    if len({one.decision for one in rows}) > 1 and not all(same_name(one.row, rows[0].row) for one in rows):
        why = (
            f"Rows {numbers} have the same e-mail address, and different names and answers. Ask, then correct the file."
        )
        return [(one.row.row_no, why) for one in rows]
    latest = max(
        rows, key=lambda one: (one.answer.decided_at, one.decision != Decision.GIVEN)
    )  # of equal ones the first
    return [(one.row.row_no, _why_not_counted(one, latest, numbers)) for one in rows if one is not latest]


def _why_not_counted(row: Said, latest: Said, numbers: str) -> str:
    counted = latest.row.row_no
    if row.decision == latest.decision:
        return f"The same person and answer as in row {counted}, counted there."
    if latest.decision == Decision.GIVEN:
        return f"The same person agreed later, in row {counted}, and that counts."
    return (
        f"Rows {numbers} are the same person with different answers. The no in row {counted} counts, because no yes is "
        "later. If it is wrong, ask, then record the right one."
    )
