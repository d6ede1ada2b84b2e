"""Records the answers of a file: whole chunks at a time, every row accounted for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from issuing import sheets
from issuing.enums import Decision, Route
from issuing.exceptions import InvalidInput
from issuing.models import ConsentText, Learner, User, email_key
from issuing.services import learners
from issuing.services.consent.records import Answer, record_many
from issuing.services.consent.stopping import Stopped
from issuing.sheets import Field, Matching, PersonRow, Table
from issuing.validators import clean_text
from issuing.workflow.consent import moment_of_day
from issuing.workflow.likeness import same_name

CHUNK = 500
MOST_NAMED = 5

_OTHER_PERSON = (
    "This address is known here under another name, and one person's answer is not another's. Correct the name or the "
    "address."
)
_NAMES = {Field.FIRST_NAME, Field.LAST_NAME, Field.FULL_NAME, Field.SORTABLE_NAME}
_WHO = frozenset({*_NAMES, Field.EMAIL, Field.STUDENT_NUMBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the answers of a file were given to, and how they are written in it.

    Args:
        text (ConsentText): the words everybody in the file saw.
        decided_on (date): the day of the decisions, by the site's calendar; of several the first.
        decided_until (date | None): the last of several days. Of each decision the day is not known then: a yes counts
            from the first day and a no from the last, so that no yes outweighs a no that came after it.
        evidence (str): where the answers can be looked up again; kept with every record.
        decision_column (str | None): heading of the answers; None where everybody in the file agreed.
        yes (Sequence[str]): cells that mean yes; capitals and spaces do not matter.
        no (Sequence[str]): cells that mean no.
        unsaid (Sequence[str]): cells that are no answer, as blank ones are.
    """

    text: ConsentText
    route: Route
    decided_on: date
    evidence: str
    decision_column: str | None = None
    yes: Sequence[str] = ()
    no: Sequence[str] = ()
    unsaid: Sequence[str] = ()
    decided_until: date | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of every row: the four together are the file's rows.

    Args:
        no_answer (int): blank cells; nothing is recorded for them.
        left_out (list[tuple[int, str]]): row number and why, in the file's order.
        stopped (Stopped): badges that lost their consent by this.
    """

    given: int
    declined: int
    no_answer: int
    left_out: list[tuple[int, str]]
    stopped: Stopped


@dataclass(frozen=True, slots=True)
class _Said:
    """A usable row and what it says."""

    key: str
    row: PersonRow
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a file comes to before anything is recorded."""

    answers: Mapping[Decision, Answer]
    said: list[_Said]
    no_answer: int
    left_out: list[tuple[int, str]]


def import_answers(*, table: Table, matching: Matching, options: ImportOptions, by: User) -> Imported:
    """Add the learners of a file who are new and record what each of them said.

    Five hundred rows are one transaction, so that what runs meanwhile is not kept waiting. Where the database fails
    between two, the earlier ones stay recorded, and the file may be imported again: an answer recorded twice counts as
    once. Columns for dates and evidence are not looked at. Of two rows of one person with the same answer the first
    counts; two that differ are left out both. Of the decisions only the day is known: see `moment_of_day`.

    Raises:
        InvalidInput: before anything is saved, where it is not clear what every row says: a column looks like answers
            and was not chosen, a cell is neither yes, no nor blank, or the day cannot be.
        SheetError: the column of answers is not there, or twice.
    """
    plan = _planned(table, matching, options)
    left_out = list(plan.left_out)
    stopped, counted = Stopped(), Counter[Decision]()
    for chunk in _chunks(plan.said):
        stopped_now, others = _record(chunk, plan.answers, by)
        stopped += stopped_now
        left_out += [(one.row.row_no, _OTHER_PERSON) for one in others]
        counted.update(one.decision for one in chunk if one not in others)
    return Imported(counted[Decision.GIVEN], counted[Decision.DECLINED], plan.no_answer, sorted(left_out), stopped)


def foresee(*, table: Table, matching: Matching, options: ImportOptions) -> Imported:
    """What `import_answers` would come to as things stand; records nothing, and does not say what would be stopped.

    Raises: as for `import_answers`.
    """
    plan = _planned(table, matching, options)
    left_out, counted = list(plan.left_out), Counter[Decision]()
    for chunk in _chunks(plan.said):
        known = {one.email_key: one for one in Learner.objects.filter(email_key__in=[said.key for said in chunk])}
        others = [one for one in chunk if one.key in known and _is_other_person(one, known[one.key])]
        left_out += [(one.row.row_no, _OTHER_PERSON) for one in others]
        counted.update(one.decision for one in chunk if one not in others)
    return Imported(counted[Decision.GIVEN], counted[Decision.DECLINED], plan.no_answer, sorted(left_out), Stopped())


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


def _planned(table: Table, matching: Matching, options: ImportOptions) -> _Plan:
    now = timezone.now()
    answers = {decision: _answer(options, decision, now) for decision in (Decision.GIVEN, Decision.DECLINED)}
    decisions = _decisions(table, matching, options)
    return _Plan(answers, *_sorted_out(_people(table, matching), decisions))


def _answer(options: ImportOptions, decision: Decision, now: datetime) -> Answer:
    if not options.evidence.strip():
        raise InvalidInput("Say where these answers can be looked up again; nothing was saved.")
    last = options.decided_until or options.decided_on
    if last < options.decided_on:
        raise InvalidInput("The last day of the answers lies before the first; nothing was saved.")
    return Answer(
        decision,
        options.route,
        moment_of_day(
            options.decided_on if decision == Decision.GIVEN else last,
            decision,
            zone=timezone.get_default_timezone(),
            now=now,
        ),
        text=options.text,
        evidence_note=options.evidence,
    )


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


def _sorted_out(
    people: list[PersonRow], decisions: list[Decision | None]
) -> tuple[list[_Said], int, list[tuple[int, str]]]:
    """What is to be recorded, how many said nothing, and the rows to leave out with why."""
    left_out: list[tuple[int, str]] = []
    rows_of: dict[str, list[_Said]] = defaultdict(list)
    no_answer = 0
    for row, decision in zip(people, decisions, strict=True):
        if row.problems:
            left_out.append((row.row_no, " ".join(problem.sentence for problem in row.problems)))
        elif decision is None:
            no_answer += 1
        else:
            key = email_key(row.email)
            rows_of[key].append(_Said(key, row, decision))
    for rows in rows_of.values():
        left_out += _left_out_of(rows)
    left = {row_no for row_no, _ in left_out}
    said = [one for rows in rows_of.values() for one in rows if one.row.row_no not in left]
    return said, no_answer, left_out


def _left_out_of(rows: list[_Said]) -> list[tuple[int, str]]:
    """Which rows of one person do not count: all of them where they differ, else all but the first."""
    if len({one.decision for one in rows}) > 1:
        numbers = ", ".join(str(one.row.row_no) for one in rows)
        why = f"Rows {numbers} have the same e-mail address and different answers. Ask, then record the right one."
        return [(one.row.row_no, why) for one in rows]
    first = rows[0].row.row_no
    return [(one.row.row_no, f"The same person and answer as in row {first}, counted there.") for one in rows[1:]]


def _chunks(said: list[_Said]) -> Iterator[list[_Said]]:
    rest = iter(said)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _record(chunk: list[_Said], answers: Mapping[Decision, Answer], by: User) -> tuple[Stopped, list[_Said]]:
    """What was stopped, and the rows that were left out because their address is somebody else's here."""
    people = [(one.key, _person(one.row)) for one in chunk]
    with transaction.atomic():
        known = learners.add_many(people=people, by=by)
        others = [one for one in chunk if _is_other_person(one, known[one.key])]
        theirs = [(known[one.key], answers[one.decision]) for one in chunk if one not in others]
        recorded = record_many(answers=theirs, by=by)
    return recorded.stopped, others


def _is_other_person(said: _Said, known: Learner) -> bool:
    return known.erased_at is not None or not same_name(said.row, known)


def _person(row: PersonRow) -> learners.Person:
    return learners.Person(row.first_name, row.last_name, row.email, row.student_number)
