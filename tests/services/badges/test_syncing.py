"""Badges are kept as Navigatr lists them, held where they cannot be issued, and let go again."""

import pytest
from django_q.models import OrmQ

from issuing.enums import BadgeHold, Outcome
from issuing.exceptions import NoEffect, OutcomeUnknown
from issuing.models import Badge, Provider
from issuing.navigatr import Badge as RemoteBadge
from issuing.navigatr import NavigatrClient
from issuing.practice import PracticeServer, catalogue
from issuing.services import badges
from tests.factories import LONG_AGO, make_badge, make_connection, make_provider
from tests.services.badges.conftest import break_down, hold_of, set_hold, verbs

pytestmark = pytest.mark.django_db
HELD = {54: "not_published", 55: "external", 56: "not_published"}


def sync(provider: Provider) -> int:
    return badges.sync(connection=provider.connection)


def test_all_badges_are_read_when_synced(provider: Provider) -> None:
    own = sorted(number for number, badge in catalogue.BADGES.items() if badge.provider_id == 12)

    assert (sync(provider), sorted(provider.badges.values_list("navigatr_id", flat=True))) == (len(own), own)


def test_badge_is_kept_as_navigatr_describes_it_when_synced(provider: Provider, practice: PracticeServer) -> None:
    sync(provider)
    badge = Badge.objects.get(navigatr_id=57)

    assert (badge.name, badge.status, badge.source) == ("Partner Organisation", "Published", "Internal")
    assert (badge.recipient_type, badge.description) == ("Organisation", "Awarded for partner organisation.")
    assert badge.url.startswith(practice.origin)


def test_only_what_cannot_be_issued_is_held_when_synced(provider: Provider) -> None:
    sync(provider)

    assert dict(Badge.objects.exclude(hold="").values_list("navigatr_id", "hold")) == HELD
    assert set(Badge.objects.issuable()) == set(Badge.objects.filter(hold=""))


def test_hold_says_why_when_a_badge_is_a_draft_or_from_elsewhere(provider: Provider) -> None:
    sync(provider)

    assert dict(Badge.objects.filter(navigatr_id__in=[54, 55]).values_list("navigatr_id", "hold_detail")) == {
        54: "Navigatr says it is Draft.",
        55: "Navigatr says its source is External.",
    }


def test_nothing_is_told_when_badges_are_seen_for_the_first_time(provider: Provider) -> None:
    sync(provider)

    assert (verbs(), OrmQ.objects.count()) == ([], 0)


def test_nothing_changes_when_synced_twice(provider: Provider) -> None:
    sync(provider)
    before = list(Badge.objects.order_by("pk").values("pk", "hold", "held_at", "name"))
    sync(provider)

    assert (list(Badge.objects.order_by("pk").values("pk", "hold", "held_at", "name")), verbs()) == (before, [])


def test_badge_is_held_as_gone_when_navigatr_lists_it_no_more(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(provider)
    monkeypatch.delitem(catalogue.BADGES, 51)
    sync(provider)

    assert hold_of(Badge.objects.get(navigatr_id=51)) == ("gone", "Navigatr lists it no more.")
    assert (dict(Badge.objects.exclude(hold="").values_list("navigatr_id", "hold")), verbs()) == (
        HELD | {51: "gone"},
        ["hold"],
    )


@pytest.mark.parametrize("reason", [BadgeHold.GONE, BadgeHold.NOT_PUBLISHED, BadgeHold.EXTERNAL])
def test_badge_is_let_go_and_its_sender_woken_when_it_is_listed_again(reason: BadgeHold, badge: Badge) -> None:
    set_hold(badge, reason)
    sync(badge.provider)
    badge.refresh_from_db()

    assert (badge.hold, badge.hold_detail, badge.held_at) == ("", "", None)
    assert (verbs(), OrmQ.objects.count()) == (["release"], 1)


def test_badge_stays_refused_when_it_is_listed_and_cannot_be_read(
    badge: Badge, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(client: NavigatrClient, number: int) -> RemoteBadge:
        raise NoEffect("No right", outcome=Outcome.FORBIDDEN, status_code=403)

    set_hold(badge, BadgeHold.REFUSED)
    monkeypatch.setattr(NavigatrClient, "badge", refuse)
    sync(badge.provider)

    assert (hold_of(badge), verbs()) == (("refused", "before"), [])


def test_badge_is_let_go_when_it_was_refused_and_can_be_read_again(badge: Badge) -> None:
    set_hold(badge, BadgeHold.REFUSED)
    sync(badge.provider)

    assert (hold_of(badge), verbs()) == (("", ""), ["release"])


def test_badge_stays_refused_when_it_is_listed_no_more(badge: Badge, monkeypatch: pytest.MonkeyPatch) -> None:
    set_hold(badge, BadgeHold.REFUSED)
    monkeypatch.delitem(catalogue.BADGES, 51)
    sync(badge.provider)

    assert hold_of(badge) == ("refused", "before")


def test_sandbox_mark_stays_when_a_badge_is_described_anew(badge: Badge) -> None:
    Badge.objects.update(is_sandbox=True, name="Old name")
    sync(badge.provider)
    badge.refresh_from_db()

    assert (badge.is_sandbox, badge.name) == (True, "Digital Skills")


def test_badges_of_other_organisations_stay_when_one_account_is_synced(provider: Provider) -> None:
    other = make_badge(make_provider(make_connection(), navigatr_id=13), navigatr_id=90)
    sync(provider)

    assert (hold_of(other), other.provider.badges.count()) == (("", ""), 1)


def test_nothing_is_held_as_gone_when_navigatr_does_not_answer(badge: Badge, practice: PracticeServer) -> None:
    break_down(practice, "500-before")
    with pytest.raises(OutcomeUnknown):
        sync(badge.provider)

    assert (hold_of(badge), Badge.objects.count()) == (("", ""), 1)


def test_overlong_words_are_cut_when_a_badge_is_kept(provider: Provider) -> None:
    remote = RemoteBadge.from_json({"id": 99, "name": "N" * 400, "status": "Published", "url": "u" * 900})
    badge = badges.keep(provider, remote, at=LONG_AGO)

    assert (len(badge.name), len(badge.url), badge.hold) == (300, 500, "")
