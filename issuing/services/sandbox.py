"""Sends the sandbox badge to the member of staff who asks for it: the first look at what learners get."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from issuing import queries
from issuing.enums import Decision, Route, StatementKind
from issuing.exceptions import InvalidInput
from issuing.models import Badge, ConsentText, Issuance, User
from issuing.services import consent, issuances, learners, statements
from issuing.services.learners import Person

EVIDENCE = "Ticked “This is me and I agree” on the page of the sandbox badge, signed in as {name}."


def words(badge: Badge) -> str:
    """The words that whoever tries the sandbox badge agrees to: those in force, else the built-in ones."""
    text = _in_force(badge)
    return text.body if text else statements.normalised(statements.built_in_text(badge.provider))


def send_to_myself(*, badge: Badge, person: Person, agreed_to: str, key: UUID | None = None, by: User) -> Issuance:
    """Record that this member of staff agrees, and confirm the sandbox badge for them; both or neither.

    Where no wording was published yet, the built-in one is, for this badge alone.

    Args:
        agreed_to (str): digest of the words they were shown.
        key (UUID | None): as for `issuances.issue`.

    Raises:
        InvalidInput: it is no sandbox badge, the words have changed, or the names or address cannot be used.
        NothingReady, AlreadyTaken: as for `issuances.issue`.
    """
    if not badge.is_sandbox:
        raise InvalidInput(f"{badge.name} is not marked as a sandbox badge. Nothing was sent.")
    if key and (same := Issuance.objects.filter(uuid=key, badge=badge, confirmed_by=by).first()):
        return same
    issuances.check_issuable(badge)
    with transaction.atomic():
        if statements.digest(words(badge)) != agreed_to:
            raise InvalidInput("The wording has changed since you opened this page. Read it again; nothing was sent.")
        learner = learners.find_or_add(person=person, by=by)
        consent.record(learner=learner, answer=_yes(badge, by), by=by)
        return issuances.issue(badge=badge, person=person, key=key, by=by)


def _yes(badge: Badge, by: User) -> consent.Answer:
    return consent.Answer(
        decision=Decision.GIVEN,
        route=Route.ONLINE,
        decided_at=timezone.now(),
        text=_in_force(badge) or _publish(badge, by),
        evidence_note=EVIDENCE.format(name=by.get_username()),
    )


def _in_force(badge: Badge) -> ConsentText | None:
    offered = queries.texts_on_offer(badge)
    ours = [text for text in offered if text.statement.kind == StatementKind.OURS and not text.statement.superseded_at]
    return next(iter(sorted(ours, key=lambda text: text.language != statements.BUILT_IN_LANGUAGE)), None)


def _publish(badge: Badge, by: User) -> ConsentText:
    texts = {statements.BUILT_IN_LANGUAGE: statements.built_in_text(badge.provider)}
    published = statements.publish(provider=badge.provider, badge=badge, texts=texts, by=by)
    return statements.text_in(published)
