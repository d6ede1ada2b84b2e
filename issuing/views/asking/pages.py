"""A learner's own page: what they are asked, their answer, and withdrawing; and how they get its link."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from issuing.exceptions import InvalidInput
from issuing.forms.answering import NO_ADDRESS, AddressForm, ReplyForm
from issuing.models import ConsentText
from issuing.presenters import answering as words
from issuing.queries import asking as reads
from issuing.queries.asking import Question
from issuing.services import consent
from issuing.services.consent import Holder, NoSuchLink, Recorded
from issuing.views.asking.access import for_learners
from issuing.views.asking.languages import Languages, languages, of_anybody
from issuing.views.place import place_of
from issuing.workflow.languages import direction

NOT_FOUND, TOO_MANY = 404, 429


@for_learners
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing, for mail programs open links too; a press does."""
    holder = consent.holder(token)
    if holder is None:
        return _gone(request)
    form, problem = ReplyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            done = consent.answer(token=token, reply=form.reply())
        except NoSuchLink:
            return _gone(request)
        except InvalidInput as error:
            problem = error
        else:
            return redirect(_afterwards(request, done))
    page = AnswerPage(request, holder, problem)
    with page.languages.spoken():
        return render(request, "asking/answer.html", {"page": page, "languages": page.languages})


@for_learners
def start(request: HttpRequest) -> HttpResponse:
    """E-mails somebody their link; says the same whether or not the address is known."""
    shown = of_anybody(request)
    with shown.spoken():
        return _start(request, {"is_set_up": consent.is_set_up(), "languages": shown})


def _start(request: HttpRequest, shown: dict[str, object]) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if request.method != "POST" or not shown["is_set_up"] or not form.is_valid():
        return render(request, "asking/start.html", {**shown, "form": form})
    try:
        wait = consent.ask_for_link(address=form.cleaned_data["email"], place=place_of(request))
    except InvalidInput:
        form.add_error("email", NO_ADDRESS)
        return render(request, "asking/start.html", {**shown, "form": form})
    if wait:
        told = {**shown, "form": form, "minutes": math.ceil(wait.total_seconds() / 60)}
        return render(request, "asking/start.html", told, status=TOO_MANY)
    return render(request, "asking/started.html", {**shown, "email": form.cleaned_data["email"]})


def _gone(request: HttpRequest) -> HttpResponse:
    """The same for a wrong link and for one whose learner was erased."""
    shown = of_anybody(request)
    with shown.spoken():
        return render(request, "asking/gone.html", {"languages": shown}, status=NOT_FOUND)


def _afterwards(request: HttpRequest, done: Recorded | None) -> str:
    """The same page in the same language, which says how many badges were past stopping."""
    asked = request.GET.copy()
    asked["done"] = str(done.stopped.on_the_way if done else 0)
    return f"{request.path}?{asked.urlencode()}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is drawn.

    Args:
        text (ConsentText | None): the words in the language that was chosen; None: there are none in force.
        may_agree (bool): not by a link that went to another address than theirs of now.
    """

    question: Question
    text: ConsentText | None
    may_agree: bool

    @property
    def said(self) -> str:
        """What they answered before, in the language of whatever is drawn; empty where nothing."""
        return words.said(self.question)

    @property
    def direction(self) -> str:
        """Which way the words run."""
        return direction(self.text.language) if self.text else ""


class AnswerPage:
    """What a learner sees: their first name, who asks, the words, what they said."""

    def __init__(self, request: HttpRequest, holder: Holder, problem: InvalidInput | None = None) -> None:
        self.name = holder.learner.first_name
        self.problem = problem
        self.is_answered = request.method != "POST" and "done" in request.GET
        self._late = request.GET.get("done", "0")
        found = reads.questions(holder.learner, now=timezone.now())
        wanted = request.GET.get("language", "")
        self.questions = [asked(one, wanted, may_agree=holder.is_current and one.may_agree) for one in found]
        self.languages = languages_of(self.questions, wanted)
        self.has_receipt = holder.is_current and any(one.said for one in self.questions)
        self.provider = found[0].provider.name if found else ""

    @property
    def late(self) -> str:
        is_count = self._late.isascii() and self._late.isdigit() and len(self._late) < 4
        return words.late(int(self._late)) if is_count else ""


def asked(question: Question, wanted: str, *, may_agree: bool) -> Asked:
    """A question with its words in the language that is wanted, else in that in which they were asked."""
    return Asked(question, _in_language(question.texts, wanted, question.language), may_agree)


def languages_of(questions: Sequence[Asked], wanted: str) -> Languages:
    """The language of a page: what is wanted where one of its questions has it, else that of the first."""
    offered = [text.language for one in questions for text in one.question.texts]
    shown = [one.text.language if one.text else one.question.language for one in questions]
    fallback = shown[0] if shown else settings.LANGUAGE_CODE
    return languages(wanted if wanted in offered else fallback, offered)


def _in_language(texts: Sequence[ConsentText], *wanted: str) -> ConsentText | None:
    by_code = {one.language: one for one in texts}
    return next((by_code[code] for code in wanted if code in by_code), texts[0] if texts else None)
