"""Badges that got no answer, for a person to decide."""

from issuing.views.settling.pages import issuance_settle

__all__ = ["issuance_settle"]
