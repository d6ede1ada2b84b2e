"""The practice pages: control, outbox, and what a badge's and an assertion's address show."""

from html import escape
from typing import Any

from issuing.practice.catalogue import BADGES, PASSWORDS, PROVIDERS, USERS, Badge, User
from issuing.practice.faults import ANSWERS, LISTINGS, OUTAGES, Fault
from issuing.practice.look import button, code, frame, section, table, tag
from issuing.practice.records import Assertion
from issuing.practice.shapes import slug, timestamp
from issuing.practice.state import Practice, Settings

SHOWN = 500


def control_page(practice: Practice) -> str:
    """Return the front page."""
    return frame("Control", "".join((
        _numbers(practice),
        _sign_in(practice),
        _settings(practice.settings),
        _faults(),
        _outside(),
        _badges(),
        section("Start afresh", "<p>Forgets calls, badges issued and e-mails. Ids go on from where they were.</p>"
                + button("/practice/reset", "Clear everything", quiet=True)),
    )))  # fmt: skip


def _numbers(practice: Practice) -> str:
    summary = practice.summary()
    again = sum(count - 1 for count in summary["recipients"].values())
    numbers = (
        ("E-mails sent", summary["emails"]),
        ("Sent to the same address again", again),
        ("Calls", summary["calls"]),
        ("Refused as too fast", summary["refused_429"]),
        (f"Most calls in {practice.settings.rate.seconds:g} s", summary["max_calls_in_window"]),
    )
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{number}</dd></div>" for name, number in numbers)
    return section("So far", f'<dl class="numbers">{items}</dl>')


def _sign_in(practice: Practice) -> str:
    revoked = practice.ledger.revoked_tokens()
    name, (password, user_id) = next(iter(PASSWORDS.items()))
    return section(
        "Sign in as",
        f"<p>Base URL {code(f'{practice.origin}/v1')}</p>"
        + table(
            ("Personal access token", "Belongs to", "Providers", "State", ""),
            [_token_row(user, user.pat in revoked) for user in USERS.values()],
        )
        + f"<p>With a password (deprecated): {code(name)} and {code(password)}, "
        f"who is {escape(_name(USERS[user_id]))}; its token lives ten minutes.</p>"
        + button("/practice/sessions/expire", "End password tokens now", quiet=True),
    )


def _name(user: User) -> str:
    return f"{user.firstname} {user.lastname}"


def _token_row(user: User, revoked: bool) -> tuple[str, ...]:
    names = ", ".join(f"{PROVIDERS[number].name} ({number})" for number in user.providers)
    act = "restore" if revoked else "revoke"
    return (
        code(user.pat),
        escape(f"{_name(user)} ({user.id})"),
        escape(names),
        tag("Revoked", "warn") if revoked else tag("Works", "good"),
        button(f"/practice/tokens/{user.pat}/{act}", act.capitalize(), about=user.pat, quiet=True),
    )


def _settings(settings: Settings) -> str:
    options = "".join(
        f'<option value="{name}"{" selected" if name == settings.outage else ""}>{name or "none"}</option>'
        for name in ("", *OUTAGES)
    )
    return section(
        "How it answers",
        '<form class="row" method="post" action="/practice/settings">'
        f'<label>Calls / seconds <input name="rate" size="8" value="{settings.rate}"></label>'
        f'<label>Latency in seconds <input name="latency" size="8" value="{settings.latency:g}"></label>'
        f'<label>Outage of every call <select name="outage">{options}</select></label>'
        "<button>Change</button></form>",
    )


def _faults() -> str:
    return section(
        "Faults by address",
        f"<p>Put a tag into the recipient's address, as in {code('anna+500-after@example.org')}. "
        f"With {code('-once')} behind it, as in {code('anna+500-after-once@example.org')}, "
        "only the first call for that address has it. One from each table may stand together: "
        f"{code('anna+reset-after+not-listed@example.org')}. "
        f"An address that starts with {code('has-account')} has its badge claimed at once.</p>"
        + table(("Tag", "Issued", "What happens"), [_fault_row(fault) for fault in ANSWERS], "The answer")
        + table(("Tag", "Issued", "What happens"), [_fault_row(fault) for fault in LISTINGS], "The lists"),
    )


def _fault_row(fault: Fault) -> tuple[str, ...]:
    name = code(fault.name)
    if fault.number is not None and fault.name != "429-retry-after":
        name += f" or {code(f'{fault.name}-{fault.number * 2}')}"
    return name, tag("yes", "good") if fault.effect else tag("no"), escape(fault.says)


def _outside() -> str:
    options = "".join(
        f'<option value="{badge.id}">{escape(badge.name)} ({badge.id})</option>'
        for badge in BADGES.values()
        if badge.provider_id == 12 and badge.status == "Published" and badge.source == "Internal"
    )
    return section(
        "Issue by hand",
        "<p>As if a colleague had issued it in Navigatr itself: no call, and nothing in the outbox.</p>"
        '<form class="row" method="post" action="/practice/issue_outside">'
        f'<label>Badge <select name="badge_id">{options}</select></label>'
        '<label>First name <input name="firstname" required></label>'
        '<label>Last name <input name="lastname" required></label>'
        '<label>E-mail <input name="email" type="email" required></label>'
        "<button>Issue</button></form>",
    )


def _badges() -> str:
    shown = [badge for badge in BADGES.values() if badge.id < 100]
    rows = [_badge_row(badge) for badge in shown]
    more = len(BADGES) - len(shown)
    return section(
        "Badges",
        table(("Id", "Badge", "Provider", "State"), rows)
        + f'<p class="soft">And {more} more of Example College, 101 to {100 + more}, all published.</p>',
    )


def _badge_row(badge: Badge) -> tuple[str, ...]:
    provider = PROVIDERS[badge.provider_id]
    state = badge.status if badge.source == "Internal" else f"{badge.status}, {badge.source}"
    link = f'<a href="/badge/{badge.id}/{slug(badge.name)}">{escape(badge.name)}</a>'
    return str(badge.id), link, escape(f"{provider.name} ({provider.id}, {provider.status})"), escape(state)


def outbox_page(practice: Practice) -> str:
    """Return the e-mails sent, newest first."""
    emails = practice.ledger.outbox(SHOWN)
    total = practice.ledger.counts().get("email", 0)
    if not emails:
        return frame("Outbox", section("Nothing yet", "<p>E-mails about issued badges will be listed here.</p>"))
    rows = [_email_row(email) for email in emails]
    caption = f"{total} in all" if total <= SHOWN else f"The newest {SHOWN} of {total}"
    heads = ("Sent", "To", "Badge", "Assertion", "State", "")
    return frame("Outbox", f"<section>{table(heads, rows, caption)}</section>")


def _email_row(email: dict[str, Any]) -> tuple[str, ...]:
    name = f"{email['firstname']} {email['lastname']}".strip()
    number, status = email["assertion_id"], email["status"]
    claim = button(f"/practice/assertions/{number}/claim", "Claim", about=f"{number} for {name}")
    return (
        escape(timestamp(email["time"])[:19].replace("T", " ")),
        f"{escape(name)}<br>{code(email['email'])}",
        escape(f"{BADGES[email['badge_id']].name} ({email['badge_id']})"),
        str(number),
        tag(status, "good" if status == "Claimed" else ""),
        claim if status == "Pending" else "",
    )


def badge_page(badge: Badge) -> str:
    """Return what a badge's own address shows."""
    return frame(
        badge.name,
        f'<section><img class="badge" src="/practice/badge/{badge.id}.svg" alt="">'
        f"<p>{escape(badge.description)}</p>"
        f'<p class="soft">{escape(PROVIDERS[badge.provider_id].name)} · badge {badge.id} · '
        f"{escape(badge.status)}</p></section>",
    )


def assertion_page(assertion: Assertion) -> str:
    """Return what an assertion's own address shows: the badge and its state, nobody's name."""
    badge = BADGES[assertion.badge_id]
    return frame(
        badge.name,
        f'<section><img class="badge" src="/practice/badge/{badge.id}.svg" alt="">'
        f"<p>Assertion {assertion.id}, {escape(assertion.status)}</p></section>",
    )
