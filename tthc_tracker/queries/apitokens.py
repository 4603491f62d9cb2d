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
    """A key as the list shows it."""

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
    return [_line(*row) for row in session.execute(statement)]


def _line(
    token: ApiToken, source_code: str, source_name: str, created_by: str | None,
    agency_code: str | None, agency_name: str | None,
) -> TokenLine:  # fmt: skip
    scopes = scopes_of(token.scopes)
    return TokenLine(
        token.id, token.name, token.hint, source_code, source_name,
        tuple(scope for scope in ApiScope if scope in scopes), agency_code or "", agency_name or "",
        token.created_at, created_by or "",
        token.expires_at, token.revoked_at, token.last_used_at,
    )  # fmt: skip
