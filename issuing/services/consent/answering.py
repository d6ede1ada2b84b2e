"""Takes what learners answer with their personal link."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import Decision, Route
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import ConsentText, Learner
from issuing.queries import asking as reads
from issuing.services import learners
from issuing.services.consent import links
from issuing.services.consent.records import Answer, Recorded, record

EVIDENCE = "Answered with the personal link that was e-mailed to them."
# What a learner is told is said in the language of the page that shows it, not in that of whatever recorded it.
NOT_ASKED = lazy("You are not asked this any more. Nothing was recorded.")
TOO_YOUNG = lazy("Badges are for people of 13 and over. To say yes, tick that you are 13 or older.")
CHANGED = lazy("The words have changed meanwhile. Please read them again; nothing was recorded.")
NOTHING_TO_END = lazy("There is nothing to withdraw from. Nothing was recorded.")


class NoSuchLink(Exception):
    """The link is wrong, or its learner was erased; nobody is told which."""


class WordsChanged(InvalidInput):
    """The words changed while they were read; nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a learner pressed.

    Args:
        about (str): which question (`queries.asking.Question.about`).
        text_id (int | None): the words that were shown; needed for a yes.
        is_old_enough (bool): whether they said that they are 13 or older; needed for a yes.
    """

    about: str
    decision: Decision
    text_id: int | None = None
    is_old_enough: bool = False


def answer(*, token: str, reply: Reply) -> Recorded | None:
    """Record what a learner answered, at once with all that it stops; None where it stands so already.

    Raises:
        NoSuchLink: nobody's link.
        WordsChanged: they said yes to words that are not the present ones.
        InvalidInput: it cannot be answered so: not asked any more, too young, or nothing to withdraw from.
    """
    holder = links.holder(token)
    if holder is None:
        raise NoSuchLink
    with transaction.atomic():
        try:
            learner = learners.lock_present(holder.learner.pk)
        except AlreadyTaken:
            raise NoSuchLink from None
        question = _question(learner, reply.about)
        if reply.decision == Decision.GIVEN:
            text = _agree(question, reply, is_current=holder.is_current)
        else:
            text = _refuse(question, reply)
        if text is None:
            return None
        given = Answer(reply.decision, Route.ONLINE, timezone.now(), text=text, evidence_note=EVIDENCE)
        return record(learner=learner, answer=given, by=None)


def _question(learner: Learner, about: str) -> reads.Question:
    found = [one for one in reads.questions(learner, now=timezone.now()) if one.about == about]
    if not found:
        raise InvalidInput(NOT_ASKED)
    return found[0]


def _agree(question: reads.Question, reply: Reply, *, is_current: bool) -> ConsentText | None:
    if question.may_withdraw:
        return None
    if not question.may_agree or not is_current:
        raise InvalidInput(NOT_ASKED)
    if not reply.is_old_enough:
        raise InvalidInput(TOO_YOUNG)
    text = next((one for one in question.texts if one.pk == reply.text_id), None)
    if text is None:
        raise WordsChanged(CHANGED)
    return text


def _refuse(question: reads.Question, reply: Reply) -> ConsentText | None:
    """The words the no is about: those of the yes it ends, else those they were shown."""
    if question.said_no:
        return None
    if reply.decision == Decision.WITHDRAWN:
        if not question.may_withdraw:
            raise InvalidInput(NOTHING_TO_END)
        yes = [one.text for one in question.standing.records if one.decision == Decision.GIVEN and one.text]
        return yes[0] if yes else None
    shown = next((one for one in question.texts if one.pk == reply.text_id), None)
    return shown or next(iter(question.texts), None) or _any_text(question)


def _any_text(question: reads.Question) -> ConsentText:
    """Words of ours that are not in force any more: a no to them is a no all the same."""
    texts = ConsentText.objects.filter(statement__provider=question.provider, statement__badge=question.badge).order_by(
        "-pk"
    )
    return texts[0]
