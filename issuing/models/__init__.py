"""State, with the constraints that hold it, and the one method that changes a status."""

from issuing.models.asking import ConsentLink, ConsentMail, ConsentRequest, LinkTry, Mailing
from issuing.models.audit import AuditEvent
from issuing.models.badge import Assertion, Badge, ClaimReading
from issuing.models.connection import Connection, Pace, Provider
from issuing.models.consent import (
    ConsentDocument,
    ConsentDraft,
    ConsentEvidence,
    ConsentRecord,
    ConsentStatement,
    ConsentText,
)
from issuing.models.erasure import Erasure, RightsRequest
from issuing.models.issuance import TAKEN, Attempt, Issuance
from issuing.models.keys import InstanceKey, email_key, ensure_email_key
from issuing.models.learner import Learner
from issuing.models.look import Look
from issuing.models.retention import RetentionRule, RetentionRun
from issuing.models.revocation import Revocation
from issuing.models.roster import KnownHeader, Roster, RosterRow
from issuing.models.user import SignInFailure, SignInLink, User
from issuing.models.worker import Heartbeat

__all__ = [
    "TAKEN",
    "Assertion",
    "Attempt",
    "AuditEvent",
    "Badge",
    "ClaimReading",
    "Connection",
    "ConsentDocument",
    "ConsentDraft",
    "ConsentEvidence",
    "ConsentLink",
    "ConsentMail",
    "ConsentRecord",
    "ConsentRequest",
    "ConsentStatement",
    "ConsentText",
    "Erasure",
    "Heartbeat",
    "InstanceKey",
    "Issuance",
    "KnownHeader",
    "Learner",
    "LinkTry",
    "Look",
    "Mailing",
    "Pace",
    "Provider",
    "RetentionRule",
    "RetentionRun",
    "Revocation",
    "RightsRequest",
    "Roster",
    "RosterRow",
    "SignInFailure",
    "SignInLink",
    "User",
    "email_key",
    "ensure_email_key",
]
