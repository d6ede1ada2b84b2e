"""The catalogues of learners' pages: whole, compiled, and of nothing else."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest

from tests import translations

LANGUAGES = ["ar", "cy", "de", "es", "fr", "ga", "it", "nl", "pl", "pt", "ro", "tr", "uk", "ur", "zh_Hans"]


def test_catalogues_are_those_that_are_promised() -> None:
    assert translations.languages() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_lacks_nothing_and_holds_nothing_else(language: str) -> None:
    assert translations.problems(translations.read(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_says_what_the_readable_one_says(language: str) -> None:
    kept = translations.path_of(language, "mo").read_bytes()
    fresh = translations.compiled(translations.read(language))
    said, wanted = (vars(GNUTranslations(BytesIO(one)))["_catalog"] for one in (kept, fresh))
    assert {key: text for key, text in said.items() if key} == {key: text for key, text in wanted.items() if key}


def test_every_source_that_is_named_is_there() -> None:
    assert len(translations.sources()) > len(translations.named())
    assert [pattern for pattern in translations.named() if not list(translations.ROOT.glob(pattern))] == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('msgstr "Tynnu’n ôl"', 'msgstr ""', "not translated"),
        ('msgstr "Helo %(name)s"', 'msgstr "Helo"', "has other placeholders"),
        ('msgid "Withdraw"', '#, fuzzy\nmsgid "Withdraw"', "marked as doubtful"),
        ('msgid "Withdraw"', 'msgid "Draw with"', "not in it: 'Withdraw'"),
    ],
)
def test_fault_in_a_catalogue_is_named_and_keeps_it_from_being_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, fault: str
) -> None:
    text = translations.path_of("cy").read_text()
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    translations.path_of("cy").parent.mkdir(parents=True)
    translations.path_of("cy").write_text(text.replace(before, after))
    assert [one for one in translations.problems(translations.read("cy")) if fault in one]
    assert (translations.main([]), translations.path_of("cy", "mo").exists()) == (1, False)
