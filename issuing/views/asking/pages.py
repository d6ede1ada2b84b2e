"""A learner's own page: what they are asked, their answer, and withdrawing; and how they get its link."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from issuing.exceptions import InvalidInput
from issuing.forms.asking import AddressForm, ReplyForm
from issuing.models import ConsentText
from issuing.presenters import asking as words
from issuing.queries import asking as reads
from issuing.queries.asking import Question
from issuing.services import consent
from issuing.services.consent import Holder, NoSuchLink, Recorded
from issuing.views.asking.access import for_learners
from issuing.views.place import place_of

NOT_FOUND, TOO_MANY = 404, 429


@for_learners
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing, for mail programs open links too; a press does."""
    holder = consent.holder(token)
    if holder is None:
        return _gone(request)
    form, problem = ReplyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            done = consent.answer(token=token, reply=form.reply())
        except NoSuchLink:
            return _gone(request)
        except InvalidInput as error:
            problem = str(error)
        else:
            return redirect(_afterwards(request, done))
    page = AnswerPage(request, holder, problem)
    with translation.override(page.language):
        return render(request, "asking/answer.html", {"page": page})


@for_learners
def start(request: HttpRequest) -> HttpResponse:
    """E-mails somebody their link; says the same whether or not the address is known."""
    form, shown = AddressForm(request.POST or None), {"is_set_up": consent.is_set_up()}
    if request.method != "POST" or not shown["is_set_up"] or not form.is_valid():
        return render(request, "asking/start.html", {**shown, "form": form})
    try:
        wait = consent.ask_for_link(address=form.cleaned_data["email"], place=place_of(request))
    except InvalidInput as error:
        return render(request, "asking/start.html", {**shown, "form": form, "problem": str(error)})
    if wait:
        told = {**shown, "form": form, "minutes": math.ceil(wait.total_seconds() / 60)}
        return render(request, "asking/start.html", told, status=TOO_MANY)
    return render(request, "asking/started.html", {"email": form.cleaned_data["email"]})


def _gone(request: HttpRequest) -> HttpResponse:
    """The same for a wrong link and for one whose learner was erased."""
    return render(request, "asking/gone.html", status=NOT_FOUND)


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
        others (list[tuple[str, str]]): other languages of the same words, code and name.
        said (str): what they answered before; empty where nothing.
        may_agree (bool): not by a link that went to another address than theirs of now.
    """

    question: Question
    text: ConsentText | None
    others: list[tuple[str, str]]
    said: str
    may_agree: bool


class AnswerPage:
    """What a learner sees: their first name, who asks, the words, what they said."""

    def __init__(self, request: HttpRequest, holder: Holder, problem: str = "") -> None:
        self.name = holder.learner.first_name
        self.problem = problem
        self.is_answered = request.method != "POST" and "done" in request.GET
        late = request.GET.get("done", "0")
        self.late = words.late(int(late)) if late.isascii() and late.isdigit() and len(late) < 4 else ""
        found = reads.questions(holder.learner, now=timezone.now())
        wanted = request.GET.get("language", "")
        self.questions = [_asked(one, wanted or one.language, may_agree=holder.is_current) for one in found]
        self.language = next((one.text.language for one in self.questions if one.text), settings.LANGUAGE_CODE)
        self.has_receipt = holder.is_current and any(one.said for one in self.questions)
        self.provider = found[0].provider.name if found else ""


def _asked(question: Question, language: str, *, may_agree: bool) -> Asked:
    text = _in_language(question.texts, language)
    others = [(one.language, words.own_name(one.language)) for one in question.texts if one != text]
    with translation.override(text.language if text else settings.LANGUAGE_CODE):
        said = words.said(question)
    return Asked(question, text, others, said, may_agree and question.may_agree)


def _in_language(texts: Sequence[ConsentText], language: str) -> ConsentText | None:
    return next((one for one in texts if one.language == language), texts[0] if texts else None)
