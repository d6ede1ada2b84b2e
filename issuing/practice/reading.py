"""The API's reading half: people, providers, badges and lists of assertions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from issuing.practice.access import may_see, need_provider, own_assertion
from issuing.practice.catalogue import BADGES, PROVIDERS, Badge, User, issuer_id
from issuing.practice.inputs import Inputs, listed
from issuing.practice.messages import Refusal, Reply, json_reply
from issuing.practice.records import Search
from issuing.practice.routing import Call
from issuing.practice.shapes import assertion_shape, badge_shape, provider_shape, user_shape

LARGEST_PAGE = 10**12
BADGE_ORDERS = ("Name_Asc", "Name_Desc", "Time_Created_Asc", "Time_Created_Desc")
ASSERTION_ORDERS = ("Time_Created_Desc", "Time_Created_Asc")


def _query(call: Call) -> Inputs:
    return Inputs({name: values[-1] for name, values in call.request.query.items()}, "query")


def _paging(inputs: Inputs) -> tuple[int, int]:
    page = inputs.number("page", 1, LARGEST_PAGE, 1) or 1
    return page, inputs.number("size", 1, 100, 50) or 50


def _page(items: Sequence[Any], total: int, page: int, size: int) -> Reply:
    pages = -(-total // size)
    return json_reply({"items": items, "total": total, "page": page, "size": size, "pages": pages})


def user_detail(call: Call, user: User) -> Reply:
    """GET /user_detail/{id}: 0 is the caller."""
    if call.number("user_id") not in (0, user.id):
        raise Refusal(403, "Not enough permissions")
    return json_reply(user_shape(user))


def user_providers(call: Call, user: User) -> Reply:
    """GET /user_detail/{id}/providers: a bare array."""
    user_detail(call, user)
    return json_reply([provider_shape(PROVIDERS[number]) for number in user.providers])


def provider(call: Call, user: User) -> Reply:
    """GET /provider/{id}."""
    number = call.number("provider_id")
    if number not in PROVIDERS:
        raise Refusal(404, "Provider not found")
    need_provider(user, number)
    return json_reply(provider_shape(PROVIDERS[number]))


def badges(call: Call, user: User) -> Reply:
    """GET /badge/: of another provider only what is published."""
    inputs = _query(call)
    page, size = _paging(inputs)
    order = inputs.choice("order_by", BADGE_ORDERS, "Name_Asc")
    owner = [inputs.number(name, 0, LARGEST_PAGE) for name in ("provider_id", "issuer_id", "community_id")]
    inputs.check()
    if owner == [None, None, None]:
        raise Refusal(400, "One of provider_id, community_id or issuer_id is required")
    found = [badge for badge in BADGES.values() if may_see(user, badge) and _matches(call, badge, owner)]
    found.sort(key=_by_name if order.startswith("Name") else _by_age, reverse=order.endswith("Desc"))
    part = found[(page - 1) * size : page * size]
    return _page([badge_shape(badge, call.practice.origin) for badge in part], len(found), page, size)


def _by_name(badge: Badge) -> tuple[str, int]:
    return badge.name.casefold(), badge.id


def _by_age(badge: Badge) -> tuple[str, int]:
    return "", badge.id


def _matches(call: Call, badge: Badge, owner: list[int | None]) -> bool:
    provider_id, issuer, community = owner
    statuses, sources = listed(call.request.query, "status"), listed(call.request.query, "source")
    return (
        community is None
        and provider_id in (None, badge.provider_id)
        and issuer in (None, issuer_id(badge.provider_id))
        and (not statuses or badge.status in statuses)
        and (not sources or badge.source in sources)
        and call.parameter("keyword").casefold() in f"{badge.name} {badge.description}".casefold()
    )


def badge(call: Call, user: User) -> Reply:
    """GET /badge/{id}."""
    return json_reply(badge_shape(known_badge(call, user), call.practice.origin))


def known_badge(call: Call, user: User) -> Badge:
    """Return the badge of the path.

    Raises:
        Refusal: 404 when there is none, 403 when it is another provider's and not published.
    """
    found = BADGES.get(call.number("badge_id"))
    if found is None:
        raise Refusal(404, "Badge not found")
    if not may_see(user, found):
        raise Refusal(403, "You do not have permission for this badge")
    return found


def badge_assertions(call: Call, user: User) -> Reply:
    """GET /badge/{id}/assertions: newest first unless asked otherwise."""
    found = known_badge(call, user)
    need_provider(user, found.provider_id)
    search = Search((found.id,), keyword=call.parameter("keyword"))
    return _assertions(call, user, search)


def assertions(call: Call, user: User) -> Reply:
    """GET /badge_assertion/: of all the caller's providers; only an admin may filter by address."""
    email = call.parameter("recipient_email") or None
    if email and not user.admin:
        raise Refusal(403, "Only an admin may search by recipient_email")
    inputs = _query(call)
    badge_id = inputs.number("badge_id", 0, LARGEST_PAGE)
    inputs.check()
    own = (badge.id for badge in BADGES.values() if badge.provider_id in user.providers)
    return _assertions(call, user, Search(tuple(id for id in own if badge_id in (None, id)), email=email))


def _assertions(call: Call, user: User, search: Search) -> Reply:
    inputs = _query(call)
    page, size = _paging(inputs)
    order = inputs.choice("order_by", ASSERTION_ORDERS, ASSERTION_ORDERS[0])
    provider_id = inputs.number("provider_id", 0, LARGEST_PAGE)
    inputs.check()
    if provider_id is not None:
        need_provider(user, provider_id)
    search = replace(
        search,
        provider=provider_id,
        statuses=listed(call.request.query, "status"),
        newest_first=order == ASSERTION_ORDERS[0],
    )
    found, total = call.practice.ledger.assertions(search, limit=size, offset=(page - 1) * size)
    return _page([assertion_shape(item, call.practice.origin) for item in found], total, page, size)


def assertion(call: Call, user: User) -> Reply:
    """GET /badge_assertion/{id}."""
    return json_reply(assertion_shape(own_assertion(call, user), call.practice.origin))
