"""Retires wording: it is offered no more, and every answer to it goes on counting."""

from django.db import transaction
from django.utils import timezone

from issuing.enums import StatementKind
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import ConsentStatement, Provider, User
from issuing.services import audit
from issuing.services.statements.finding import in_force


def retire(*, statement: ConsentStatement, by: User) -> None:
    """Offer a version no more where answers are recorded or asked for.

    Raises:
        InvalidInput: it is the only wording for all of the provider's badges, and nobody could be asked any more.
        AlreadyTaken: it was retired already.
    """
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=statement.provider_id)
        if is_only(statement):
            raise InvalidInput("This is the only wording in force: publish other words first. Nothing was changed.")
        retired = ConsentStatement.objects.filter(pk=statement.pk, retired_at=None).update(
            retired_at=timezone.now(), retired_by=by
        )
        if not retired:
            raise AlreadyTaken("This wording was retired already.")
        audit.record("retire", statement, by=by, version=statement.version)


def is_only(statement: ConsentStatement) -> bool:
    """Whether without it nobody could be asked about badges in general."""
    if statement.kind != StatementKind.OURS or statement.badge_id or statement.superseded_at or statement.retired_at:
        return False
    whole = ConsentStatement.objects.filter(provider=statement.provider_id, badge=None)
    return not in_force(whole, StatementKind.OURS).exclude(pk=statement.pk).exists()
