"""What is known of requests for consent: the wording to ask with, the questions of one learner, counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from issuing.enums import ConsentState, Decision, Disposition, Giver, MailKind, MailStatus, StatementKind
from issuing.models import (
    Badge,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    ConsentStatement,
    ConsentText,
    Learner,
    Mailing,
    Provider,
    Roster,
)
from issuing.queries.consent import ConsentStanding, standing_on
from issuing.workflow.mailing import ARRIVED, FOR_A_PERSON

MOST_MAILS: Final = 3
MOST_MAILS_IN: Final = timedelta(days=30)
# Most e-mails were sent: told for that, SQLite begins with all of them. So it is told what they are not.
_NOT_SENT: Final = sorted(set(MailStatus) - {MailStatus.SENT})
NOT_ARRIVED: Final = sorted(set(MailStatus) - ARRIVED)
ASKING: Final = (MailKind.ASK, MailKind.REMINDER)
_YES_OF_NO_USE: Final = (ConsentState.CONFLICT, ConsentState.UNDER_13)
_NOES: Final = (Decision.DECLINED, Decision.WITHDRAWN)


def about(provider: Provider | int, badge: Badge | int | None) -> str:
    """The value of `ConsentRequest.about` for all of a provider's badges, or for one badge with words of its own."""
    if badge is not None:
        return f"badge:{badge if isinstance(badge, int) else badge.pk}"
    return f"provider:{provider if isinstance(provider, int) else provider.pk}"


def about_of(statement: ConsentStatement) -> str:
    return about(statement.provider_id, statement.badge_id)


def texts_in_force(provider: Provider, badge: Badge | None) -> list[ConsentText]:
    """The words a learner is asked with, in English first: a badge's own where it has some, else the provider's."""
    ours = ConsentStatement.objects.filter(
        provider=provider, kind=StatementKind.OURS, superseded_at=None, retired_at=None
    )
    own = ours.filter(badge=badge).order_by("version").last() if badge is not None else None
    statement = own or ours.filter(badge=None).order_by("version").last()
    texts = ConsentText.objects.select_related("statement__provider", "statement__badge")
    return (
        sorted(texts.filter(statement=statement), key=lambda text: language_order(text.language)) if statement else []
    )


def texts_to_ask_with() -> list[ConsentText]:
    """All words a learner may be asked with now: each organisation's, then those of single badges."""
    texts = ConsentText.objects.select_related("statement__provider", "statement__badge")
    found = texts.filter(statement__kind=StatementKind.OURS, statement__superseded_at=None, statement__retired_at=None)
    latest: dict[str, int] = {}
    for text in found.order_by("statement__version"):
        latest[about_of(text.statement)] = text.statement_id
    chosen = found.filter(statement__in=latest.values()).order_by("statement__provider__name", "statement__badge__name")
    return sorted(chosen, key=lambda text: (text.statement.badge_id or 0, *language_order(text.language)))


def language_order(language: str) -> tuple[bool, str]:
    """English comes first, so that no other language is chosen unseen."""
    return language.partition("-")[0] != settings.LANGUAGE_CODE.partition("-")[0], language


def languages_in_force() -> list[str]:
    """The languages in which learners are asked now, English first."""
    texts = ConsentText.objects.filter(
        statement__kind=StatementKind.OURS, statement__superseded_at=None, statement__retired_at=None
    )
    found = texts.order_by("language").values_list("language", flat=True).distinct()
    return sorted(found, key=language_order)


def language_of(learner: Learner) -> str:
    """The language a learner was last asked or answered in; the site's own where there was none."""
    asked = _requests(learner).values_list("asked_at", "text__language").first()
    records = ConsentRecord.objects.filter(learner=learner, invalidated_at=None, text__isnull=False)
    answered = records.order_by("-decided_at", "-pk").values_list("decided_at", "text__language").first()
    latest = max(filter(None, [asked, answered]), key=lambda one: one[0], default=None)
    return str(latest[1]) if latest else settings.LANGUAGE_CODE


def asked_too_often(learner_ids: Iterable[int], about_what: str, *, now: datetime) -> dict[int, datetime]:
    """Of these learners those who were mailed as often as is allowed, and when they may be mailed again."""
    mails = ConsentMail.objects.filter(
        learner__in=list(learner_ids), request__about=about_what, kind__in=ASKING, marked_at__gt=now - MOST_MAILS_IN
    ).exclude(status__in=NOT_ARRIVED)
    times: dict[int, list[datetime]] = {}
    for learner_id, at in mails.order_by("-marked_at").values_list("learner_id", "marked_at"):
        if at is not None:
            times.setdefault(learner_id, []).append(at)
    return {one: at[MOST_MAILS - 1] + MOST_MAILS_IN for one, at in times.items() if len(at) >= MOST_MAILS}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a learner may answer or withdraw from.

    Args:
        badge (Badge | None): one badge with words of its own; None: all of the provider's.
        texts (list[ConsentText]): the words in force, by language; empty where there are none any more.
        language (str): in which they were asked or answered.
        is_asked (bool): whether a yes is asked for: there is a request that has not ended.
        own (ConsentRecord | None): the latest thing they said themselves that counts.
    """

    provider: Provider
    badge: Badge | None
    texts: list[ConsentText]
    language: str
    is_asked: bool
    standing: ConsentStanding
    own: ConsentRecord | None

    @property
    def about(self) -> str:
        return about(self.provider, self.badge)

    @property
    def may_withdraw(self) -> bool:
        """Whether there is a yes to end: theirs, or one that somebody gave for them."""
        is_yes = self.own is not None and self.own.decision == Decision.GIVEN and not self._is_void
        return self.standing.allows or (is_yes and self.standing.verdict.state in _YES_OF_NO_USE)

    @property
    def _is_void(self) -> bool:
        statement = self.own.text.statement if self.own and self.own.text else None
        return statement is not None and statement.superseded_at is not None

    @property
    def said_no(self) -> bool:
        return self.own is not None and self.own.decision in _NOES and not self.standing.allows

    @property
    def may_agree(self) -> bool:
        is_old_enough = self.standing.verdict.state != ConsentState.UNDER_13
        return self.is_asked and is_old_enough and bool(self.texts) and not self.may_withdraw

    @property
    def may_decline(self) -> bool:
        return not self.may_withdraw and not self.said_no


def questions(learner: Learner, *, now: datetime) -> list[Question]:
    """All that a learner was asked by link, has agreed to or said no to: what waits for an answer first."""
    found: dict[str, Question] = {}
    for request in _requests(learner):
        if request.about not in found:
            found[request.about] = _question(learner, request.text, now, request)
    statement = ("text__statement__provider", "text__statement__badge")
    records = ConsentRecord.objects.filter(learner=learner, invalidated_at=None, text__isnull=False)
    for record in records.select_related(*statement).order_by("-decided_at", "-pk"):
        if record.text and about_of(record.text.statement) not in found:
            asked = _question(learner, record.text, now, None)
            if asked.may_withdraw or asked.said_no:
                found[asked.about] = asked
    return sorted(found.values(), key=lambda one: not one.may_decline)


def _requests(learner: Learner) -> QuerySet[ConsentRequest]:
    """Theirs and those of entries that were merged into theirs, the latest first."""
    mine = Q(learner=learner) | Q(learner__merged_into=learner)
    return (
        ConsentRequest.objects.filter(mine)
        .select_related("text__statement__provider", "text__statement__badge")
        .order_by("-pk")
    )


def _question(learner: Learner, text: ConsentText, now: datetime, request: ConsentRequest | None) -> Question:
    provider, badge = text.statement.provider, text.statement.badge
    standing = standing_on(learner.pk, provider, badge, now=now)
    own = next((one for one in standing.records if one.giver == Giver.LEARNER), None)
    return Question(
        provider, badge, _texts_about(text.statement), text.language, _is_asked(request, now), standing, own
    )


def _texts_about(statement: ConsentStatement) -> list[ConsentText]:
    """The words in force about just what this statement is about; none once a badge's own were retired."""
    texts = texts_in_force(statement.provider, statement.badge)
    return [text for text in texts if about_of(text.statement) == about_of(statement)]


def _is_asked(request: ConsentRequest | None, now: datetime) -> bool:
    if request is None or request.stopped_at is not None:
        return False
    return request.ends_at is None or request.ends_at > now


def takes_a_yes(request: ConsentRequest, now: datetime) -> bool:
    """Whether whoever is asked could agree: the asking has not ended, and there are words to agree to."""
    return _is_asked(request, now) and bool(_texts_about(request.text.statement))


STATES: Final[dict[str, Q]] = {
    "waiting": Q(mail__status__in=[MailStatus.WAITING, MailStatus.MARKED]),
    "sent": Q(mail__status=MailStatus.SENT),
    "refused": Q(mail__status=MailStatus.REFUSED),
    "perhaps": Q(mail__status=MailStatus.PERHAPS),
    "undelivered": Q(mail__status=MailStatus.UNDELIVERED),
}
"""How a request without an answer stands, by its latest e-mail."""
TO_LOOK_AT: Final = "look"
"""A state of `requests_in`: those that go no further without a person."""
_OPEN: Final = Q(answer="", answered_at=None, stopped_at=None)
_ENDED: Final = Q(answered_at=None, stopped_at__isnull=False)


def requests_in(state: str, among: QuerySet[ConsentRequest] | None = None) -> QuerySet[ConsentRequest]:
    """The requests of one tile, or all for an unknown state; see `request_counts`."""
    rows = ConsentRequest.objects.all() if among is None else among
    if state == "sent":
        return rows.filter(_OPEN, mail__isnull=False).exclude(mail__status__in=_NOT_SENT)
    if state in STATES:
        return rows.filter(_OPEN, STATES[state])
    if state == TO_LOOK_AT:
        found = ConsentMail.objects.filter(status__in=sorted(FOR_A_PERSON))
        return rows.filter(_OPEN, mail__in=found.values("pk"))
    if state == "yes":
        return rows.filter(answer=Decision.GIVEN)
    if state == "no":
        return rows.filter(answer__in=_NOES)
    return rows.filter(_ENDED) if state == "ended" else rows


def request_counts(among: QuerySet[ConsentRequest] | None = None) -> dict[str, int]:
    """How many requests stand in each state; every request is in exactly one."""
    rows = requests_in("", among)
    answers = dict(rows.filter(answered_at__isnull=False).values_list("answer").annotate(Count("pk")).order_by())
    # Apart from those that were answered, of which no e-mail has to be looked at.
    states = {name: Count("pk", filter=one) for name, one in STATES.items()}
    return {
        **rows.filter(_OPEN).aggregate(**states),
        "yes": answers.get(Decision.GIVEN.value, 0),
        "no": sum(answers.get(one.value, 0) for one in _NOES),
        "ended": requests_in("ended", among).count(),
    }


def rows_to_ask(roster: Roster) -> int:
    """How many rows of a roster need consent."""
    return roster.rows.filter(disposition=Disposition.NEEDS_CONSENT).count()


def open_request(learner: Learner, badge: Badge | None = None) -> ConsentRequest | None:
    """The latest request of a learner that has no answer yet: for one badge, or for any."""
    found = ConsentRequest.objects.open().filter(learner=learner).select_related("mail")
    if badge is not None:
        whole = Q(about=about(badge.provider_id, None)) | Q(about=about(badge.provider_id, badge))
        found = found.filter(whole)
    return found.order_by("-pk").first()


def mailing() -> Mailing:
    """The pace of e-mails as it stands; not saved where none was sent yet."""
    return Mailing.objects.select_related("paused_by").filter(pk=Mailing.ONLY).first() or Mailing(pk=Mailing.ONLY)


def due_mails(now: datetime, *, is_paused: bool) -> QuerySet[ConsentMail]:
    """E-mails that wait and may leave; of paused ones only those that a learner or a record calls for."""
    due = ConsentMail.objects.filter(status=MailStatus.WAITING, due_at__lte=now)
    return due.exclude(kind__in=ASKING) if is_paused else due


def due_reminders(now: datetime) -> QuerySet[ConsentRequest]:
    """Requests of which the next reminder is due."""
    due = ConsentRequest.objects.open().filter(remind_at__lte=now, mail__isnull=False)
    return due.exclude(mail__status__in=_NOT_SENT)
