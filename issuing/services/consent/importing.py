"""Records the answers of a file: whole chunks at a time, every row accounted for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import transaction

from issuing.enums import Decision
from issuing.models import Learner, User
from issuing.services import learners
from issuing.services.consent.ageing import came_of_age, note_under_13
from issuing.services.consent.planning import ImportOptions, Plan, planned
from issuing.services.consent.records import record_many
from issuing.services.consent.repeats import Said
from issuing.services.consent.stopping import Stopped
from issuing.sheets import Matching, PersonRow, Table
from issuing.workflow.likeness import same_name

CHUNK = 500
T = TypeVar("T")

_OTHER_PERSON = (
    "This address is known here under another name, and one person's answer is not another's. Correct the name or the "
    "address."
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of every row: the four together are the file's rows.

    Args:
        no_answer (int): blank cells; nothing is recorded for them.
        left_out (list[tuple[int, str]]): row number and why, in the file's order.
        stopped (Stopped): badges that lost their consent by this.
        young (int): people who are under 13 by their date of birth; of their rows only a no is recorded.
    """

    given: int
    declined: int
    no_answer: int
    left_out: list[tuple[int, str]]
    stopped: Stopped
    young: int = 0


def import_answers(*, table: Table, matching: Matching, options: ImportOptions, by: User) -> Imported:
    """Add the learners of a file who are new and record what each of them said.

    Five hundred rows are one transaction, so that what runs meanwhile is not kept waiting. Where the database fails
    between two, the earlier ones stay recorded, and the file may be imported again: an answer recorded twice counts as
    once. Columns for a badge's dates and evidence are not looked at. Of several rows of one person the latest decided
    counts, of one day a no (`repeats`). Of the decisions only the day is known: see `moment_of_day`. Who is under 13 by
    the column of birthdays is noted so, and no yes of theirs recorded.

    Raises:
        InvalidInput: before anything is saved, where it is not clear what every row says: a column looks like answers
            and was not chosen, a cell is neither yes, no nor blank, or the day cannot be.
        SheetError: the column of answers is not there, or twice.
    """
    plan = planned(table, matching, options)
    left_out = list(plan.left_out)
    stopped, counted = _note_ages(plan, by), Counter[Decision]()
    for chunk in _chunks(plan.said):
        stopped_now, others = _record(chunk, by)
        stopped += stopped_now
        left_out += others.items()
        counted.update(one.decision for one in chunk if one.row.row_no not in others)
    return _told(plan, counted, left_out, stopped)


def foresee(*, table: Table, matching: Matching, options: ImportOptions) -> Imported:
    """What `import_answers` would come to as things stand; records nothing, and does not say what would be stopped.

    Raises: as for `import_answers`.
    """
    plan = planned(table, matching, options)
    left_out, counted = list(plan.left_out), Counter[Decision]()
    for chunk in _chunks(plan.said):
        known = {one.email_key: one for one in Learner.objects.filter(email_key__in=[said.key for said in chunk])}
        others = _others(chunk, known)
        left_out += others.items()
        counted.update(one.decision for one in chunk if one.row.row_no not in others)
    return _told(plan, counted, left_out, Stopped())


def _told(plan: Plan, counted: Counter[Decision], left_out: list[tuple[int, str]], stopped: Stopped) -> Imported:
    given, declined = counted[Decision.GIVEN], counted[Decision.DECLINED]
    return Imported(given, declined, plan.no_answer, sorted(left_out), stopped, len(plan.young))


def _chunks(every: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(every)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _note_ages(plan: Plan, by: User) -> Stopped:
    """Note who is under 13, also those who are new, and take the note off who is not; before anything is recorded."""
    stopped = Stopped()
    for young in _chunks(plan.young.items()):
        with transaction.atomic():
            known = learners.add_many(people=[(key, _person(row)) for key, row in young], by=by)
            ids = [known[key].pk for key, row in young if not _is_other_person(row, known[key])]
            stopped += note_under_13(learner_ids=ids, by=by)
    for grown in _chunks(plan.grown):
        noted = Learner.objects.filter(email_key__in=grown, under_13_since__isnull=False)
        if ids := [one.pk for one in noted if not _is_other_person(plan.grown[one.email_key], one)]:
            came_of_age(learner_ids=ids, by=by)
    return stopped


def _record(chunk: list[Said], by: User) -> tuple[Stopped, dict[int, str]]:
    """What was stopped, and which rows were left out and why."""
    people = [(one.key, _person(one.row)) for one in chunk]
    with transaction.atomic():
        known = learners.add_many(people=people, by=by)
        others = _others(chunk, known)
        theirs = [(known[one.key], one.answer) for one in chunk if one.row.row_no not in others]
        recorded = record_many(answers=theirs, by=by)
    return recorded.stopped, others


def _others(chunk: Iterable[Said], known: Mapping[str, Learner]) -> dict[int, str]:
    """The rows whose address is somebody's who was erased, or somebody else's here, and the sentence on each."""
    found = ((one.row.row_no, one.row, known.get(one.key)) for one in chunk)
    return {no: _why(learner) for no, row, learner in found if learner and _is_other_person(row, learner)}


def _why(learner: Learner) -> str:
    return f"{learners.asked_to_be_erased(learner)} {learners.ADD_AGAIN}" if learner.erased_at else _OTHER_PERSON


def _is_other_person(row: PersonRow, known: Learner) -> bool:
    return known.erased_at is not None or not same_name(row, known)


def _person(row: PersonRow) -> learners.Person:
    return learners.Person(row.first_name, row.last_name, row.email, row.student_number)
