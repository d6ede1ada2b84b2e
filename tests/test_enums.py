from issuing.enums import Disposition, Effect, Outcome
from issuing.workflow.outcomes import EFFECTS


def test_every_outcome_has_one_effect():
    assert set(EFFECTS) == set(Outcome)


def test_only_issued_has_an_effect_for_sure():
    assert [outcome for outcome, effect in EFFECTS.items() if effect == Effect.ONE] == [Outcome.ISSUED]


def test_dispositions_stand_in_the_order_in_which_they_are_decided():
    assert [Disposition.values[0], Disposition.values[-1]] == ["left_out", "ready"]
