"""What is said while Navigatr gives no usable answers, and issuing rests."""

from datetime import datetime

from django.utils.translation import gettext as _

from issuing import queries
from issuing.enums import BreakerState
from issuing.models import Pace
from issuing.presenters.dates import clock


def pauses() -> str:
    """How a sentence begins that says why nothing is sent for a while."""
    return _("Sending pauses:")


def said(pace: Pace, now: datetime) -> str:
    """How such a sentence goes on; empty while Navigatr answers."""
    if pace.breaker_state == BreakerState.HALF_OPEN:
        return _("Navigatr did not answer for a while. One badge goes first, the others when that is sent.")
    if pace.breaker_state != BreakerState.OPEN:
        return ""
    left = queries.rest_left(pace, now.timestamp())
    if not left:
        return _("Navigatr is not answering. It is being asked again.")
    return _("Navigatr is not answering. It is asked again at %(time)s.") % {
        "time": clock(queries.moment(now.timestamp() + left), now)
    }
