"""In which language learners are spoken to."""

import pytest

from issuing.workflow import languages
from issuing.workflow.languages import direction, is_spoken, words_in


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("cy", "cy"),
        ("PT-BR", "pt"),
        ("zh", "zh-hans"),
        ("zh-cn", "zh-hans"),
        ("zh-hant", "en-gb"),
        ("zh-tw", "en-gb"),
        ("en", "en-gb"),
        ("so", "en-gb"),
        ("", "en-gb"),
    ],
)
def test_words_are_in_the_nearest_language_we_have(asked: str, spoken: str) -> None:
    assert words_in(asked) == spoken


def test_language_is_spoken_when_there_is_a_catalogue_or_it_is_english() -> None:
    assert [code for code in ("en", "en-us", "cy", "pt-br", "so", "zh-tw", "enx") if is_spoken(code)] == [
        "en",
        "en-us",
        "cy",
        "pt-br",
    ]


@pytest.mark.parametrize("code", ["ar", "ar-dz", "ur", "he", "ps", "ckb", "pa-arab", "az-arab-ir"])
def test_direction_is_right_to_left_for_such_scripts(code: str) -> None:
    assert direction(code) == "rtl"


@pytest.mark.parametrize("code", ["en", "cy", "pa", "az", "ku", "zh-hans", "ur-latn", ""])
def test_direction_is_left_to_right_for_all_others(code: str) -> None:
    assert direction(code) == "ltr"


def test_only_compiled_catalogues_count() -> None:
    assert "zh-hans" in languages.catalogues()
    assert len(languages.catalogues()) == 15
