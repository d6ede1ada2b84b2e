"""Who is calling: three schemes, exactly one of them on a request."""

from issuing.practice.catalogue import PASSWORDS, USERS, Badge, User
from issuing.practice.inputs import Inputs
from issuing.practice.messages import Refusal, Reply, Request, json_reply
from issuing.practice.records import Assertion
from issuing.practice.routing import Call
from issuing.practice.state import Practice

TWO_SCHEMES = "Send either X-Access-Token or Authorization, once"


def authenticate(practice: Practice, request: Request) -> User:
    """Return who sent the request; tokens must match to the character.

    Raises:
        Refusal: 400 for more than one proof of identity, 401 for none or a wrong, revoked or expired one.
    """
    bearer, token = _presented(request)
    user = practice.user_of(token, bearer=bearer)
    if user is None:
        raise Refusal(401, "Could not validate credentials" if token else "Not authenticated")
    return user


def _presented(request: Request) -> tuple[bool, str]:
    tokens = request.headers.get_all("X-Access-Token", [])
    authorizations = request.headers.get_all("Authorization", [])
    if len(tokens) + len(authorizations) > 1:
        raise Refusal(400, TWO_SCHEMES)
    if tokens:
        return False, tokens[0]
    scheme, _, token = authorizations[0].partition(" ") if authorizations else ("", "", "")
    return True, token if scheme.casefold() == "bearer" else ""


def token(call: Call) -> Reply:
    """POST /token: exchange the name and password of an account for a token that lives ten minutes."""
    if "X-Access-Token" in call.request.headers or "Authorization" in call.request.headers:
        raise Refusal(400, TWO_SCHEMES)
    inputs = Inputs(call.request.json_object())
    username, password = inputs.text("username"), inputs.text("password")
    inputs.check()
    expected, user_id = PASSWORDS.get(username, (None, 0))
    if password != expected:
        raise Refusal(401, "Incorrect username or password")
    return json_reply(call.practice.sign_in(USERS[user_id]))


def need_provider(user: User, provider_id: int) -> None:
    """Raise 403 unless the user belongs to the provider."""
    if provider_id not in user.providers:
        raise Refusal(403, "You do not have permission for this provider")


def may_see(user: User, badge: Badge) -> bool:
    """Say whether a badge shows up for a user: their providers' badges, and of the others what is published."""
    return badge.provider_id in user.providers or badge.status == "Published"


def own_assertion(call: Call, user: User) -> Assertion:
    """Return the assertion of the path.

    Raises:
        Refusal: 404 when there is none, 403 when another provider issued it.
    """
    assertion = call.practice.ledger.assertion_or_none(call.number("assertion_id"))
    if assertion is None:
        raise Refusal(404, "Badge assertion not found")
    need_provider(user, assertion.provider_id)
    return assertion
