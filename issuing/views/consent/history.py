"""What a learner answered and what it comes to, for their page."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from issuing import queries
from issuing.enums import Decision
from issuing.models import ConsentRecord, Learner
from issuing.presenters import consent as words


class History:
    """Drawn by `issuing/_consent_history.html` as `history`; five queries, whatever the number of records.

    Args:
        standings (list[Said]): what the answers come to, for each organisation and for badges that differ.
        entries (list[Entry]): every record, the latest decided first.
        may_record (bool): whether anything can still be recorded: not once merged or erased.
    """

    def __init__(self, learner: Learner, now: datetime, *, next_url: str = "") -> None:
        self.standings = [words.said(one) for one in queries.consent_standings(learner.pk, now=now)]
        self.entries = [words.entry(record) for record in _records(learner)]
        self.may_record = learner.merged_into_id is None and learner.erased_at is None
        self._query = {"learner": str(learner.uuid)} | ({"next": next_url} if next_url else {})
        self.next_query = f"?{urlencode({'next': next_url})}" if next_url else ""

    @property
    def record_url(self) -> str:
        return f"{reverse('consent-record')}?{urlencode(self._query)}"

    @property
    def withdraw_url(self) -> str:
        return f"{self.record_url}&answer={Decision.WITHDRAWN.value}"


def _records(learner: Learner) -> list[ConsentRecord]:
    records = ConsentRecord.objects.filter(learner=learner).order_by("-decided_at", "-pk")
    statement = ("text__statement__provider", "text__statement__badge")
    whole = records.select_related(*statement, "recorded_by", "invalidated_by", "evidence", "shared_evidence")
    return list(whole.defer("evidence__sealed", "shared_evidence__sealed").prefetch_related("receipts"))
