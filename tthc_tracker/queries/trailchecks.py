"""Whether history is as it was written: every chain from its first link, every row under it, every seal."""

import datetime as dt
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain import trail
from tthc_tracker.domain.trail import AuditText, Kind, Link, Member, PrivateText
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.models.trail import TrailHead, TrailLink, TrailSeal
from tthc_tracker.queries import trailrows
from tthc_tracker.queries.trailarchives import Archive, Away
from tthc_tracker.queries.yearclosure import YEAR

_LINKS_AT_ONCE = 500


class Fault(StrEnum):
    """What can be wrong at a place of the trail."""

    CHANGED = "changed"  # a row of history says something else
    MISSING = "missing"  # a row of history is gone
    ADDED = "added"  # a row of history that no link covers
    LINK_CHANGED = "link_changed"
    LINK_MISSING = "link_missing"
    KEY_UNKNOWN = "key_unknown"
    HEAD = "head"  # the chain does not end where its head says
    SEAL_CHANGED = "seal_changed"
    TRUNCATED = "truncated"  # a seal knows of more than the chain holds, or of something else


@dataclass(frozen=True)
class Break:
    """The first fault of a chain (or of the rows under none), with its position."""

    fault: Fault
    agency_id: int
    link: int  # number of the link; 0 where there is none
    place: int = 0  # which of the link's rows, from 1
    kind: str = ""
    row: tuple[int, int] = (0, 0)  # (dossier, number of the event) or (audit entry, 0)
    day: str = ""  # of the seal that says so


@dataclass(frozen=True)
class Sealed:
    """A seal, from the table or from the file where it was laid down."""

    day: str
    heads: str
    prev_root: str
    root: str
    key_id: int
    mark: str


@dataclass
class Report:
    """What was looked at, and the first fault of each chain."""

    chains: int = 0
    links: int = 0
    events: int = 0
    entries: int = 0
    erased: int = 0  # personal parts that are no longer there: the law allows it
    seals: int = 0
    archived: int = 0  # events of years that lie in an archive
    archives: list[Archive] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)


@dataclass(frozen=True)
class Span:
    """What of the trail is looked at: one agency's chain, the links of some days; None for all."""

    agency_id: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is left out, so that rows under no link can be told."""
        return self == Span()


def heads(session: Session) -> list[tuple[int, int, str]]:
    """Where each chain ends: agency, number of the last link, its hash. It changes with all that is written
    to history."""
    ends = select(TrailHead.agency_id, TrailHead.seq, TrailHead.hash).order_by(TrailHead.agency_id)
    return [(row.agency_id, row.seq, row.hash) for row in session.execute(ends)]


def verify(session: Session, keys: Mapping[int, bytes], span: Span, sealed: Sequence[Sealed] = ()) -> Report:
    """Read the trail from its beginning and say where it first breaks.

    sealed: the seals that were laid down outside the database; those inside are looked at in any case.
    """
    report = Report()
    restored, away = _Restored(), Away(session)
    report.archives = away.archives
    with trailrows.bytes_as_they_are(session):
        for agency_id in _chains(session, span):
            report.chains += 1
            found = _Chain(session, keys, span, report, restored, away).check(agency_id)
            if found is not None:
                report.breaks.append(found)
        if span.whole:
            if not report.breaks:
                report.breaks += _uncovered(session, report)
                report.breaks += _of_archives(away)
            report.breaks += _seals(session, keys, report, sealed, restored)
    return report


def _chains(session: Session, span: Span) -> list[int]:
    if span.agency_id is not None:
        return [span.agency_id]
    linked = select(TrailLink.agency_id).distinct()
    headed = select(TrailHead.agency_id)
    return sorted({*session.execute(linked).scalars(), *session.execute(headed).scalars()})


@dataclass
class _Restored:
    """How far each chain reached when a backup was put in place: what was sealed beyond is lost, not cut."""

    reached: list[tuple[str, dict[int, int]]] = field(default_factory=list)

    def note(self, entry: AuditText) -> None:
        if entry.action == "database_restored":
            facts = json.loads(entry.facts)
            reached = {int(agency): seq for agency, seq in facts.get("chains", {}).items()}
            self.reached.append((entry.at, reached))

    def explains(self, agency_id: int, seq: int, day: str) -> bool:
        """Whether a seal of that day may know of link `seq` although the chain does not."""
        return any(at[:10] >= day and seq > reached.get(agency_id, 0) for at, reached in self.reached)


class _Chain:
    """One chain's check."""

    def __init__(
        self,
        session: Session,
        keys: Mapping[int, bytes],
        span: Span,
        report: Report,
        restored: _Restored,
        away: Away,
    ) -> None:
        self._session, self._keys, self._span = session, keys, span
        self._report, self._restored, self._away = report, restored, away
        self._seq, self._hash, self._key_id = 0, trail.BEGINNING, 0

    def check(self, agency_id: int) -> Break | None:
        """The first fault, or None."""
        first = self._span.since is None
        for batch in self._batches(agency_id):
            good: list[tuple[Link, list[Member]]] = []
            broken: Break | None = None
            for link, hashed in batch:
                if not first:  # a part of a chain is taken at its word for what came before
                    self._seq, self._hash, first = link.seq - 1, link.prev_hash, True
                broken = self._link(link, hashed)
                if broken is not None:
                    break
                good.append((link, list(trail.unpack(link.members))))
            if (found := self._rows(good)) is not None:
                return found
            if broken is not None:
                return broken
        return self._end(agency_id) if self._span.until is None else None

    def _batches(self, agency_id: int) -> Iterator[list[tuple[Link, str]]]:
        table = TrailLink
        at = trailrows.moment(self._session, table.at)
        statement = (
            select(
                table.agency_id, table.seq, table.kind, at, table.key_id, table.members, table.prev_hash,
                table.hash,
            )
            .where(table.agency_id == agency_id)
            .order_by(table.seq)
            .limit(_LINKS_AT_ONCE)
        )  # fmt: skip
        if self._span.since is not None:
            statement = statement.where(table.at >= self._span.since)
        if self._span.until is not None:
            statement = statement.where(table.at < self._span.until)
        after = -1
        while rows := self._session.execute(statement.where(table.seq > after)).all():
            yield [(Link(*row[:-1]), row[-1]) for row in rows]
            after = rows[-1][1]

    def _link(self, link: Link, hashed: str) -> Break | None:
        self._report.links += 1
        if link.seq != self._seq + 1:
            return Break(Fault.LINK_MISSING, link.agency_id, self._seq + 1)
        key = self._keys.get(link.key_id)
        if key is None:
            return Break(Fault.KEY_UNKNOWN, link.agency_id, link.seq)
        right = (
            link.prev_hash == self._hash
            and link.key_id >= self._key_id
            and hmac.compare_digest(_ascii(hashed), trail.link_hash(key, link).encode())
        )
        if not right:
            return Break(Fault.LINK_CHANGED, link.agency_id, link.seq)
        self._seq, self._hash, self._key_id = link.seq, hashed, link.key_id
        return None

    def _rows(self, links: Sequence[tuple[Link, list[Member]]]) -> Break | None:
        wanted = [member for _, members in links for member in members]
        found = trailrows.rows_of(self._session, wanted)
        apart = self._away.rows_of(member for member in wanted if _key(member) not in found)
        for link, members in links:
            for place, member in enumerate(members, 1):
                row = found.get(_key(member))
                if row is None and self._away.holds(member):
                    fault = self._fault_apart(link, member, apart.get(_key(member)))
                else:
                    fault = self._fault(link, member, row)
                if fault is not None:
                    where = (member.id, member.seq)
                    return Break(fault, link.agency_id, link.seq, place, member.kind.name.lower(), where)
        return None

    def _fault(self, link: Link, member: Member, row: trailrows.Row | None) -> Fault | None:
        if isinstance(row, PrivateText):
            now = trail.private_digest(self._keys[link.key_id], row)
        elif row is not None:
            now = trail.digest(row)
            self._count(row)
        elif member.kind is Kind.PRIVATE:
            self._report.erased += 1
            return None
        else:
            return Fault.MISSING
        return None if hmac.compare_digest(now, member.digest) else Fault.CHANGED

    def _fault_apart(self, link: Link, member: Member, row: trailrows.Row | None) -> Fault | None:
        """Of a row that lies in an archive: held against it while it is there, else taken as written down."""
        self._report.archived += member.kind is Kind.EVENT
        self._away.count(member)
        if row is None:
            lost = member.kind is Kind.EVENT and self._away.reads(member)
            return Fault.MISSING if lost else None
        if isinstance(row, PrivateText):
            now = trail.private_digest(self._keys[link.key_id], row)
        else:
            now = trail.digest(row)
        return None if hmac.compare_digest(now, member.digest) else Fault.CHANGED

    def _count(self, row: trailrows.Row) -> None:
        if isinstance(row, AuditText):
            self._report.entries += 1
            self._restored.note(row)
        else:
            self._report.events += 1

    def _end(self, agency_id: int) -> Break | None:
        head = self._session.execute(
            select(TrailHead.seq, TrailHead.hash).where(TrailHead.agency_id == agency_id)
        ).one_or_none()
        if head is not None and tuple(head) == (self._seq, self._hash):
            return None
        return Break(Fault.HEAD, agency_id, self._seq + 1)


def _key(member: Member) -> tuple[Kind, int, int]:
    return member.kind, member.id, member.seq


def _of_archives(away: Away) -> list[Break]:
    """The first year whose archive is said to hold another number of events than the links cover."""
    for one in away.archives:
        if one.covered != one.events or (one.found is not None and one.found != one.events):
            fault = Fault.MISSING if one.covered > one.events else Fault.ADDED
            return [Break(fault, trail.INSTALLATION, 0, 0, Kind.EVENT.name.lower(), (one.year * YEAR, 0))]
    return []


def _ascii(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _uncovered(session: Session, report: Report) -> list[Break]:
    """The first row of history that no link covers, if the tables hold more than the links do."""
    many = session.execute(select(func.count()).select_from(DossierEvent)).scalar_one()
    entries = session.execute(select(func.count()).select_from(AuditEntry)).scalar_one()
    if (many, entries) == (report.events, report.entries):
        return []
    covered = trailrows.covered(session)
    for agency_id, row in trailrows.everything(session):
        seq = 0 if isinstance(row, AuditText) else row[1]
        if (type(row), row[0], seq) not in covered:
            kind = next(kind for kind, made in trailrows.TYPES.items() if made is type(row))
            return [Break(Fault.ADDED, agency_id, 0, 0, kind.name.lower(), (row[0], seq))]
    return []


def stored_seals(session: Session) -> list[Sealed]:
    """The seals in the database, by day."""
    seal = TrailSeal
    statement = select(seal.day, seal.heads, seal.prev_root, seal.root, seal.key_id, seal.mark).order_by(
        seal.day
    )
    return [
        Sealed(day.isoformat(), heads, prev_root, root, key_id, mark)
        for day, heads, prev_root, root, key_id, mark in session.execute(statement)
    ]


def _seals(
    session: Session, keys: Mapping[int, bytes], report: Report, laid_down: Sequence[Sealed], back: _Restored
) -> list[Break]:
    for seal in sorted({*stored_seals(session), *laid_down}, key=lambda each: (each.day, each.root)):
        report.seals += 1
        key = keys.get(seal.key_id)
        if key is None:
            return [Break(Fault.KEY_UNKNOWN, trail.INSTALLATION, 0, day=seal.day)]
        if seal.root != trail.seal_root(seal.prev_root, seal.day, seal.heads) or not hmac.compare_digest(
            _ascii(seal.mark), trail.seal_mark(key, seal.root).encode()
        ):
            return [Break(Fault.SEAL_CHANGED, trail.INSTALLATION, 0, day=seal.day)]
        for agency_id, (seq, hashed) in sorted(trail.heads_of(seal.heads).items()):
            at = select(TrailLink.hash).where(TrailLink.agency_id == agency_id, TrailLink.seq == seq)
            if seq and session.execute(at).scalar_one_or_none() != hashed:
                if back.explains(agency_id, seq, seal.day):
                    continue
                return [Break(Fault.TRUNCATED, agency_id, seq, day=seal.day)]
    return []
