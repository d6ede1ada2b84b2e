"""How fast large files are read and checked, and in how much memory: `python -m tests.benchmarks.reading ROWS`.

Beside us: django-import-export's dry run over the same people, which checks rows but knows no consent, and pandas,
which only reads. Each runs in a process of its own.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook

from tests.benchmarks.pace import database_name
from tests.world import World, world

HEADINGS = ("First name", "Last name", "Email", "Student number", "Course", "Ethnicity")
THEIRS = 10
"""Of so many rows import-export is given one: the whole file would take it too long."""
MEASURED = """
import json, resource, time
from pathlib import Path
began = time.perf_counter()
{work}
seconds = time.perf_counter() - began
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps([seconds, peak / 1024]))
"""
OURS = """
from issuing.models import Badge
from issuing.services import rosters
badge = Badge.objects.get(navigatr_id=51)
checked = rosters.check(content=Path({path!r}).read_bytes(), file_name="people", badge=badge)
assert len(checked.rows) == {rows}, len(checked.rows)
"""
KEPT = """
from issuing.models import Badge, Roster, User
from issuing.services import rosters
badge, ann = Badge.objects.get(navigatr_id=51), User.objects.get(username="ann")
roster = rosters.upload(content=Path({path!r}).read_bytes(), file_name="people", badge=badge, by=ann)
rosters.check_kept(roster.pk)
assert roster.rows.count() == {rows}, (roster.rows.count(), roster.reading)
"""
IMPORT_EXPORT = """
from import_export import resources, fields
from import_export.formats import base_formats
from issuing.models import Learner
class People(resources.ModelResource):
    first_name = fields.Field("first_name", "First name")
    last_name = fields.Field("last_name", "Last name")
    email = fields.Field("email", "Email")
    class Meta:
        model = Learner
        fields = ("first_name", "last_name", "email")
        import_id_fields = ("email",)
        use_transactions = True
kind = base_formats.{kind}()
content = Path({path!r}).read_bytes()
dataset = kind.create_dataset(content if kind.is_binary() else content.decode())
result = People().import_data(dataset, dry_run=True, raise_errors=False)
assert result.total_rows == {rows}, result.total_rows
"""
PANDAS = """
import pandas
frame = pandas.{read}({path!r}, dtype=str)
assert len(frame) == {rows}
"""


def main(arguments: Sequence[str]) -> int:
    rows = int(arguments[0])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as text:
        folder = Path(text)
        with world(folder, rate="100000/1") as here:
            here.connect()
            for kind, read, write in (("CSV", "read_csv", write_csv), ("XLSX", "read_excel", write_xlsx)):
                whole, part = folder / f"whole.{kind.lower()}", folder / f"part.{kind.lower()}"
                write(whole, rows)
                write(part, rows // THEIRS)
                _compare(here, kind, read, whole, part, rows)
    return 0


def _compare(here: World, kind: str, read: str, whole: Path, part: Path, rows: int) -> None:
    ours = _in_shell(here, OURS.format(path=str(whole), rows=rows))
    kept = _in_shell(here, KEPT.format(path=str(whole), rows=rows))
    theirs = _in_shell(here, IMPORT_EXPORT.format(path=str(part), rows=rows // THEIRS, kind=kind))
    pandas = _alone(PANDAS.format(path=str(whole), rows=rows, read=read))
    print(f"{database_name()}, {kind}, {rows:,} rows:", flush=True)
    _say("read and checked", ours, rows, ours, rows)
    _say("read, checked and kept", kept, rows, ours, rows)
    _say(f"django-import-export, dry run of {rows // THEIRS:,}", theirs, rows // THEIRS, ours, rows)
    _say("pandas, only read", pandas, rows, ours, rows)


def _say(what: str, found: list[float], rows: int, ours: list[float], our_rows: int) -> None:
    rate, our_rate = rows / found[0], our_rows / ours[0]
    print(
        f"  {what:<44} {found[0]:>6.1f} s {rate:>9,.0f} rows/s {found[1]:>6,.0f} MB  ours : this {our_rate / rate:.1f}",
        flush=True,
    )


def _in_shell(here: World, work: str) -> list[float]:
    return json.loads(here.shell(MEASURED.format(work=work)).splitlines()[-1])  # type: ignore[no-any-return]


def _alone(work: str) -> list[float]:
    done = subprocess.run([sys.executable, "-c", MEASURED.format(work=work)], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def people(count: int) -> Iterator[tuple[str, ...]]:
    for number in range(count):
        first, last = ("Zoë", "Núñez") if number % 3 else ("Oluwaseun", f"O'Brien-{number % 977}")
        yield first, last, f"learner{number}@example.org", f"{number:07}", f"Bakery {number % 40}", "not said"


def write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *people(count)])


def write_xlsx(path: Path, count: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")
    for row in (HEADINGS, *people(count)):
        sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main(sys.argv[1:]))
