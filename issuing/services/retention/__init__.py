"""Removes what is kept no longer: by rules that managers set, shown before, counted after."""

from issuing.services.retention.foreseeing import Foreseen, Old, foresee, old_logs
from issuing.services.retention.rules import change
from issuing.services.retention.running import go_on, remove_now, wake

__all__ = ["Foreseen", "Old", "change", "foresee", "go_on", "old_logs", "remove_now", "wake"]
