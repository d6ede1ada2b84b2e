"""Badges on their way: confirm, claim and pace, send, record what came of it."""

from issuing.services.issuances.claim import Claimed, Idle, Silent, claim, worker_name
from issuing.services.issuances.confirming import DETAILS, Details, check_issuable, issue, queue_rows
from issuing.services.issuances.leases import wake_due
from issuing.services.issuances.numbering import HasItAlready, Numbered, numbered
from issuing.services.issuances.reaping import reap, reap_age
from issuing.services.issuances.recording import put_back
from issuing.services.issuances.revoking import carry_out, revoke, wake_revocations
from issuing.services.issuances.righting import Redirected, cancel, correct, looked, redirect, reissue
from issuing.services.issuances.sending import send

__all__ = [
    "DETAILS",
    "Claimed",
    "Details",
    "HasItAlready",
    "Idle",
    "Numbered",
    "Redirected",
    "Silent",
    "cancel",
    "carry_out",
    "check_issuable",
    "claim",
    "correct",
    "issue",
    "looked",
    "numbered",
    "put_back",
    "queue_rows",
    "reap",
    "reap_age",
    "redirect",
    "reissue",
    "revoke",
    "send",
    "wake_due",
    "wake_revocations",
    "worker_name",
]
