"""Says how long what is kept."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from issuing.exceptions import InvalidInput, NotPermitted
from issuing.models import RetentionRule, User
from issuing.permissions import is_manager
from issuing.queries import retention as reads
from issuing.services import audit
from issuing.workflow.keeping import LIMITS, Rule


def change(*, amounts: Mapping[Rule, int], by: User) -> int:
    """Keep some kinds of data for longer or shorter from now on; returns how many rules changed.

    A removal that has begun ends by the rules with which it began.

    Args:
        amounts: by rule, how many days, months or years, or which month; what is left out stays.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: a number is out of bounds; nothing was changed.
    """
    if not is_manager(by):
        raise NotPermitted("Only a manager may change what is kept how long.")
    for rule, amount in amounts.items():
        limit = LIMITS[rule]
        if not limit.least <= amount <= limit.most:
            raise InvalidInput(
                f"Between {limit.least} and {limit.most} {limit.unit} are possible; nothing was changed."
            )
    with transaction.atomic():
        before = reads.amounts()
        new = {rule: amount for rule, amount in amounts.items() if before[rule.value] != amount}
        for rule, amount in new.items():
            values = {"amount": amount, "changed_at": timezone.now(), "changed_by": by}
            kept, _ = RetentionRule.objects.update_or_create(rule=rule.value, defaults=values)
            audit.record("change", kept, by=by, rule=rule.value, was=before[rule.value], now=amount)
    return len(new)
