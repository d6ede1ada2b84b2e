"""In which language pages and e-mails for learners speak, and which way it runs."""

from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import to_language

# Those of a script that runs from right to left, whether or not Django knows them.
_RIGHT_TO_LEFT: Final = {"ar", "ckb", "dv", "fa", "he", "ks", "pnb", "prs", "ps", "sd", "syr", "ug", "ur", "yi"}
_RIGHT_TO_LEFT_SCRIPTS: Final = {"arab", "aran", "hebr", "syrc", "thaa"}
_TRADITIONAL_CHINESE: Final = {"hant", "tw", "hk", "mo"}


@cache
def catalogues() -> frozenset[str]:
    """The languages we have words for, beside English: those with a compiled catalogue."""
    found = [path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/django.mo")]
    return frozenset(to_language(path.parts[-3]) for path in found)


def words_in(language: str) -> str:
    """The language in which buttons and e-mails are said to whoever reads words in this one: ours where there is none.

    The nearest counts: `pt-br` is spoken to in `pt`, `zh` and `zh-cn` in `zh-hans`; another script is not near.
    """
    code = language.lower()
    base, _, rest = code.partition("-")
    if base == "zh":
        code, base = "" if _TRADITIONAL_CHINESE & set(rest.split("-")) else "zh-hans", ""
    return next((one for one in (code, base) if one in catalogues()), settings.LANGUAGE_CODE)


def is_spoken(language: str) -> bool:
    """Whether pages and e-mails speak this language: it is English, or there is a catalogue."""
    return language.lower().partition("-")[0] == "en" or words_in(language) != settings.LANGUAGE_CODE


def direction(language: str) -> str:
    """`rtl` or `ltr`, for the attribute `dir`."""
    base, *rest = language.lower().split("-")
    is_backwards = base in _RIGHT_TO_LEFT and not {"latn", "cyrl"} & set(rest)
    return "rtl" if is_backwards or _RIGHT_TO_LEFT_SCRIPTS & set(rest) else "ltr"
