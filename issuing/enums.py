"""Every status, reason and role, with its meaning. Imports nothing of ours."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a member of staff may do."""

    STAFF = "staff", _("Staff")
    """Keeps learners and consent, issues badges."""
    MANAGER = "manager", _("Manager")
    """Also keeps Navigatr accounts, wording and colleagues' access."""


class AuthScheme(TextChoices):
    """How a connection proves who it is. Exactly one is ever sent."""

    ACCESS_TOKEN = "access-token", _("Access token")
    """`X-Access-Token: <PAT>`, the current way."""
    BEARER = "bearer", _("Bearer token")
    """`Authorization: Bearer <PAT>`, the older way, perhaps still accepted."""
    PASSWORD = "password", _("User name and password (deprecated)")
    """`POST /token` once, then its short-lived token as bearer."""


class IssuanceStatus(TextChoices):
    """Where one badge for one learner stands, from confirmation to its end."""

    QUEUED = "queued", _("Waiting")
    """Confirmed, not sent; perhaps not before a time."""
    SENDING = "sending", _("Sending now")
    """Claimed: durably said that the call is about to be made or is being made."""
    UNCONFIRMED = "unconfirmed", _("Checking with Navigatr")
    """The request may have arrived and no usable answer came."""
    ISSUED = "issued", _("Sent")
    """Navigatr took it."""
    REJECTED = "rejected", _("Not sent: Navigatr said no")
    """Navigatr said no, and why; a person must act."""
    CANCELLED = "cancelled", _("Stopped")
    """Stopped before it was sent."""


class StatusReason(TextChoices):
    """Why an issuance is where it is, when that is not plain from its status."""

    NONE = "", ""
    REFUSED_BY_NAVIGATR = "refused_by_navigatr", _("Navigatr said no")
    SENT_BACK = "sent_back", _("The call had no effect and will be made again")
    NO_ANSWER = "no_answer", _("No usable answer came")
    TO_DECIDE = "to_decide", _("A person must look at Navigatr's list")
    WORKER_GONE = "worker_gone", _("The background worker went away during the call")
    NO_CONSENT = "no_consent", _("No current consent")
    SAID_NO = "said_no", _("Said no")
    WITHDREW = "withdrew", _("Withdrew")
    CONSENT_ENDED = "consent_ended", _("Consent ended")
    WORDS_REPLACED = "words_replaced", _("Agreed to words that were replaced")
    RECORDED_IN_ERROR = "recorded_in_error", _("Consent was recorded in error")
    CONTRADICTION = "contradiction", _("Answers contradict each other")
    UNDER_13 = "under_13", _("Under 13")
    STOPPED_BY_STAFF = "stopped_by_staff", _("Stopped by staff")
    LEARNER_ERASED = "learner_erased", _("The learner’s data was removed")


class Effect(TextChoices):
    """What a call did to the learner, as far as its answer proves it."""

    NONE = "none", _("No effect")
    ONE = "one", _("One badge issued")
    UNKNOWN = "unknown", _("Unknown")


class RevocationOutcome(TextChoices):
    """How a request to take a badge back ended."""

    NONE = "", ""
    REVOKED = "revoked", _("Revoked at Navigatr")
    REFUSED = "refused", _("Navigatr did not revoke it")
    UNKNOWN = "unknown", _("Unknown: Navigatr gave no usable answer")


class Outcome(TextChoices):
    """How a call ended. Each belongs to exactly one effect; see `workflow.outcomes`."""

    ISSUED = "issued", _("Issued")
    REJECTED = "rejected", _("Navigatr said no")
    UNREACHABLE = "unreachable", _("Navigatr could not be reached")
    ABORTED = "aborted", _("Given up before the first byte")
    RATE_LIMITED = "rate_limited", _("Too fast for Navigatr (429)")
    UNAUTHORISED = "unauthorised", _("Token refused (401)")
    FORBIDDEN = "forbidden", _("No right (403)")
    NOT_FOUND = "not_found", _("No such badge (404)")
    UNKNOWN = "unknown", _("No usable answer")


class Disposition(TextChoices):
    """What a roster's row may expect; the first that applies, in this order."""

    LEFT_OUT = "left_out", _("Left out by staff")
    INVALID = "invalid", _("To fix")
    REPEATED = "repeated", _("Repeated in this file")
    UNCONFIRMED_EARLIER = "unconfirmed_earlier", _("An earlier try is being checked with Navigatr")
    ALREADY_ISSUED = "already_issued", _("Already has it")
    IN_ANOTHER_RUN = "in_another_run", _("Waiting in another run")
    NEEDS_DECISION = "needs_decision", _("To decide")
    CONSENT_DECLINED = "consent_declined", _("Said no or withdrew")
    NEEDS_CONSENT = "needs_consent", _("Needs consent")
    READY = "ready", _("Ready")


class NotAgain(TextChoices):
    """Why somebody who has a badge cannot be issued it again now."""

    ON_ITS_WAY = "on_its_way", _("Being sent it again already.")
    ERASED = "erased", _("Asked to be erased, and is sent nothing.")
    ON_HOLD = "on_hold", _("On hold, and sent nothing meanwhile.")
    SAID_NO = "said_no", _("Said no or withdrew.")


class AskedState(TextChoices):
    """Whether somebody whose consent is needed was asked for it by e-mail."""

    NEVER = "never_asked", _("Never asked")
    OPEN = "asked", _("Asked, no answer")
    """Their request is open."""
    UNDELIVERED = "not_delivered", _("Request not delivered")
    """The newest e-mail was refused by the mail server, or came back."""
    ENDED = "asked_earlier", _("Asked earlier, the request has ended")
    """It was stopped, its last day is over, or what they answered counts no more."""


class NotRecorded(TextChoices):
    """Why no yes is recorded for somebody on a roster, where one is recorded for many at once."""

    DECLINED = "declined", _("Said no")
    WITHDRAWN = "withdrawn", _("Withdrew")
    CONFLICT = "conflict", _("Answers contradict each other")
    UNDER_13 = "under_13", _("Under 13")
    SAID_NO_ELSEWHERE = "said_no_elsewhere", _("Said no to another badge that these words are about too")
    LATER_ANSWER = "later_answer", _("Answered again after this day, which a yes of this day does not change")
    ON_HOLD = "on_hold", _("On hold")
    ERASED = "erased", _("Asked to be erased")
    TO_DECIDE = "to_decide", _("To decide: like somebody we know")
    INVALID = "invalid", _("Something in the row is to be fixed")
    LEFT_OUT = "left_out", _("Left out by staff")


class RowDecision(TextChoices):
    """What staff decided about one row of a roster."""

    NONE = "", ""
    SAME_PERSON = "same_person", _("It is the same person")
    """The row is about the learner it is like, who keeps the address on record."""
    NEW_ADDRESS = "new_address", _("It is the same person, at a new address")
    """The same, and the learner gets the row's address."""
    LEAVE_OUT = "leave_out", _("Leave out")
    """It is not to be sent, whatever else is known."""


class Question(TextChoices):
    """What staff have to say of a file before its rows can be checked: no guess is sent that nobody saw."""

    ENCODING = "encoding", _("Are these letters right?")
    COLUMNS = "columns", _("What do the columns hold?")
    DATES = "dates", _("Does the day or the month come first?")
    NAMES = "names", _("Are these names told apart rightly?")


class RosterStatus(TextChoices):
    """What staff have asked of a roster. Whether its run has ended is counted, not stored."""

    UPLOADED = "uploaded", _("Being read")
    """Its file is kept, its rows are not there yet: it is being read, or staff have to say how."""
    CHECKED = "checked", _("Checked, not confirmed")
    RUNNING = "running", _("Confirmed")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Stopped")


class Decision(TextChoices):
    """What a learner, or a guardian for them, said."""

    GIVEN = "given", _("Agreed")
    DECLINED = "declined", _("Said no")
    WITHDRAWN = "withdrawn", _("Withdrew")


class ConsentState(TextChoices):
    """What all of a learner's records say together about one badge, now."""

    GIVEN = "given", _("Agreed")
    DECLINED = "declined", _("Said no")
    WITHDRAWN = "withdrawn", _("Withdrew")
    CONFLICT = "conflict", _("Answers contradict each other")
    UNDER_13 = "under_13", _("Under 13")
    """Navigatr is for people of 13 and over: nothing is sent, whoever agreed."""
    NONE = "none", _("No consent yet")
    """Never asked, ended, or given to words since replaced."""


class Route(TextChoices):
    """How a decision reached us."""

    ONLINE = "online", _("Online link")
    PAPER = "paper", _("On paper")
    PHONE = "phone", _("By phone")
    IN_PERSON = "in_person", _("In person")
    IMPORTED = "imported", _("Imported from a file")


class Giver(TextChoices):
    """Who decided."""

    LEARNER = "learner", _("The learner")
    GUARDIAN = "guardian", _("A guardian")
    ATTORNEY = "attorney", _("An attorney")
    DEPUTY = "deputy", _("A deputy")


class EvidenceKind(TextChoices):
    """What a file that proves an answer is; nothing else is taken."""

    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"


class Right(TextChoices):
    """What a learner may ask of us about their own data; each is due in a month."""

    SEE = "see", _("See everything we hold")
    ERASE = "erase", _("Be erased")


class StatementKind(TextChoices):
    """Whose words a consent statement holds."""

    OURS = "ours", _("Our wording")
    ELSEWHERE = "elsewhere", _("Used elsewhere")


class NotAsked(TextChoices):
    """Why somebody is not e-mailed a request for consent."""

    GONE = "gone", _("Their entry was merged or erased")
    ON_HOLD = "on_hold", _("On hold")
    UNDER_13 = "under_13", _("Under 13")
    AGREED = "agreed", _("Agreed already")
    SAID_NO = "said_no", _("Said no or withdrew")
    ASKED = "asked", _("Asked already, the request is open")
    TOO_OFTEN = "too_often", _("Asked as often as is allowed")


class MailKind(TextChoices):
    """What an e-mail to a learner is for."""

    ASK = "ask", _("Request")
    """It asks for consent."""
    REMINDER = "reminder", _("Reminder")
    """It asks again, with the same link."""
    RECEIPT = "receipt", _("Receipt")
    """It says what was recorded, and how to withdraw."""
    LINK = "link", _("Link")
    """It brings the personal link that its owner asked for."""


class MailStatus(TextChoices):
    """Where one e-mail stands; see `workflow.mailing` for the steps."""

    WAITING = "waiting", _("Waiting")
    """It has not left; perhaps not before a time."""
    MARKED = "marked", _("Being sent")
    """Durably said that it is about to be handed to the mail server."""
    SENT = "sent", _("Sent")
    """The mail server took it."""
    REFUSED = "refused", _("Refused by the mail server")
    """The mail server said no, and why; a person must act."""
    PERHAPS = "perhaps", _("Perhaps sent")
    """It was handed over and no answer came; never sent again by itself."""
    UNDELIVERED = "undelivered", _("Not delivered")
    """It came back, as a member of staff says."""
    DROPPED = "dropped", _("Not needed any more")
    """Never sent: they answered, or the request was ended."""


class BadgeHold(TextChoices):
    """Why a badge's rows wait while others go on."""

    NONE = "", ""
    GONE = "gone", _("Navigatr has no such badge any more")
    REFUSED = "refused", _("This account may not issue the badge")
    NOT_PUBLISHED = "not_published", _("The badge is not published")
    EXTERNAL = "external", _("The badge was not made in Navigatr, which issues only its own")


class StopReason(TextChoices):
    """Why nothing is sent over a connection."""

    NONE = "", ""
    TOKEN_REFUSED = "token_refused", _("Navigatr refused the access token")
    BY_STAFF = "by_staff", _("Stopped by staff")
    REPLACED = "replaced", _("Another account took its place")
    """It issues for nobody any more, and its token was forgotten."""


class BreakerState(TextChoices):
    """Whether a connection issues, as far as Navigatr's answers go; see `workflow.breaker`."""

    CLOSED = "closed", _("Issuing")
    OPEN = "open", _("Resting: Navigatr gives no usable answers")
    HALF_OPEN = "half_open", _("Trying with one badge")


class ServedKind(IntegerChoices):
    """What a slot of the pace was spent on."""

    SINGLE = 1, _("A badge issued on its own")
    ROSTER = 2, _("A roster's row")
    READ = 3, _("A read")
