"""What staff type about consent."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing import queries
from issuing.enums import Decision, Giver, Route
from issuing.exceptions import InvalidInput
from issuing.forms.base import StyledForm
from issuing.forms.words import ALL_WORDS, Choices, word_choices
from issuing.models import Badge, ConsentRecord, Learner
from issuing.services.consent import MAX_CONTACT, MAX_NOTE, MAX_REASON, Answer, evidence
from issuing.workflow.consent import moment_of_day

_LEARNER: Final = Giver.LEARNER.value
_GUARDIAN: Final = Giver.GUARDIAN.value
_OTHERS: Final = (Giver.GUARDIAN.value, Giver.ATTORNEY.value, Giver.DEPUTY.value)
OF_GIVER: Final = ("giver_name", "giver_relation", "giver_reason", "giver_contact")
QUESTIONS: Final = {
    "giver": ("giver", *OF_GIVER),
    "route": ("route",),
    "answer": ("decision",),
    "when": ("decided_on", "decided_time", "ends_on"),
    "words": ("words",),
    "evidence": ("evidence_note", "proof", "evidence_file"),
}
"""What is asked about one answer, in this order, and the fields of each question."""

ROUTES: Final = [
    (Route.PAPER.value, Route.PAPER.label),
    (Route.PHONE.value, Route.PHONE.label),
    (Route.IN_PERSON.value, Route.IN_PERSON.label),
    (Route.ONLINE.value, lazy("Online: a form or an e-mail")),
]


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RecordForm(StyledForm):
    """What one learner, or somebody for them, answered: who, how, what, when, and what shows it; nothing is preset.

    Draw it with `issuing/_consent_form.html`.

    Args:
        learner (Learner | None): whose answer it is; their guardians known from earlier can be chosen.
        badge (Badge | None): offer only words that cover this badge.
        decision (Decision | None): known already, so not asked.
    """

    use_required_attribute = False  # what is needed depends on the answers, and some fields are not in view

    giver = forms.ChoiceField(label=lazy("Who answered"), widget=forms.RadioSelect)
    giver_name = forms.CharField(label=lazy("First and last name of who answered"), max_length=200)
    giver_relation = forms.CharField(
        label=lazy("What they are to the learner"), help_text=lazy("For example mother."), max_length=100
    )
    giver_reason = forms.CharField(
        label=lazy("Why they answer for the learner"),
        help_text=lazy("For example: the learner is 15; or the day of the power of attorney or court order."),
        max_length=MAX_REASON,
    )
    giver_contact = forms.CharField(
        label=lazy("How they can be reached"),
        help_text=lazy("A phone number or an e-mail address. Nothing is sent to it."),
        max_length=MAX_CONTACT,
    )
    route = forms.ChoiceField(
        label=lazy("How they answered"),
        widget=forms.RadioSelect,
        choices=ROUTES,
    )
    decision = forms.ChoiceField(
        label=lazy("Their answer"),
        widget=forms.RadioSelect,
        choices=[
            (Decision.GIVEN.value, lazy("Yes, they agree")),
            (Decision.DECLINED.value, lazy("No, they do not agree")),
            (Decision.WITHDRAWN.value, lazy("They agreed before and now withdraw")),
        ],
    )
    decided_on = forms.DateField(label=lazy("Day they answered"), widget=DayInput())
    decided_time = forms.TimeField(
        label=lazy("Time they answered"),
        help_text=lazy("Without times a no counts, whichever came last."),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    words = forms.ChoiceField(label=lazy("Which words they saw"))
    evidence_note = forms.CharField(
        label=lazy("Where the answer can be looked up"),
        help_text=lazy(
            "For example: signed form, enrolment folder 2026, page 12. Nothing about health or support needs."
        ),
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence_file = forms.FileField(
        label=lazy("A file that shows the answer"),
        help_text=lazy("A scan or photograph: PDF, PNG or JPEG, at most 5 MB. It is kept encrypted."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )
    proof = forms.UUIDField(required=False, widget=forms.HiddenInput)
    ends_on = forms.DateField(
        label=lazy("Last day their yes counts"),
        help_text=lazy("Leave empty unless they agreed for a limited time."),
        required=False,
        widget=DayInput(),
    )

    def __init__(
        self,
        *args: Any,
        learner: Learner | None = None,
        badge: Badge | None = None,
        decision: Decision | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known_decision = decision
        self._texts = {str(text.pk): text for text in queries.texts_on_offer(badge)}
        self._guardians = _guardians(learner)
        self._set("giver", _giver_choices(learner, self._guardians))
        self._set("words", word_choices(self._texts.values(), may_be_all=decision != Decision.GIVEN))
        if decision:
            del self.fields["decision"]
        if decision in (Decision.DECLINED, Decision.WITHDRAWN):
            del self.fields["ends_on"]
        if decision == Decision.WITHDRAWN:
            self.fields["words"].label = _("What they withdraw from")
        self._ask_for_what_is_needed()

    def _ask_for_what_is_needed(self) -> None:
        """A name only of somebody else; evidence of every yes, not of a no: that must be as easy as can be."""
        chosen = self["giver"].value() if self.is_bound else _GUARDIAN
        for name in ("giver_name", "giver_reason", "giver_contact"):
            self.fields[name].required = chosen in _OTHERS
        self.fields["giver_relation"].required = chosen == _GUARDIAN
        decision = self.known_decision or self["decision"].value()
        self.fields["evidence_note"].required = decision in (None, "", Decision.GIVEN) and not self["proof"].value()

    def _set(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        decision = self.known_decision or data.get("decision")
        if decision == Decision.GIVEN:
            self._clean_yes(data)
        elif data.get("ends_on"):
            self.add_error("ends_on", _("Only a yes can end."))
        if decision and data.get("decided_on"):
            try:
                data["decided_at"] = _decided_at(data["decided_on"], data.get("decided_time"), Decision(decision))
            except InvalidInput as error:
                self.add_error("decided_on", str(error))
        for name in OF_GIVER:  # the page shows them only once somebody is chosen of whom they are needed
            self.fields[name].required = True
        return data

    def _clean_yes(self, data: dict[str, Any]) -> None:
        if data.get("words") == ALL_WORDS:
            self.add_error("words", _("A yes is always to certain words. Choose them."))
        if data.get("ends_on") and data.get("decided_on") and data["ends_on"] < data["decided_on"]:
            self.add_error("ends_on", _("This is before the day they answered."))

    def keep_only(self, question: str) -> None:
        """Leave the fields of one of `QUESTIONS` and what is wrong with them, for a page that asks nothing else."""
        wrong = self.errors if self.is_bound else {}
        for name in set(self.fields) - set(QUESTIONS[question]):
            del self.fields[name]
            wrong.pop(name, None)

    @property
    def has_words(self) -> bool:
        """Whether there are any words to agree to."""
        return bool(self._texts)

    def answer(self) -> Answer:
        """The answer, once the form is valid."""
        data = self.cleaned_data
        return Answer(
            decision=Decision(self.known_decision or data["decision"]),
            route=Route(data["route"]),
            decided_at=data["decided_at"],
            text=self._texts.get(data["words"]),
            evidence_note=data["evidence_note"],
            evidence_file=data["proof"],
            ends_at=_end_of(data["ends_on"]) if data.get("ends_on") else None,
            **self._giver(),
        )

    def _giver(self) -> dict[str, Any]:
        chosen = self.cleaned_data["giver"]
        if chosen == _LEARNER:
            return {}
        if chosen in _OTHERS:
            return {"giver": Giver(chosen)} | {name: self.cleaned_data[name] for name in OF_GIVER}
        known = self._guardians[chosen]
        return {"giver": Giver(known.giver)} | {name: getattr(known, name) for name in OF_GIVER}

    @property
    def proof_name(self) -> str:
        """What the file is called that is put by; empty where there is none, or no more."""
        try:
            found = evidence.found(UUID(str(self["proof"].value()))) if self["proof"].value() else None
        except ValueError:
            return ""
        return found.name if found else ""


def _guardians(learner: Learner | None) -> dict[str, ConsentRecord]:
    """Who answered for a learner before, by the value of their choice."""
    if learner is None:
        return {}
    records = ConsentRecord.objects.filter(learner=learner, giver__in=_OTHERS).exclude(giver_name="").order_by("pk")
    latest = {record.giver_key: record for record in records}
    return {f"guardian-{record.pk}": record for record in latest.values()}


def _giver_choices(learner: Learner | None, guardians: dict[str, ConsentRecord]) -> Choices:
    who = _("The learner, %s") % learner.full_name if learner else _("The learner")
    known = [
        (value, f"{record.giver_name} ({record.giver_relation or Giver(record.giver).label})")
        for value, record in guardians.items()
    ]
    another = _("Another parent or guardian") if known else _("A parent or guardian")
    by_law = [
        (Giver.ATTORNEY.value, _("Somebody with a power of attorney")),
        (Giver.DEPUTY.value, _("A deputy whom a court appointed")),
    ]
    return [(_LEARNER, who), *known, (_GUARDIAN, another), *by_law]


def _decided_at(day: date, at: time | None, decision: Decision) -> datetime:
    zone, now = timezone.get_default_timezone(), timezone.now()
    of_day = moment_of_day(day, decision, zone=zone, now=now)
    if at is None:
        return of_day
    moment = datetime.combine(day, at, zone)
    if moment > now:
        raise InvalidInput(_("This time lies in the future."))
    return moment


def _end_of(day: date) -> datetime:
    """The day's last moment here."""
    next_day = datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
    return next_day - timedelta(microseconds=1)


class InvalidateForm(StyledForm):
    """Why a record was made in error."""

    note = forms.CharField(
        label=lazy("What was wrong with this record"),
        help_text=lazy("For example: recorded for the wrong person."),
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GrownForm(StyledForm):
    """How it is known that somebody is 13 or over."""

    reason = forms.CharField(
        label=lazy("How you know"),
        help_text=lazy("For example: they showed a passport. Write no date of birth."),
        max_length=MAX_REASON,
    )
