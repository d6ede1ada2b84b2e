"""The questions about one answer: which there are, which come next, and the form of each."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from issuing.enums import Decision
from issuing.forms.consent import QUESTIONS, RecordForm
from issuing.forms.words import ALL_WORDS
from issuing.views.access import actor
from issuing.views.consent.draft import Draft
from issuing.views.consent.subject import Subject

CHECK = "check"
_DECISIONS = {decision.value: decision for decision in Decision}


class Questions:
    """What is asked of one subject, one page each, and how far it has come.

    Args:
        subject (Subject): whose answer it is.
        draft (Draft): what was typed so far.
    """

    def __init__(self, request: HttpRequest, subject: Subject, token: UUID) -> None:
        whose = request.GET.get("row") or request.GET["learner"]
        self.subject, self.draft = subject, Draft.of(token, actor(request), whose)
        is_withdrawal = request.GET.get("answer") == Decision.WITHDRAWN
        self.asked_for = Decision.WITHDRAWN if is_withdrawal else None
        self.names = [name for name in QUESTIONS if not (self.asked_for and name == "answer")]
        self._query = request.GET.urlencode()

    def url(self, name: str) -> str:
        address = reverse("consent-record-question", kwargs={"uuid": self.draft.token, "question": name})
        return f"{address}?{self._query}"

    @property
    def urls(self) -> dict[str, str]:
        """Where each question is asked."""
        return {name: self.url(name) for name in self.names}

    def next(self) -> str:
        """The first that has no good answer yet; else the check of them all."""
        errors = self.whole().errors
        waiting = (
            name for name in self.names if name not in self.draft.seen or not errors.keys().isdisjoint(QUESTIONS[name])
        )
        return next(waiting, CHECK)

    def is_early(self, name: str) -> bool:
        """Whether one before it was never asked: its hour is over, or somebody typed the address."""
        return not self.draft.seen.issuperset(self.names[: self.names.index(name)])

    def before(self, name: str) -> str:
        return self.names[max(self.names.index(name) - 1, 0)]

    def number(self, name: str) -> int:
        return self.names.index(name) + 1

    def whole(self, data: Mapping[str, str] | None = None) -> RecordForm:
        """The form with every question, bound to `data` or to what was typed so far."""
        typed = self.draft.typed if data is None else data
        return RecordForm(typed, learner=self.subject.learner, badge=self.subject.badge, decision=self.asked_for)

    def form(self, name: str) -> RecordForm:
        """The form of one question; what is wrong is said of those that were sent."""
        decision = None if name == "answer" else self.asked_for or self._decision
        who = {"learner": self.subject.learner, "badge": self.subject.badge, "decision": decision}
        is_sent = name in self.draft.seen
        form = RecordForm(self.draft.typed, **who) if is_sent else RecordForm(initial=self.draft.typed, **who)
        form.keep_only(name)
        return form

    def take(self, name: str, data: Mapping[str, str], *, is_sent: bool) -> None:
        """Keep what was typed. Another answer asks what depends on it once more."""
        before = self._decision
        if is_sent:
            self.draft.seen.add(name)
        self.draft.take(data, QUESTIONS[name])
        if name == "answer" and self._decision != before:
            self.draft.seen -= set(self.names[self.names.index(name) + 1 :])
            is_yes = self._decision == Decision.GIVEN
            unfit = {"words"} if is_yes and self.draft.typed.get("words") == ALL_WORDS else set()
            self.draft.take({}, unfit if is_yes else {"ends_on"})

    def take_all(self, data: Mapping[str, str]) -> None:
        """Keep a whole answer that cannot be recorded as it is."""
        self.draft.seen.update(self.names)
        self.draft.take(data, [field for name in self.names for field in QUESTIONS[name]])

    @property
    def _decision(self) -> Decision | None:
        return _DECISIONS.get(self.draft.typed.get("decision", ""))
