"""Reads across models: clocks, consent, what is due, counts; a module per subject."""

from issuing.queries.clock import database_time, moment, rate, rest_left
from issuing.queries.consent import (
    ConsentStanding,
    Ending,
    consent_of,
    consent_standing,
    consent_standings,
    consent_states,
    ends_with_new_words,
    refusal_of,
    scope_states,
    standing_on,
    texts_on_offer,
)
from issuing.queries.counts import dispositions, finish_at, standing_of, status_counts
from issuing.queries.due import (
    accepted_attempts,
    due_connections,
    due_rosters,
    due_singles,
    in_flight,
    next_due,
    waiting,
)
from issuing.queries.finding import STATUSES, UNCLAIMED_AFTER, Found, Wanted, history
from issuing.queries.holding import NOTHING, Holding, batched, holding, holdings
from issuing.queries.pictures import Claims, SentByMonth, claims_by_badge, sent_by_month
from issuing.queries.reports import Period, YearReport, periods, year_report
from issuing.queries.worker import Worker, canary_age, worker

__all__ = [
    "NOTHING",
    "STATUSES",
    "UNCLAIMED_AFTER",
    "Claims",
    "ConsentStanding",
    "Ending",
    "Found",
    "Holding",
    "Period",
    "SentByMonth",
    "Wanted",
    "Worker",
    "YearReport",
    "accepted_attempts",
    "batched",
    "canary_age",
    "claims_by_badge",
    "consent_of",
    "consent_standing",
    "consent_standings",
    "consent_states",
    "database_time",
    "dispositions",
    "due_connections",
    "due_rosters",
    "due_singles",
    "ends_with_new_words",
    "finish_at",
    "history",
    "holding",
    "holdings",
    "in_flight",
    "moment",
    "next_due",
    "periods",
    "rate",
    "refusal_of",
    "rest_left",
    "scope_states",
    "sent_by_month",
    "standing_of",
    "standing_on",
    "status_counts",
    "texts_on_offer",
    "waiting",
    "worker",
    "year_report",
]
