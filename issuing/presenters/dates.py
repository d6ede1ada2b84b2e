"""How days and times are said: `14 Sept 2026`, `14:02`, in the site's time zone; elsewhere as is usual there."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language


def day(moment: date | datetime) -> str:
    """A day, e.g. `14 Sept 2026`; of a moment the day it fell on here."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment, timezone.get_default_timezone())
    if not (get_language() or "en").startswith("en"):
        return date_format(moment, "DATE_FORMAT")
    return date_format(moment, "j N Y").replace(".", "")


def day_and_time(moment: datetime) -> str:
    """A moment, e.g. `14 Sept 2026, 14:02`."""
    return f"{day(moment)}, {timezone.localtime(moment, timezone.get_default_timezone()):%H:%M}"


def clock(moment: datetime, now: datetime) -> str:
    """A moment as `14:37`, with its day where that is not today."""
    here = timezone.localtime(moment, timezone.get_default_timezone())
    is_today = here.date() == timezone.localtime(now, timezone.get_default_timezone()).date()
    return f"{here:%H:%M}" if is_today else day_and_time(moment)
