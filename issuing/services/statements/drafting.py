"""Keeps wording somebody is still at work on, until it is published or dropped."""

from django.db import transaction
from django.utils import timezone

from issuing.models import Badge, ConsentDraft, Provider, User
from issuing.services import audit
from issuing.services.statements.words import check, normalised


def save_draft(*, provider: Provider, badge: Badge | None, language: str, body: str, by: User) -> ConsentDraft:
    """Keep words in one language beside those that are drafted in others; nobody is asked for anything with them.

    Raises:
        InvalidInput: no words, too many, no language code, or a badge of another provider.
    """
    texts = {language.lower(): normalised(body)}
    check(provider, badge, texts)
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        draft = draft_of(provider, badge) or ConsentDraft(provider=provider, badge=badge)
        draft.texts, draft.saved_at, draft.saved_by = {**draft.texts, **texts}, timezone.now(), by
        draft.save()
        audit.record("draft", provider, by=by)
    return draft


def draft_of(provider: Provider, badge: Badge | None = None) -> ConsentDraft | None:
    """What is being written for a provider as a whole, or for one badge."""
    return ConsentDraft.objects.select_related("saved_by").filter(provider=provider, badge=badge).first()


def drop_draft(*, provider: Provider, badge: Badge | None, by: User) -> None:
    """Forget a draft; whoever does so a second time changes nothing."""
    with transaction.atomic():
        dropped, _ = ConsentDraft.objects.filter(provider=provider, badge=badge).delete()
        if dropped:
            audit.record("drop_draft", provider, by=by)
