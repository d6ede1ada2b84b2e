"""The rows of the ledger and the SQL that keeps them."""

from dataclasses import dataclass, field

FIRST_ASSERTION = 8001
NEVER = 1e18
"""A time to be listed from that does not come."""

SCHEMA = f"""
create table if not exists calls (
    id integer primary key autoincrement, arrived real not null, monotonic real not null,
    method text not null, path text not null, query text not null,
    status integer, refused integer not null, fault text not null default '');
create table if not exists assertions (
    id integer primary key autoincrement, badge_id integer not null, provider_id integer not null,
    email text not null, firstname text not null, lastname text not null,
    organisation text, issue_date text, end_date text, evidence_text text, evidence_url text,
    status text not null, created real not null, claimed real, revocation_reason text,
    method text not null, redacted integer not null, listed_from real not null);
create index if not exists assertions_badge on assertions (badge_id, created);
create table if not exists effects (
    id integer primary key autoincrement, time real not null, kind text not null, assertion_id integer not null);
create index if not exists effects_kind on effects (kind, assertion_id);
create table if not exists spent_faults (address text not null, fault text not null, primary key (address, fault));
create table if not exists revoked_tokens (pat text primary key);
insert into sqlite_sequence (name, seq) select 'assertions', {FIRST_ASSERTION - 1}
    where not exists (select 1 from sqlite_sequence where name = 'assertions');
"""  # noqa: S608 - the number is ours

RECORD_CALL = """
insert into calls (arrived, monotonic, method, path, query, refused) values (?, ?, ?, ?, ?, ?)
"""

INSERT_ASSERTION = """
insert into assertions (
    badge_id, provider_id, email, firstname, lastname, organisation, issue_date, end_date, evidence_text,
    evidence_url, status, created, claimed, method, redacted, listed_from)
values (
    :badge_id, :provider_id, :email, :firstname, :lastname, :organisation, :issue_date, :end_date, :evidence_text,
    :evidence_url, :status, :created, :claimed, :method, :redacted, :listed_from)
"""

_SEARCH = """
from assertions
where instr(:badges, ',' || badge_id || ',') > 0
  and (:provider is null or provider_id = :provider)
  and (:email is null or (casefold(email) = casefold(:email) and not redacted))
  and (:statuses = '' or instr(:statuses, ',' || status || ',') > 0)
  and (:keyword = '' or instr(
        casefold(firstname || ' ' || lastname || ' ' || case when redacted then '' else email end),
        casefold(:keyword)) > 0)
  and listed_from <= :now
"""
COUNT = "select count(*) " + _SEARCH
NEWEST_FIRST = "select * " + _SEARCH + " order by created desc, id desc limit :limit offset :offset"
OLDEST_FIRST = "select * " + _SEARCH + " order by created, id limit :limit offset :offset"

OUTBOX = """
select a.id as assertion_id, a.badge_id, a.email, a.firstname, a.lastname, a.status, e.time
from effects e join assertions a on a.id = e.assertion_id
where e.kind = 'email' order by e.id desc limit ?
"""

RECIPIENTS = """
select a.email, count(*) from effects e join assertions a on a.id = e.assertion_id
where e.kind = 'email' group by a.email order by a.email
"""


@dataclass(frozen=True)
class Wanted:
    """One badge for one person as it was asked for."""

    badge_id: int
    provider_id: int
    email: str
    firstname: str
    lastname: str
    organisation: str | None = None
    issue_date: str | None = None
    end_date: str | None = None
    evidence_text: str | None = None
    evidence_url: str | None = None


@dataclass(frozen=True)
class Assertion(Wanted):
    """One issued badge. Times are seconds since the epoch."""

    id: int = field(kw_only=True)
    status: str = field(kw_only=True)
    created: float = field(kw_only=True)
    claimed: float | None = field(kw_only=True)
    revocation_reason: str | None = field(kw_only=True)
    method: str = field(kw_only=True)
    redacted: bool = field(kw_only=True)
    listed_from: float = field(kw_only=True)


@dataclass(frozen=True)
class Search:
    """Which assertions to list: those of these badges, and where a field is set, only what matches it too."""

    badges: tuple[int, ...]
    provider: int | None = None
    email: str | None = None
    statuses: tuple[str, ...] = ()
    keyword: str = ""
    newest_first: bool = True

    def values(self, now: float) -> dict[str, object]:
        """Return the parameters of the SQL; redacted addresses never match an address."""
        return {
            "badges": "".join(f",{badge}" for badge in self.badges) + ",",
            "provider": self.provider,
            "email": self.email,
            "statuses": f",{','.join(self.statuses)}," if self.statuses else "",
            "keyword": self.keyword,
            "now": now,
        }
