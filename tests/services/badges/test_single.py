"""One badge is found by what staff type, read by itself, and held."""

from dataclasses import replace

import pytest

from issuing.enums import BadgeHold
from issuing.exceptions import InvalidInput, NoEffect, OutcomeUnknown
from issuing.models import AuditEvent, Badge, Provider
from issuing.navigatr import NavigatrClient
from issuing.practice import PracticeServer, catalogue
from issuing.services import badges, connections
from tests.factories import make_badge, make_connection, make_provider, make_user
from tests.services.badges.conftest import break_down, hold_of, verbs

pytestmark = pytest.mark.django_db


def client_of(provider: Provider) -> NavigatrClient:
    return connections.client_for(provider.connection)


def test_nothing_is_wrong_when_a_badge_can_be_read(badge: Badge) -> None:
    assert (badges.look_at(badge, client_of(badge.provider)), hold_of(badge)) == (True, ("", ""))


@pytest.mark.parametrize(
    ("number", "hold"),
    [
        (54, ("not_published", "Navigatr says it is Draft.")),
        (55, ("external", "Navigatr says its source is External.")),
        (4711, ("gone", "Badge not found")),
        (90, ("refused", "You do not have permission for this badge")),
    ],
)
def test_badge_is_held_with_its_reason_when_it_cannot_be_issued(
    number: int, hold: tuple[str, str], provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(catalogue.BADGES, 90, replace(catalogue.BADGES[90], status="Draft"))
    badge = make_badge(provider, navigatr_id=number)

    assert (badges.look_at(badge, client_of(provider)), hold_of(badge), verbs()) == (False, hold, ["hold"])


@pytest.mark.parametrize("outage", ["500-before", "429", "401", "empty-object"])
def test_nothing_is_known_when_navigatr_does_not_say(outage: str, badge: Badge, practice: PracticeServer) -> None:
    client = client_of(badge.provider)
    break_down(practice, outage)

    with pytest.raises((NoEffect, OutcomeUnknown)):
        badges.look_at(badge, client)
    assert (hold_of(badge), Badge.objects.count()) == (("", ""), 1)


def test_badge_is_held_by_somebody_when_asked() -> None:
    badge, by = make_badge(), make_user()
    badges.hold(badge, reason=BadgeHold.REFUSED, detail="d" * 600, by=by)

    assert (hold_of(badge), badge.hold) == (("refused", "d" * 500), "refused")
    assert AuditEvent.objects.values_list("verb", "actor", "details").get() == ("hold", by.pk, {"reason": "refused"})


def test_first_reason_stays_when_a_badge_is_held_again() -> None:
    badge = make_badge()
    badges.hold(badge, reason=BadgeHold.GONE, detail="first")
    badges.hold(badge, reason=BadgeHold.REFUSED, detail="second")

    assert (hold_of(badge), verbs()) == (("gone", "first"), ["hold"])


@pytest.mark.parametrize(
    "typed",
    [
        "51",
        " 51 ",
        "https://navigatr.app/badge/51/digital-skills",
        "https://navigatr.app/badge/51",
        "navigatr.app/badge/51?x=1",
        "https://navigatr.app/badge/51#top",
    ],
)
def test_badge_is_found_when_its_number_or_address_is_typed(typed: str) -> None:
    badge = make_badge()

    assert badges.find(typed) == badge


@pytest.mark.parametrize(
    "typed", ["", "52", "0", "-51", "51 52", "badge", "https://navigatr.app/badges", "9" * 30, "५१"]
)
def test_badge_is_refused_when_none_is_known_by_what_was_typed(typed: str) -> None:
    make_badge()

    with pytest.raises(InvalidInput, match="is known here"):
        badges.find(typed)


def test_badge_is_refused_when_two_organisations_have_its_number() -> None:
    make_badge()
    make_badge(make_provider(make_connection("https://stagapi.navigatr.app/v1")))

    with pytest.raises(InvalidInput, match="several organisations"):
        badges.find("51")
