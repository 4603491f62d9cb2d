"""What somebody without an account may see of one dossier, and how often people guess in vain."""

import datetime as dt
from collections import deque
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.dossiercode import tidy_code
from tthc_tracker.domain.lifecycle import SourceKind, State
from tthc_tracker.domain.lookups import (
    ALTOGETHER,
    ALTOGETHER_SCOPE,
    EVERYBODY,
    IN_RESERVE,
    NOTHING,
    Keys,
    Proof,
    opens,
)
from tthc_tracker.domain.lookuptickets import Ticket
from tthc_tracker.domain.standing import Standing
from tthc_tracker.domain.throttles import MINUTE, NO_WAIT, wait
from tthc_tracker.models.account import RateBucket
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.applicant import DossierRating
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import settings, throttles
from tthc_tracker.queries.dossiers import standing_of
from tthc_tracker.queries.freshness import told_at

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Progress:
    """A dossier as the public may see it: its code and how far it is; no name, nothing typed by anybody.

    `desk` and the three lines after it say where the result is collected. `source` and `source_as_of` are set
    for a dossier whose facts are another system's. late_for: the date for which its agency has apologised.
    working_at: the agency that works on it now, that of a step elsewhere before the resolving one.
    """

    code: str
    state: State
    standing: Standing
    accepted: bool
    due_at: dt.datetime | None
    provisional: bool
    paused_since: dt.datetime | None
    desk: str
    agency: str
    address: str
    phone: str
    source: str
    source_as_of: dt.datetime | None
    late_for: dt.datetime | None = None
    working_at: str = ""
    rated: bool = False
    by_post: bool = False
    by_portal: bool = False
    dossier_id: int = 0

    @property
    def ticket(self) -> Ticket:
        """What opens the same dossier again, by the code that was asked for."""
        return Ticket(self.dossier_id, self.code)


@dataclass(frozen=True)
class Asked:
    """What somebody asks about. `counted_as`: the same for all codes of a dossier and all their spellings.

    `dossier_id` is 0 and `keys` are NOTHING where there is no such dossier.
    """

    dossier_id: int
    code: str
    keys: Keys
    counted_as: str


def find(session: Session, code: str) -> Asked:
    """The dossier that bears a code, or what stands in its place: one query either way."""
    applicant, owner = aliased(Person), aliased(Person)
    statement = (
        select(
            DossierCode.dossier_id, DossierCode.code, Dossier.receipt_token_hash,
            applicant.id_number, owner.id_number, applicant.phone, owner.phone,
        )
        .join(Dossier, Dossier.id == DossierCode.dossier_id)
        .join(applicant, applicant.id == Dossier.applicant_id)
        .join(owner, owner.id == Dossier.owner_id)
        .where(DossierCode.code.in_((code, tidy_code(code))))
        .order_by(DossierCode.code)
    )  # fmt: skip
    row = session.execute(statement).first()
    if row is None:
        return Asked(0, "", NOTHING, tidy_code(code))
    keys = Keys(row[2], (row[3], row[4]), (row[5], row[6]))
    return Asked(row.dossier_id, row.code, keys, f"no. {row.dossier_id}")  # no tidy code has a blank


def progress(
    session: Session, asked: Asked, proof: Proof, *, secret: str, now: dt.datetime
) -> Progress | None:
    """How far a dossier is, for whoever can prove that it is his.

    None for an unknown code and for a proof that does not fit: the same work either way.
    """
    if not opens(asked.keys, proof, secret) or not asked.dossier_id:
        return None
    return _progress(session, asked.dossier_id, asked.code, now)


def again(session: Session, ticket: Ticket, now: dt.datetime) -> Progress:
    """How far the dossier of a ticket is: its proof has been shown (domain.lookuptickets)."""
    return _progress(session, ticket.dossier_id, ticket.code, now)


def is_pressed(session: Session, now: dt.datetime) -> bool:
    """Whether so many look-ups have failed just now that somebody must be guessing."""
    tries = throttles.counted(session, [EVERYBODY], now)[ALTOGETHER_SCOPE]
    return wait(tries, ALTOGETHER, now) > NO_WAIT


def _progress(session: Session, dossier_id: int, code: str, now: dt.datetime) -> Progress:
    working = aliased(Agency)
    statement = (
        select(Dossier, Agency, Source, working.name, DossierRating.dossier_id, told_at())
        .join(Agency, Agency.id == Dossier.returning_agency_id)
        .join(Source, Source.id == Dossier.source_id)
        .join(working, working.id == func.coalesce(Dossier.step_agency_id, Dossier.resolving_agency_id))
        .outerjoin(DossierRating, DossierRating.dossier_id == Dossier.id)
        .where(Dossier.id == dossier_id)
    )
    dossier, agency, source, working_at, rated, told = session.execute(statement).one()
    mirrored = source.kind is SourceKind.MIRROR
    return Progress(
        code=code,
        state=dossier.state,
        standing=standing_of(dossier, now),
        accepted=dossier.accepted_at is not None,
        due_at=dossier.current_due_at,
        provisional=dossier.due_provisional,
        by_post=dossier.by_post,
        by_portal=dossier.by_portal,
        paused_since=dossier.paused_since,
        desk=settings.setting(session, "desk_name", agency.id, now.date()),
        agency=agency.name,
        address=agency.address or "",
        phone=agency.phone or "",
        source=source.name if mirrored else "",
        source_as_of=told if mirrored else None,
        late_for=dossier.due_at if dossier.reappointed_at and dossier.closed_at is None else None,
        working_at=working_at,
        rated=rated is not None,
        dossier_id=dossier.id,
    )


@dataclass(frozen=True)
class VainTries:
    """Look-ups that failed, altogether. `pressed`: whoever failed is refused just now; `closed`: all are,
    and only a receipt's QR code opens anything.

    `most` is the most that failed within ten minutes of the last day, `most_at` the last minute of those.
    """

    lately: int
    most: int
    most_at: dt.datetime | None
    limit: int

    @property
    def pressed(self) -> bool:
        """Whether look-ups with typed numbers are refused for now to whoever failed before."""
        return self.lately >= self.limit

    @property
    def closed(self) -> bool:
        """Whether they are refused to everybody."""
        return self.lately >= IN_RESERVE[0].most

    @property
    def alarming(self) -> bool:
        """Whether that happened at any time of the last day."""
        return self.most >= self.limit


def vain_tries(session: Session, now: dt.datetime) -> VainTries:
    """How many look-ups failed: now, and at worst within a day."""
    (limit,) = ALTOGETHER
    statement = (
        select(RateBucket.window_start, RateBucket.count)
        .where(RateBucket.scope == ALTOGETHER_SCOPE, RateBucket.window_start > now - DAY)
        .order_by(RateBucket.window_start)
    )
    window: deque[tuple[dt.datetime, int]] = deque()
    most, most_at = 0, None
    for minute, tries in session.execute(statement):
        window.append((minute, tries))
        _leave_behind(window, minute - limit.window)
        together = sum(many for _, many in window)
        if together >= most:
            most, most_at = together, minute
    _leave_behind(window, now - limit.window - MINUTE)
    return VainTries(sum(many for _, many in window), most, most_at, limit.most)


def _leave_behind(window: deque[tuple[dt.datetime, int]], until: dt.datetime) -> None:
    """Drop what was counted up to a moment from the front of a window."""
    while window and window[0][0] <= until:
        window.popleft()
