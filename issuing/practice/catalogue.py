"""The people, providers and badges that are always there."""

from dataclasses import dataclass

PASSWORDS = {"owner@example.org": ("practice-password", 7)}
"""User name → password and user id, for the legacy scheme."""


@dataclass(frozen=True)
class Provider:
    """An organisation; only an Active one can issue."""

    id: int
    name: str
    status: str


@dataclass(frozen=True)
class User:
    """Somebody with a token; an admin may also filter recipients by address."""

    id: int
    firstname: str
    lastname: str
    email: str
    pat: str
    providers: tuple[int, ...]
    admin: bool = False


@dataclass(frozen=True)
class Badge:
    """A badge of one provider; only a Published, Internal one can be issued."""

    id: int
    name: str
    provider_id: int
    status: str = "Published"
    source: str = "Internal"
    recipient_type: str = "Individual"

    @property
    def description(self) -> str:
        """A sentence to search in and to show."""
        return f"Awarded for {self.name.lower()}."


PROVIDERS = {
    provider.id: provider
    for provider in (
        Provider(12, "Example College", "Active"),
        Provider(13, "Other Academy", "Active"),
        Provider(14, "Draft School", "Draft"),
        Provider(15, "Suspended School", "Suspended"),
    )
}

USERS = {
    user.id: user
    for user in (
        User(7, "Olivia", "Owner", "owner@example.org", "practice-pat-owner", (12,), admin=True),
        User(8, "Colin", "Colleague", "colleague@example.org", "practice-pat-colleague", (12,)),
        User(9, "Sam", "Stranger", "stranger@example.net", "practice-pat-stranger", (13,), admin=True),
        User(10, "Tara", "Two", "two@example.org", "practice-pat-two", (12, 14)),
        User(11, "Erin", "Everywhere", "everywhere@example.org", "practice-pat-everywhere", (12, 13, 14, 15)),
    )
}

USERS_BY_PAT = {user.pat: user for user in USERS.values()}

_SUBJECTS = (
    "Accounting", "Animation", "Baking", "Bookkeeping", "Carpentry", "Childcare", "Coaching", "Data Analysis",
    "First Aid", "Floristry", "Food Safety", "Gardening", "Interviewing", "Landscaping", "Leadership",
    "Mentoring", "Photography", "Public Speaking", "Web Design", "Welding",
)  # fmt: skip
_LEVELS = ("Foundation", "Intermediate", "Advanced")

_NAMED = (
    Badge(51, "Digital Skills", 12),
    Badge(52, "Teamwork", 12),
    Badge(53, "Sandbox badge", 12),
    Badge(54, "Unfinished badge", 12, status="Draft"),
    Badge(55, "Imported badge", 12, source="External"),
    Badge(56, "Retired badge", 12, status="Archived"),
    Badge(57, "Partner Organisation", 12, recipient_type="Organisation"),
    Badge(70, "Draft School badge", 14),
    Badge(71, "Suspended School badge", 15),
    Badge(90, "Foreign badge", 13),
)
_MANY = (
    Badge(101 + number, f"{subject} {level}", 12)
    for number, (subject, level) in enumerate((subject, level) for subject in _SUBJECTS for level in _LEVELS)
)

BADGES = {badge.id: badge for badge in (*_NAMED, *_MANY)}


def issuer_id(provider_id: int) -> int:
    """Return the id under which a provider appears as the issuer of its badges."""
    return provider_id + 500


def badge_or_none(text: str) -> Badge | None:
    """Return the badge of an id as it stands in an address."""
    return BADGES.get(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else None
