"""In whatever order things happen: one decision is one more badge at most, and none beside one that is on its way."""

import os
import random
from dataclasses import dataclass, field

import pytest
from django.utils import timezone

from issuing.exceptions import IssuingError
from issuing.models import Assertion, Badge, Issuance, Learner, Roster, User
from issuing.services import issuances, rosters
from issuing.services.learners import Person
from tests.factories import make_agreed, make_badge, make_roster, make_row, make_user

pytestmark = pytest.mark.django_db
EMAIL = "zoe@example.org"
OPEN = ("queued", "sending", "unconfirmed")
SEEDS = range(int(os.environ.get("SEQUENCES", "4")))
STEPS = 60


@dataclass
class Story:
    """One learner, a few rosters with a row about them, and how many badges they were really sent so far."""

    chance: random.Random
    badge: Badge
    learner: Learner
    by: User
    sent: int = 0
    decided: dict[int, int] = field(default_factory=dict)

    def act(self) -> None:
        acts = [self.decide, self.decide, self.confirm, self.confirm, self.end, self.end, self.alone, self.elsewhere]
        acts += [self.revoke, self.take_back]
        try:
            self.chance.choice(acts)()
        except IssuingError:
            return

    def upload(self) -> None:
        roster = make_roster(self.badge)
        names = {"first_name": self.learner.first_name, "last_name": self.learner.last_name}
        make_row(roster, EMAIL, row_no=2, disposition="needs_consent", **names)
        rosters.check_again(roster, list(roster.rows.all()), now=timezone.now())

    def roster(self) -> Roster:
        """One of the two that wait."""
        while Roster.objects.filter(confirmed_at=None).count() < 2:
            self.upload()
        return self.chance.choice(list(Roster.objects.filter(confirmed_at=None).order_by("pk")))

    def decide(self) -> None:
        roster = self.roster()
        rosters.issue_again(roster=roster, reason="A new edition", by=self.by)
        self.decided[roster.pk] = self.sent

    def take_back(self) -> None:
        rosters.leave_out_holders(roster=self.roster(), by=self.by)

    def confirm(self) -> None:
        """What it comes to is judged by what was really sent, of which the program knows nothing."""
        roster, is_held = self.roster(), self.is_held()
        was_open = Issuance.objects.filter(status__in=OPEN).exists()
        rosters.confirm(roster=roster, ready=1, by=self.by)
        assert not was_open
        assert not is_held or self.decided.get(roster.pk) == self.sent

    def is_held(self) -> bool:
        return any(one.status != "Revoked" for one in Assertion.objects.all())

    def alone(self) -> None:
        first = Issuance.objects.filter(status="issued").order_by("pk").first()
        person = Person(self.learner.first_name, self.learner.last_name, EMAIL)
        if first is None or self.chance.random() < 0.3:
            issuances.issue(badge=self.badge, person=person, by=self.by)
        else:
            issuances.reissue(issuance=first, person=person, details=issuances.Details(), reason="Lost", by=self.by)

    def end(self) -> None:
        """What is on its way comes to something; what was refused is perhaps answered late with a yes."""
        rows = list(Issuance.objects.filter(status__in=[*OPEN, "rejected"]).order_by("pk"))
        if not rows:
            return
        row = self.chance.choice(rows)
        to = self.chance.choice(["issued", "issued", "rejected"])
        if to == "rejected":
            Issuance.objects.filter(pk=row.pk).update(status=to, reason="refused_by_navigatr")
        elif not self._is_taken(row):
            Issuance.objects.filter(pk=row.pk).update(status=to, issued_at=timezone.now(), reason="")
            self._record(row)

    def _is_taken(self, row: Issuance) -> bool:
        same = Issuance.objects.live().filter(email_key=row.email_key, reissue_no=row.reissue_no)
        return same.exclude(pk=row.pk).exists()

    def elsewhere(self) -> None:
        self._record(None)

    def _record(self, issuance: Issuance | None) -> None:
        self.sent += 1
        record = {"badge": self.badge, "issuance": issuance, "email_key": self.learner.email_key, "status": "Claimed"}
        Assertion.objects.create(**record, navigatr_id=str(self.sent), read_at=timezone.now())

    def revoke(self) -> None:
        if self.chance.random() < 0.3:
            Assertion.objects.update(status="Revoked")


@pytest.mark.parametrize("seed", SEEDS)
def test_one_decision_is_one_more_badge_at_most(seed: int) -> None:
    badge = make_badge()
    story = Story(random.Random(seed), badge, make_agreed(badge, EMAIL), make_user())
    for _step in range(STEPS):
        story.act()
    numbers = list(Issuance.objects.live().values_list("reissue_no", flat=True))
    assert len(set(numbers)) == len(numbers)
