"""A roster's rows that need consent: whether these people were asked, and who can be asked now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, CharField, Count, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce

from issuing.enums import AskedState, Disposition, MailStatus
from issuing.models import Badge, ConsentMail, ConsentRequest, Learner, Roster, RosterRow
from issuing.models.asking import ConsentRequestQuerySet
from issuing.queries.asking import ASKING, MOST_MAILS, MOST_MAILS_IN, NOT_ARRIVED, about, about_of, texts_in_force
from issuing.queries.rosters import left_out

_ENDLESS: Final = Q(ends_at=None)
_UNDELIVERED: Final = (MailStatus.REFUSED, MailStatus.UNDELIVERED)


def needing(roster: Roster) -> QuerySet[RosterRow]:
    """Rows that need consent and of which no badge was confirmed."""
    return left_out(roster).filter(disposition=Disposition.NEEDS_CONSENT)


def with_asked(rows: QuerySet[RosterRow], badge: Badge, *, now: datetime) -> QuerySet[RosterRow]:
    """The rows with `asked`, an `AskedState` for those that need consent and empty for others."""
    state = Coalesce(
        _newest(badge, now, "learner__email_key"), _newest(badge, now, "learner__merged_into__email_key"), _NEVER
    )
    needs = When(disposition=Disposition.NEEDS_CONSENT, then=state)
    return rows.annotate(asked=Case(needs, default=Value(""), output_field=CharField()))


_NEVER: Final = Value(AskedState.NEVER.value)


def _newest(badge: Badge, now: datetime, whose: str) -> Subquery:
    """How the newest request to a row's person stands that asks for this badge; an open one before all others."""
    wanted = [about(badge.provider_id, None), about(badge.provider_id, badge)]
    requests = ConsentRequest.objects.filter(about__in=wanted, **{whose: OuterRef("email_key")})
    is_open = Q(answer="", stopped_at=None) & (_ENDLESS | Q(ends_at__gt=now))
    state = Case(
        When(answer="", mail__status__in=_UNDELIVERED, then=Value(AskedState.UNDELIVERED.value)),
        When(is_open, then=Value(AskedState.OPEN.value)),
        When(answer="", mail__status=MailStatus.DROPPED, then=_NEVER),  # it never left
        default=Value(AskedState.ENDED.value),
        output_field=CharField(),
    )
    order = (Case(When(is_open, then=Value(0)), default=Value(1)), "-pk")
    return Subquery(requests.annotate(state=state).order_by(*order).values("state")[:1])


def asked_label(row: RosterRow) -> str:
    """Whether somebody whose consent is needed was asked, as it is said; empty for others. See `with_asked`."""
    state = getattr(row, "asked", "")
    return str(AskedState(state).label) if state else ""


def asked_counts(roster: Roster, *, now: datetime) -> dict[str, int]:
    """How many of a roster's rows that need consent are in each `AskedState`; together they are all of those rows."""
    rows = with_asked(needing(roster), roster.badge, now=now)
    found = dict(rows.order_by().values_list("asked").annotate(Count("pk")))  # type: ignore[misc]
    return {state.value: found.get(state, 0) for state in AskedState}


def rows_asked(roster: Roster, state: str, *, now: datetime) -> QuerySet[RosterRow]:
    """Those of them in one `AskedState`."""
    return with_asked(needing(roster), roster.badge, now=now).filter(asked=state)  # type: ignore[misc]


def rows_to_mail(roster: Roster, *, now: datetime) -> int:
    """How many of them can be e-mailed a request now: none is open, and they were not e-mailed too often."""
    texts = texts_in_force(roster.badge.provider, roster.badge)
    if not texts:
        return needing(roster).count()
    what = about_of(texts[0].statement)
    asked = ConsentRequest.objects.open().filter(_ENDLESS | Q(ends_at__gt=now), about=what)
    often = _asked_too_often(what, now)
    rows = needing(roster).exclude(email_key__in=asked.values("learner__email_key"))
    return rows.exclude(email_key__in=often).count()


def _asked_too_often(what: str, now: datetime) -> QuerySet[ConsentMail, Any]:
    """Keys of those who were e-mailed as often as is allowed; see `asking.asked_too_often`."""
    mails = ConsentMail.objects.filter(request__about=what, kind__in=ASKING).exclude(status__in=NOT_ARRIVED)
    recent = mails.filter(marked_at__gt=now - MOST_MAILS_IN).order_by()
    counted = recent.values("learner").annotate(count=Count("pk")).filter(count__gte=MOST_MAILS)
    return counted.values("learner__email_key")


def asked_of(rows: QuerySet[RosterRow], badge: Badge, *, now: datetime) -> Mapping[int, str]:
    """The `AskedState` of rows that need consent, by their ids."""
    needs = with_asked(rows.filter(disposition=Disposition.NEEDS_CONSENT), badge, now=now)
    return dict(needs.values_list("pk", "asked"))  # type: ignore[misc]


def open_requests(roster: Roster, *, now: datetime) -> ConsentRequestQuerySet:
    """The open requests that were made from this roster."""
    return ConsentRequest.objects.open().filter(_ENDLESS | Q(ends_at__gt=now), roster=roster)


def asked_elsewhere(roster: Roster, *, now: datetime) -> ConsentRequestQuerySet:
    """Open requests about this badge that were not made from this roster, to its people who need consent."""
    wanted = [about(roster.badge.provider_id, None), about(roster.badge.provider_id, roster.badge)]
    people = Learner.objects.filter(email_key__in=needing(roster).exclude(email_key="").values("email_key"))
    whose = Q(learner__in=people.values("pk")) | Q(learner__in=Learner.objects.filter(merged_into__in=people))
    asked = ConsentRequest.objects.open().filter(whose, _ENDLESS | Q(ends_at__gt=now), about__in=wanted)
    return asked.filter(Q(roster=None) | ~Q(roster=roster))


def requests_of(roster: Roster, *, now: datetime) -> QuerySet[ConsentRequest]:
    """All that were made from a roster, and those made elsewhere that its people who need consent did not answer."""
    return ConsentRequest.objects.filter(Q(roster=roster) | Q(pk__in=asked_elsewhere(roster, now=now).values("pk")))
