"""Adds the learners of a file and records what they answered."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from issuing import sheets
from issuing.enums import Route
from issuing.exceptions import InvalidInput
from issuing.management.commands._shared import DONE, NOTHING_DONE, SOME_OTHERWISE, IssuingCommand, add_json
from issuing.models import ConsentStatement
from issuing.services import consent, statements
from issuing.services.consent import Imported, ImportOptions


class Command(IssuingCommand):
    help = "Add new learners from a file and record their answers to a consent statement."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV or Excel file with names and addresses")
        parser.add_argument("--route", required=True, choices=Route.values, metavar="R", help=", ".join(Route.values))
        parser.add_argument("--by", required=True, metavar="U", help="sign-in name or e-mail address of who records")
        when = parser.add_mutually_exclusive_group(required=True)
        when.add_argument("--decided-on", metavar="DATE", help="day of the decisions, as 2026-09-14")
        when.add_argument("--decided-column", metavar="C", help="heading of the column with the day of each decision")
        parser.add_argument("--evidence", required=True, metavar="TEXT", help="where the answers can be looked up")
        said = parser.add_mutually_exclusive_group(required=True)
        said.add_argument("--all-agreed", action="store_true", help="everybody in the file agreed")
        said.add_argument("--decision-column", metavar="C", help="heading of the column with the answers")
        parser.add_argument("--yes", nargs="+", action="extend", default=[], metavar="V", help="what means yes there")
        parser.add_argument("--no", nargs="+", action="extend", default=[], metavar="V", help="what means no there")
        parser.add_argument(
            "--birth-column", metavar="C", help="heading of dates of birth: under 13 nobody is sent any"
        )
        order = parser.add_mutually_exclusive_group()
        order.add_argument("--day-first", action="store_const", const=True, help="4/5/2026 is 4 May")
        order.add_argument("--month-first", action="store_const", const=False, dest="day_first", help="it is 5 April")
        parser.add_argument("--statement", default="", metavar="V", help="version or uuid; else the one in force")
        parser.add_argument("--language", default="", metavar="L", help="language they saw, where there are several")
        add_json(parser)

    def run(self, **options: Any) -> int:
        if options["all_agreed"] and (options["yes"] or options["no"]):
            raise InvalidInput("--yes and --no go with --decision-column, not with --all-agreed.")
        by = self.staff(options["by"])
        statement = statements.find(options["statement"])
        table = sheets.certain(sheets.read_table(_content(options["file"]), name=options["file"].name))
        wanted = ImportOptions(
            text=statements.text_in(statement, options["language"]),
            route=Route(options["route"]),
            decided_on=_day(options["decided_on"]) if options["decided_on"] else None,
            decided_column=options["decided_column"],
            day_first=options["day_first"],
            evidence=options["evidence"],
            decision_column=options["decision_column"],
            yes=options["yes"],
            no=options["no"],
            birth_column=options["birth_column"],
        )
        matching = sheets.match_columns(table)
        imported = consent.import_answers(table=table, matching=matching, options=wanted, by=by)
        self._report(statement, imported)
        if not imported.given + imported.declined:
            return NOTHING_DONE
        return SOME_OTHERWISE if imported.left_out else DONE

    def _report(self, statement: ConsentStatement, imported: Imported) -> None:
        self.say(f"Answers to version {statement.version} of the wording of {statement.provider.name}:")
        self.say(f"given: {imported.given}\ndeclined: {imported.declined}")
        self.say(f"no answer: {imported.no_answer}\nleft out: {len(imported.left_out)}")
        for row_no, why in imported.left_out:
            self.say(f"  row {row_no}: {why}")
        for note in _notes(statement, imported):
            self.say(note)
        if self.as_json:
            self.say_json(_as_json(statement, imported))


def _notes(statement: ConsentStatement, imported: Imported) -> list[str]:
    notes = []
    if statement.superseded_at is not None:
        notes.append("This version has been replaced since: a yes to it is kept, and counts no more.")
    if imported.stopped.cancelled:
        notes.append(f"Badges that waited and were stopped for want of consent: {imported.stopped.cancelled}.")
    if imported.stopped.on_the_way:
        notes.append(f"Badges that were already on their way: {imported.stopped.on_the_way}.")
    return notes


def _as_json(statement: ConsentStatement, imported: Imported) -> dict[str, object]:
    return {
        "statement": str(statement.uuid),
        "given": imported.given,
        "declined": imported.declined,
        "no_answer": imported.no_answer,
        "left_out": [{"row": row_no, "why": why} for row_no, why in imported.left_out],
        "cancelled": imported.stopped.cancelled,
        "on_the_way": imported.stopped.on_the_way,
    }


def _content(file: Path) -> bytes:
    """The file, up to one byte more than may be read, so that the reader can say that it is too big."""
    try:
        with file.open("rb") as opened:
            return opened.read(sheets.MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}.") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"“{text[:30]}” is not understood as a day. Write it as 2026-09-14.") from error
