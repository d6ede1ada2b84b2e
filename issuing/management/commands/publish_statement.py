"""Publishes the wording that learners agree to."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from issuing.exceptions import InvalidInput
from issuing.management.commands._shared import DONE, IssuingCommand, add_json
from issuing.models import ConsentStatement, Provider
from issuing.services import statements

MOST_BYTES = 4 * statements.LONGEST + 3


class Command(IssuingCommand):
    help = "Publish a consent statement; the same words again publish nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, metavar="F", help="text in UTF-8; the built-in wording without it")
        parser.add_argument("--language", default="en", metavar="L", help="language code of the words (en)")
        parser.add_argument(
            "--provider", metavar="ID", help="Navigatr's id of the organisation, where there are several"
        )
        add_json(parser)

    def run(self, **options: Any) -> int:
        provider, language = _provider(options["provider"]), options["language"]
        body = _read(options["file"]) if options["file"] else _built_in(provider, language)
        newest = ConsentStatement.objects.order_by("pk").last()
        statement = statements.publish_text(provider=provider, language=language, body=body, by=None)
        self._report(statement, language, is_new=newest is None or statement.pk > newest.pk)
        return DONE

    def _report(self, statement: ConsentStatement, language: str, *, is_new: bool) -> None:
        text = statements.text_in(statement, language)
        whose = f"version {statement.version} of the wording of {statement.provider.name}, in {text.language}"
        if is_new:
            self.say(f"Published {whose}." + _consequence(statement))
        else:
            self.say(f"Nothing new was published: these are the words of {whose}.")
        self.say(f"version: {statement.version}\nsha256: {text.sha256}\nuuid: {statement.uuid}")
        if self.as_json:
            self.say_json(
                {
                    "version": statement.version,
                    "language": text.language,
                    "sha256": text.sha256,
                    "uuid": str(statement.uuid),
                    "is_new": is_new,
                }
            )


def _consequence(statement: ConsentStatement) -> str:
    if statement.version == 1 or statement.is_minor:
        return ""
    return " Earlier versions are replaced: who agreed to those is asked again before anything is sent."


def _provider(named: str | None) -> Provider:
    known = list(Provider.objects.order_by("name"))
    found = [one for one in known if named in (None, str(one.navigatr_id), str(one.uuid))]
    if len(found) == 1:
        return found[0]
    if not known:
        raise InvalidInput("No organisation is connected yet. Connect a Navigatr account first.")
    listed = "; ".join(f"{one.name} ({one.navigatr_id} at {one.host}, {one.uuid})" for one in found or known)
    if found:
        raise InvalidInput(f"Several organisations could be meant; give --provider with the id of one: {listed}.")
    raise InvalidInput(f"No organisation has the id {named}. These are connected: {listed}.")


def _built_in(provider: Provider, language: str) -> str:
    if language.lower().partition("-")[0] != statements.BUILT_IN_LANGUAGE:
        raise InvalidInput("The built-in wording is in English. Give your own words in this language with --file.")
    return statements.built_in_text(provider)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file} is not text in UTF-8. Save it as UTF-8 and try again.") from error
