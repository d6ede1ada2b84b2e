"""The learner's own page as staff look at it: the real one, on which nothing can be pressed."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from issuing.enums import ConsentState
from issuing.models import Badge, ConsentStatement, ConsentText, Provider
from issuing.queries import ConsentStanding
from issuing.queries.asking import Question
from issuing.views.access import actor
from issuing.views.asking.languages import Languages, languages
from issuing.views.asking.pages import Asked, asked
from issuing.workflow.consent import Verdict


@dataclass(frozen=True, slots=True)
class Example:
    """Words as a learner is asked with them, in each language by its code.

    Args:
        wanted (str): the language to show; another one of them where there are no such words.
        back_url (str): for published words, whose page leads on to the other languages, and to how it looks on a phone.
    """

    provider: Provider
    badge: Badge | None
    bodies: Mapping[str, str]
    wanted: str
    is_phone: bool
    back_url: str = ""


class ExamplePage:
    """What `asking/answer.html` shows to somebody of this name who has not answered yet."""

    problem = None
    late = ""
    is_answered = has_receipt = False

    def __init__(self, example: Example, name: str) -> None:
        self.name, self.provider = name, example.provider.name
        statement = ConsentStatement(provider=example.provider, badge=example.badge)
        texts = [ConsentText(statement=statement, language=code, body=body) for code, body in example.bodies.items()]
        standing = ConsentStanding(example.provider, example.badge, Verdict(ConsentState.NONE), [])
        question = Question(example.provider, example.badge, texts, example.wanted, True, standing, None)
        self.questions: list[Asked] = [asked(question, example.wanted, may_agree=True)]
        shown = self.questions[0].text
        current = shown.language if shown else example.wanted
        self.languages = languages(current, example.bodies) if example.back_url else Languages(current, [])


def look(request: HttpRequest, example: Example) -> HttpResponse:
    """The page, in the language of its words, under a line for staff in theirs."""
    page = ExamplePage(example, actor(request).display_name.partition(" ")[0])
    other = "" if example.is_phone else "&on=phone"
    bar = {
        "label": _("For staff"),
        "said": _("This is what a learner sees. Its buttons do nothing."),
        "url": f"?language={page.languages.current}{other}" if example.back_url else "",
        "action": _("As on a computer") if example.is_phone else _("As on a phone"),
        "back_url": example.back_url,
        "back": _("Back"),
    }
    shown = {"page": page, "languages": page.languages, "bar": bar, "method": "dialog", "is_phone": example.is_phone}
    with page.languages.spoken():
        kept = "&on=phone" if example.is_phone else ""
        return render(request, "issuing/statement_look.html", {**shown, "kept": kept})
