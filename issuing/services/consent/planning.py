"""What a file of answers comes to before anything is recorded: who says what, since when, and who is left out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from django.utils import timezone

from issuing import sheets
from issuing.enums import Decision, Route
from issuing.exceptions import InvalidInput
from issuing.models import ConsentText, email_key
from issuing.services.consent.records import Answer
from issuing.services.consent.repeats import Said, not_counted
from issuing.sheets import Field, Matching, PersonRow, Table
from issuing.sheets.dates import Order, order_of, parse_date
from issuing.validators import InvalidValue, clean_text
from issuing.workflow.consent import moment_of_day

MOST_NAMED = 5
TOO_YOUNG = (
    "Under 13: Navigatr is for people of 13 and over. This is noted with them, no yes recorded, and they are sent "
    "nothing, whoever agrees."
)
_DAY_FIRST: Mapping[Order | None, bool] = {"day": True, "month": False}
_NO_DAY = "This row has an answer, but no day on which it was given."
_NAMES = {Field.FIRST_NAME, Field.LAST_NAME, Field.FULL_NAME, Field.SORTABLE_NAME}
_WHO = frozenset({*_NAMES, Field.EMAIL, Field.STUDENT_NUMBER})
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the answers of a file were given to, and how they are written in it.

    Args:
        text (ConsentText): the words everybody in the file saw.
        decided_on (date | None): the day of the decisions, by the site's calendar; of several the first. None where the
            file has a column of days.
        decided_until (date | None): the last of several days. Of each decision the day is not known then: a yes counts
            from the first day and a no from the last, so that no yes outweighs a no that came after it.
        decided_column (str | None): heading of the days on which each decided.
        birth_column (str | None): heading of dates of birth, read for who is under 13 and not kept.
        day_first (bool | None): whether 4/5/2026 is 4 May in these columns; None: as each column shows.
        evidence (str): where the answers can be looked up again; kept with every record.
        decision_column (str | None): heading of the answers; None where everybody in the file agreed.
        yes (Sequence[str]): cells that mean yes; capitals and spaces do not matter.
        no (Sequence[str]): cells that mean no.
        unsaid (Sequence[str]): cells that are no answer, as blank ones are.
    """

    text: ConsentText
    route: Route
    evidence: str
    decided_on: date | None = None
    decision_column: str | None = None
    yes: Sequence[str] = ()
    no: Sequence[str] = ()
    unsaid: Sequence[str] = ()
    decided_until: date | None = None
    decided_column: str | None = None
    birth_column: str | None = None
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file comes to before anything is recorded.

    Args:
        young (dict[str, PersonRow]): who is under 13, by the key of their address.
        grown (dict[str, PersonRow]): whose date of birth says that they are not.
    """

    said: list[Said]
    no_answer: int
    left_out: list[tuple[int, str]]
    young: dict[str, PersonRow]
    grown: dict[str, PersonRow]


@dataclass(frozen=True, slots=True)
class _Read:
    """One row before it is known what counts.

    Args:
        key (str): of their address; empty where the row cannot be used.
        day (tuple[date | None, str]): on which they decided, and what is wrong with the cell.
        is_young (tuple[bool | None, str]): whether they are under 13, and what is wrong with the cell.
    """

    key: str
    row: PersonRow
    decision: Decision | None
    day: tuple[date | None, str]
    is_young: tuple[bool | None, str]


def planned(table: Table, matching: Matching, options: ImportOptions) -> Plan:
    """What every row of a file comes to.

    Raises:
        InvalidInput: it is not clear what every row says.
        SheetError: a column is not there, or twice.
    """
    answers = {decision: _answer(options, decision) for decision in (Decision.GIVEN, Decision.DECLINED)}
    decisions = _decisions(table, matching, options)
    days = _dated(table, options.decided_column, options, _possible)
    births = _dated(table, options.birth_column, options, _is_young)
    people = _people(table, matching)
    keys = ["" if row.problems else email_key(row.email) for row in people]
    rows = [_Read(*read) for read in zip(keys, people, decisions, days, births, strict=True)]
    return _sorted_out(rows, answers, options)


def answers_in(table: Table, heading: str) -> dict[str, int]:
    """The different answers of a column as they are first written, blank left out, and how many rows have each.

    Raises:
        SheetError: the column is not there, or twice.
    """
    first: dict[str, str] = {}
    counted = Counter[str]()
    for value in sheets.column_values(table, heading):
        if folded := _folded(value):
            counted[first.setdefault(folded, value)] += 1
    return dict(counted.most_common())


def _answer(options: ImportOptions, decision: Decision) -> Answer:
    """The answer of everybody who said this; where each has a day of their own, but for the day."""
    if not options.evidence.strip():
        raise InvalidInput("Say where these answers can be looked up again; nothing was saved.")
    if (options.decided_on is None) == (options.decided_column is None):
        raise InvalidInput("Say on which day they answered, or which column holds the days; nothing was saved.")
    first = options.decided_on
    at = timezone.now() if first is None else _moment(_bound(options, first, decision), decision)
    return Answer(decision, options.route, at, text=options.text, evidence_note=options.evidence)


def _bound(options: ImportOptions, first: date, decision: Decision) -> date:
    last = options.decided_until or first
    if last < first:
        raise InvalidInput("The last day of the answers lies before the first; nothing was saved.")
    return first if decision == Decision.GIVEN else last


def _moment(day: date, decision: Decision) -> datetime:
    return moment_of_day(day, decision, zone=timezone.get_default_timezone(), now=timezone.now())


def _dated(
    table: Table, heading: str | None, options: ImportOptions, use: Callable[[date, str], T]
) -> list[tuple[T | None, str]]:
    """What each row's date in a column comes to, and what is wrong with its cell; nothing where no column is meant."""
    if heading is None:
        return [(None, "")] * len(table.rows)
    cells = sheets.column_values(table, heading)
    order = order_of(cells)
    if options.day_first is None and order == "ask":
        raise InvalidInput(
            f"In the column “{heading}” the day or the month may come first, as in 4/5/2026. Say which; nothing was "
            "saved."
        )
    day_first = options.day_first if options.day_first is not None else _DAY_FIRST.get(order)
    return [_used(cell, day_first, use) for cell in cells]


def _used(cell: str, day_first: bool | None, use: Callable[[date, str], T]) -> tuple[T | None, str]:
    try:
        day = parse_date(cell, day_first=day_first)
        return (None if day is None else use(day, cell)), ""
    except (InvalidValue, InvalidInput) as error:
        return None, str(error)


def _possible(day: date, _cell: str) -> date:
    _moment(day, Decision.GIVEN)
    return day


def _is_young(day: date, cell: str) -> bool:
    return sheets.is_young(day, cell, today=timezone.localdate())


def _decisions(table: Table, matching: Matching, options: ImportOptions) -> list[Decision | None]:
    """What each row says, None where nothing."""
    if options.decision_column is None:
        if asking := sheets.answer_columns(table, matching):
            raise InvalidInput(
                f"These columns look like answers: {_named(asking)}. Say which one holds the decision and what in it "
                "means yes and what no, or delete the column; nothing was saved."
            )
        return [Decision.GIVEN] * len(table.rows)
    meaning = _meaning(options)
    values = sheets.column_values(table, options.decision_column)
    unknown = {value: None for value in values if _folded(value) not in meaning}
    if unknown:
        raise InvalidInput(
            f"The column “{options.decision_column}” holds answers that are neither yes, no nor blank: "
            f"{_named(unknown)}. Say of each what it means; nothing was saved."
        )
    return [meaning[_folded(value)] for value in values]


def _meaning(options: ImportOptions) -> dict[str, Decision | None]:
    yes, no = ({_folded(value) for value in values} for values in (options.yes, options.no))
    if not yes | no:
        raise InvalidInput("Say which answers mean yes and which mean no; nothing was saved.")
    if "" in yes | no:
        raise InvalidInput("A blank cell is no answer and cannot mean yes or no; nothing was saved.")
    if both := yes & no:
        raise InvalidInput(f"{_named(sorted(both))} cannot mean both yes and no; nothing was saved.")
    unsaid = dict.fromkeys((_folded(value) for value in options.unsaid), None)
    return {"": None} | unsaid | dict.fromkeys(yes, Decision.GIVEN) | dict.fromkeys(no, Decision.DECLINED)


def _folded(value: str) -> str:
    return " ".join(clean_text(value).casefold().split())


def _named(values: Iterable[str]) -> str:
    known = list(values)
    shown = ", ".join(f"“{value[:40]}”" for value in known[:MOST_NAMED])
    return f"{shown} and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else shown


def _people(table: Table, matching: Matching) -> list[PersonRow]:
    used = tuple(column for column in matching.used if column.field in _WHO)
    return sheets.people(table, replace(matching, used=used))


def _sorted_out(rows: list[_Read], answers: Mapping[Decision, Answer], options: ImportOptions) -> Plan:
    left_out: list[tuple[int, str]] = []
    rows_of: dict[str, list[Said]] = defaultdict(list)
    no_answer = 0
    for one in rows:
        if why := _why_left_out(one, options):
            left_out.append((one.row.row_no, why))
        elif one.decision is None:
            no_answer += 1
        else:
            rows_of[one.key].append(Said(one.key, one.row, _answered(answers[one.decision], one.day[0])))
    for said in rows_of.values():
        left_out += not_counted(said)
    left = {row_no for row_no, _ in left_out}
    counted = [one for said in rows_of.values() for one in said if one.row.row_no not in left]
    young = {one.key: one.row for one in rows if one.key and one.is_young[0]}
    grown = {one.key: one.row for one in rows if one.key not in young and one.key and one.is_young[0] is False}
    return Plan(counted, no_answer, left_out, young, grown)


def _answered(answer: Answer, day: date | None) -> Answer:
    return answer if day is None else replace(answer, decided_at=_moment(day, answer.decision))


def _why_left_out(one: _Read, options: ImportOptions) -> str:
    if one.row.problems:
        return " ".join(problem.sentence for problem in one.row.problems)
    if one.is_young[0] and one.decision != Decision.DECLINED:  # a no counts once they are 13 too
        return TOO_YOUNG
    if one.decision is None:
        return ""
    if options.decided_column and one.day[0] is None:
        return one.day[1] or _NO_DAY
    return one.is_young[1]
