"""`manage.py publish_statement`: words in, a version, its hash and its uuid out."""

import json
from pathlib import Path
from typing import Any

import pytest

from issuing.models import ConsentStatement, ConsentText, Provider
from issuing.services.statements import built_in_text, digest
from tests.commands.running import run
from tests.factories import make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Provider:
    return make_provider()


@pytest.fixture
def words(tmp_path: Path) -> Any:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "words.txt"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_publish_statement_publishes_the_built_in_words_when_no_file_is_given(provider: Provider) -> None:
    ran = run("publish_statement")

    statement = ConsentStatement.objects.get()
    body = built_in_text(provider)
    assert ConsentText.objects.get().body == body
    assert (ran.code, ran.err, ran.out.splitlines()) == (
        0,
        "",
        [
            "Published version 1 of the wording of Example College, in en.",
            "version: 1",
            f"sha256: {digest(body)}",
            f"uuid: {statement.uuid}",
        ],
    )


def test_publish_statement_publishes_nothing_when_the_words_are_the_same(provider: Provider) -> None:
    first, second = run("publish_statement"), run("publish_statement")

    assert (second.code, ConsentStatement.objects.count()) == (0, 1)
    assert second.out.startswith("Nothing new was published: these are the words of version 1")
    assert second.out.splitlines()[1:] == first.out.splitlines()[1:]


def test_publish_statement_says_what_follows_when_a_version_replaces_another(provider: Provider, words: Any) -> None:
    run("publish_statement")

    ran = run("publish_statement", "--file", words("\ufeffWe send Zoë's name.\r\n"))

    assert (ran.code, ConsentText.objects.order_by("pk").last().body) == (0, "We send Zoë's name.\n")  # type: ignore[union-attr]
    assert ran.out.splitlines()[0] == (
        "Published version 2 of the wording of Example College, in en. Earlier versions are replaced: who agreed to "
        "those is asked again before anything is sent."
    )


def test_publish_statement_adds_a_language_when_another_is_there(provider: Provider, words: Any) -> None:
    run("publish_statement")

    ran = run("publish_statement", "--file", words("Anfonwn."), "--language", "cy", "--json")

    statement = ConsentStatement.objects.get(version=2)
    assert json.loads(ran.out) == {
        "version": 2,
        "language": "cy",
        "sha256": digest("Anfonwn."),
        "uuid": str(statement.uuid),
        "is_new": True,
    }
    assert "in cy.\n" in ran.err
    assert ConsentStatement.objects.get(version=1).superseded_at is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--language", "cy"], "The built-in wording is in English."),
        (["--provider", "99"], "No organisation has the id 99. These are connected: Example College (12 at"),
        (["--file", "/nowhere/words.txt"], "/nowhere/words.txt cannot be read: No such file"),
    ],
)
def test_publish_statement_publishes_nothing_when_an_argument_is_wrong(
    provider: Provider, arguments: list[str], sentence: str
) -> None:
    ran = run("publish_statement", *arguments)

    assert (ran.code, ran.out, ran.err.startswith(sentence)) == (2, "", True)
    assert ConsentStatement.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"Zo\xeb", "is not text in UTF-8"), (b" \n", "The wording is empty"), (b"a" * 90_000, "longer than 20,000")],
)
def test_publish_statement_refuses_a_file_when_it_holds_no_wording(
    provider: Provider, words: Any, content: bytes, sentence: str
) -> None:
    ran = run("publish_statement", "--file", words(content))

    assert (ran.code, sentence in ran.err, ConsentStatement.objects.count()) == (2, True, 0)


def test_publish_statement_asks_which_organisation_when_there_are_several(provider: Provider) -> None:
    other = make_provider(navigatr_id=13, name="Other College")
    asked = run("publish_statement")

    chosen, by_uuid = run("publish_statement", "--provider", 13), run("publish_statement", "--provider", other.uuid)

    assert asked.err.startswith("Several organisations could be meant; give --provider with the id of one: Example")
    assert (asked.code, chosen.code, by_uuid.code) == (2, 0, 0)
    assert ConsentStatement.objects.get().provider == other


def test_publish_statement_says_what_to_do_first_when_nothing_is_connected() -> None:
    ran = run("publish_statement")

    assert (ran.code, ran.err) == (2, "No organisation is connected yet. Connect a Navigatr account first.\n")
