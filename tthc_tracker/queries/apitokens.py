"""Keys of other systems: whose key a request bears, and the list that administrators keep."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apitokens import ApiScope, scopes_of
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.api import ApiToken
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.procedure import Source


@dataclass(frozen=True, slots=True)
class Caller:
    """The system behind a request: its key, its source, what the key opens, whose figures it reads."""

    token_id: int
    source_id: int
    source_code: str
    source_name: str
    source_kind: SourceKind
    scopes: frozenset[ApiScope]
    last_used_at: dt.datetime | None
    agency_id: int | None


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A key as the list shows it. replaces, replaced_by: the numbers of the keys before and after it."""

    id: int
    name: str
    hint: str
    source_code: str
    source_name: str
    scopes: tuple[ApiScope, ...]
    agency_code: str
    agency_name: str
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None
    replaces: int | None
    replaced_by: int | None

    def is_valid(self, now: dt.datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


def caller_by_hash(session: Session, token_hash: str, now: dt.datetime) -> Caller | None:
    """The system whose key has this hash; None for one that is unknown, over or revoked."""
    statement = (
        select(ApiToken, Source)
        .join(Source, Source.id == ApiToken.source_id)
        .where(ApiToken.token_hash == token_hash, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    token, source = found
    return Caller(
        token.id,
        source.id,
        source.code,
        source.name,
        source.kind,
        scopes_of(token.scopes),
        token.last_used_at,
        token.agency_id,
    )


def tokens(session: Session) -> list[TokenLine]:
    """Every key that was ever issued, those still valid first, then the newest."""
    statement = (
        select(ApiToken, Source.code, Source.name, User.full_name, Agency.code, Agency.name)
        .join(Source, Source.id == ApiToken.source_id)
        .outerjoin(Agency, Agency.id == ApiToken.agency_id)
        .outerjoin(User, User.id == ApiToken.created_by_id)
        .order_by(ApiToken.revoked_at.isnot(None), ApiToken.id.desc())
    )
    after = successors(session)
    before = {successor: replaced for replaced, successor in after.items()}
    return [
        _line(*row, before.get(row[0].id), after.get(row[0].id)) for row in session.execute(statement).all()
    ]


def successors(session: Session) -> dict[int, int]:
    """Of each key that was replaced the number of the one in its place, as the audit tells it."""
    statement = (
        select(AuditEntry.object_id, AuditEntry.facts)
        .where(AuditEntry.object_type == "api_token", AuditEntry.action == "api_token_rotated")
        .order_by(AuditEntry.id)
    )
    return {int(replaced): facts["successor"] for replaced, facts in session.execute(statement)}


def _line(
    token: ApiToken, source_code: str, source_name: str, created_by: str | None,
    agency_code: str | None, agency_name: str | None, replaces: int | None, replaced_by: int | None,
) -> TokenLine:  # fmt: skip
    scopes = scopes_of(token.scopes)
    return TokenLine(
        token.id, token.name, token.hint, source_code, source_name,
        tuple(scope for scope in ApiScope if scope in scopes), agency_code or "", agency_name or "",
        token.created_at, created_by or "",
        token.expires_at, token.revoked_at, token.last_used_at, replaces, replaced_by,
    )  # fmt: skip
