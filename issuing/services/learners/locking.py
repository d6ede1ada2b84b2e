"""Locks learners, in the one order in which everybody locks several."""

from collections.abc import Iterable

from issuing.exceptions import AlreadyTaken
from issuing.models import Learner


def lock(learner_id: int) -> Learner:
    """Lock a learner until the transaction ends. Read their consent in a later statement."""
    return Learner.objects.select_for_update(no_key=True).get(pk=learner_id)


def lock_many(learner_ids: Iterable[int]) -> None:
    """Lock learners until the transaction ends, in the one order in which everybody locks several."""
    # Without the key, so that rows that only point to a learner need not wait for us, nor we for them.
    rows = Learner.objects.select_for_update(no_key=True).filter(pk__in=set(learner_ids)).order_by("pk")
    list(rows.values_list("pk"))


def lock_present(learner_id: int) -> Learner:
    """Lock a learner who is still somebody here.

    Raises:
        AlreadyTaken: they were merged into another entry, or erased, or their time was over.
    """
    learner = lock(learner_id)
    if learner.merged_into_id is not None:
        raise AlreadyTaken("A colleague merged this learner with another entry. Nothing was changed here.")
    if learner.lapsed_at is not None:
        raise AlreadyTaken("The time was over for which this person is kept. Add them anew; nothing was changed.")
    if learner.erased_at is not None:
        raise AlreadyTaken("This person asked to be erased here. Nothing was changed.")
    return learner
