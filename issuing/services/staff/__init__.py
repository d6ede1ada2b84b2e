"""Staff accounts: made, let in, corrected, given a role, switched off."""

from issuing.services.staff.access import set_role, switch_off, switch_on
from issuing.services.staff.accounts import (
    Colleague,
    Link,
    Reset,
    add,
    change_password,
    has_any,
    link_owner,
    make_link,
    new_password,
    reset,
    use_link,
)
from issuing.services.staff.details import Details, correct
from issuing.services.staff.signing_in import begin_sign_in, signed_in

__all__ = [
    "Colleague",
    "Details",
    "Link",
    "Reset",
    "add",
    "begin_sign_in",
    "change_password",
    "correct",
    "has_any",
    "link_owner",
    "make_link",
    "new_password",
    "reset",
    "set_role",
    "signed_in",
    "switch_off",
    "switch_on",
    "use_link",
]
