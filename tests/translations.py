"""`make translations`: brings `locale/` up to date with what learners' pages and e-mails say, and compiles it.

Sources are those that `pyproject.toml` names under `tool.translations`. Words that are gone leave the catalogues, new
ones stand there empty; a catalogue is compiled only when nothing is missing in it, so that no page is half English.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
KEYWORDS = DEFAULT_KEYWORDS | {"lazy": None}
HEADER = "# What learners read on their pages and in e-mails. Correct it here, then run: make translations"
SINCE = datetime(2026, 11, 24, tzinfo=UTC)
"""In place of the time of each run: the same words are the same file."""
PLACEHOLDER = re.compile(r"%\(\w+\)s|%.")


def named() -> list[str]:
    """The patterns of files whose words learners read."""
    found: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["translations"]["sources"]
    return found


def sources() -> list[Path]:
    return [path for pattern in named() for path in sorted(ROOT.glob(pattern))]


def template() -> Catalog:
    """Every message of the sources, without translations."""
    found = Catalog(fuzzy=False)
    for path in sources():
        for message, context in _messages(path):
            found.add(message, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    return found


def _messages(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = path.read_text()
    code = text if path.suffix == ".py" else templatize(text, origin=path.name)
    for _line, message, _comments, context in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
        yield message, context


def languages() -> list[str]:
    """Those there is a catalogue of, as folders are called: `cy`, `zh_Hans`."""
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def path_of(language: str, kind: str = "po") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"django.{kind}"


def read(language: str) -> Catalog:
    """A catalogue as it stands; an empty one of a language there is none of yet."""
    if not path_of(language).exists():
        return Catalog(Locale.parse(language), domain="django", fuzzy=False)
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, domain="django")


def compiled(catalog: Catalog) -> bytes:
    """What programs read, the same for the same words."""
    output = BytesIO()
    write_mo(output, catalog)
    return output.getvalue()


def problems(catalog: Catalog) -> list[str]:
    """What a catalogue lacks or says wrongly, a line for each."""
    wanted = {message.id: message for message in template() if message.id}
    held = {message.id: message for message in catalog if message.id}
    found = [f"not in it: {_first(one)!r}" for one in wanted.keys() - held.keys()]
    found += [f"not needed: {_first(one)!r}" for one in held.keys() - wanted.keys()]
    return sorted(found + [f"{why}: {_first(one.id)!r}" for one in held.values() for why in _faults(one, catalog)])


def _faults(message: Message, catalog: Catalog) -> Iterator[str]:
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    if not all(said):
        yield "not translated"
        return
    if message.fuzzy:
        yield "marked as doubtful (fuzzy)"
    if isinstance(message.id, tuple) and len(said) != catalog.num_plurals:
        yield f"{len(said)} plural forms, not {catalog.num_plurals}"
    wanted = sorted(PLACEHOLDER.findall(_first(message.id)))
    given = [sorted(PLACEHOLDER.findall(one)) for one in said if one]
    if not all(_may_stand_for(wanted, one, is_plural=len(said) > 1) for one in given):
        yield f"has other placeholders than {wanted}"


def _may_stand_for(wanted: list[str], given: list[str], *, is_plural: bool) -> bool:
    """Of several forms one may say its number in words: "one minute"."""
    return given == wanted or (is_plural and not given and all("(" in one for one in wanted))


def _first(name: str | Iterable[str]) -> str:
    return name if isinstance(name, str) else next(iter(name))


def update(language: str) -> Catalog:
    """Bring a catalogue's words up to date with the sources; nothing is guessed for new ones."""
    catalog = read(language)
    catalog.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = HEADER
    catalog.project, catalog.version = "Navigatr admin", ""
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.creation_date = catalog.revision_date = SINCE
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    with path_of(language).open("wb") as file:
        write_po(file, catalog, width=0, omit_header=False, sort_by_file=True, include_lineno=False)
    return read(language)


def main(begun: list[str]) -> int:
    """1 where a catalogue is not whole; it stays as it was compiled before."""
    status = 0
    for language in sorted({*languages(), *begun}):
        catalog = update(language)
        if found := problems(catalog):
            print(f"{language}: not compiled", *found, sep="\n  ")
            status = 1
            continue
        path_of(language, "mo").write_bytes(compiled(catalog))
        print(f"{language}: {len(catalog)} messages")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
