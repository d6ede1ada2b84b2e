"""In which language a page for learners is shown, and into which it can be changed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from issuing.presenters.answering import own_name
from issuing.queries import asking as reads
from issuing.workflow.languages import words_in


@dataclass(frozen=True, slots=True)
class Language:
    """One language that the page can be read in, named in itself."""

    code: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Languages:
    """The language of a page, and the others it can be read in.

    Args:
        current (str): that of the words on it; its buttons are said in the nearest that we speak.
        all (list[Language]): empty with only one.
    """

    current: str
    all: list[Language]

    @contextmanager
    def spoken(self) -> Iterator[None]:
        """What is said and drawn meanwhile is said so."""
        with translation.override(words_in(self.current)):
            yield


def languages(current: str, offered: Iterable[str]) -> Languages:
    codes = list(dict.fromkeys(offered))
    found = [Language(code, own_name(code), code == current) for code in codes]
    return Languages(current, found if len(found) > 1 else [])


def of_anybody(request: HttpRequest) -> Languages:
    """For a page that knows nobody: what was chosen, else what the browser asks for, of those we ask learners in."""
    offered = reads.languages_in_force() or [settings.LANGUAGE_CODE]
    wanted = request.GET.get("language", "")
    current = wanted if wanted in offered else _liked(request, offered) or offered[0]
    return languages(current, offered)


def _liked(request: HttpRequest, offered: list[str]) -> str:
    liked = [code for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    fitting = (one for code in liked for one in offered if _base(one) == _base(code))
    return next(fitting, "")


def _base(code: str) -> str:
    return code.lower().partition("-")[0]
