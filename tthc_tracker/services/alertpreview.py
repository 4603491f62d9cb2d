"""Which alerts would stand at any moment, past or to come, as far as is known now; nothing is written."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import (
    OF_REPORTS,
    OF_SESSIONS,
    OF_SOURCES,
    EpisodeStep,
    Rule,
    SubjectType,
    standing_alerts,
)
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services import (
    backlogs,
    feedsilence,
    fieldreportalerts,
    sessionalerts,
    sourcefreshness,
    stranding,
)
from tthc_tracker.services.alertclocks import COLUMNS, Watched, watch
from tthc_tracker.services.backlogs import Load
from tthc_tracker.services.sourcealerts import SourceDue

_BATCH = 2000


@dataclass(frozen=True)
class Previewed:
    """One alert that would stand; `new`: no scan has written it yet."""

    rule: Rule
    subject_type: SubjectType
    subject_code: str
    version: int
    due_at: dt.datetime | None
    overdue_from: dt.datetime | None
    agency: str
    unit: str | None
    recipients: tuple[str, ...]
    new: bool

    def as_json(self) -> dict[str, Any]:
        """The object that `flask alerts preview --format json` prints."""
        return {
            "rule": self.rule.value,
            "subject": {"type": self.subject_type.value, "code": self.subject_code},
            "version": self.version,
            "due_at": _iso(self.due_at),
            "overdue_from": _iso(self.overdue_from),
            "agency": self.agency,
            "unit": self.unit,
            "recipients": list(self.recipients),
            "new": self.new,
        }


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


class _Names:
    """Codes and user names for the ids of alerts."""

    def __init__(self, session: Session, as_of: dt.datetime) -> None:
        self.directory = Directory(session, as_of.date())
        self.agencies = dict(session.execute(select(Agency.id, Agency.code)).all())
        self.units = backlogs.unit_codes(session)
        self.users = dict(session.execute(select(User.id, User.username)).all())

    def people(self, user_ids: frozenset[int]) -> tuple[str, ...]:
        """User names in order."""
        return tuple(sorted(self.users[user_id] for user_id in user_ids))


def preview(session: Session, as_of: dt.datetime) -> list[Previewed]:
    """All alerts that stand at `as_of`, by rule and code; a read-only session will do.

    Due dates, holders, steps, drafts, figures, conclusions, people and what sources have said are
    those of now; what was accepted, closed, paused or answered after `as_of` is taken as it was then. Signs
    of integrity are not among them: a deed raises its own.
    """
    names = _Names(session, as_of)
    stale = list(sourcefreshness.due(session, names.directory, as_of))
    nobodys = stranding.unattended(backlogs.loads(session, as_of), names.directory)
    found = [
        *_of_dossiers(session, as_of, names, frozenset(one.source_id for one in stale)),
        *_of_backlogs(session, as_of, names),
        *_of_places(Rule.ENDED_AGENCY, stranding.loads(session, as_of), session, names),
        *_of_places(Rule.NO_RECIPIENT, nobodys, session, names),
        *_of_reports(session, as_of, names),
        *_of_sessions(session, as_of, names),
        *_of_sources(session, as_of, names, stale),
    ]
    return sorted(found, key=lambda one: (one.rule.value, one.subject_code, one.version))


def _of_dossiers(
    session: Session, as_of: dt.datetime, names: _Names, stale: frozenset[int]
) -> Iterator[Previewed]:
    """stale: the sources that are told of as old then, so that nothing is said by them."""
    after, speaks = 0, Dossier.source_id.not_in(stale)
    while True:
        statement = select(Dossier.code, Dossier.reception_answered_at, *COLUMNS)
        statement = statement.where(_may_stand(as_of), speaks, Dossier.id > after)
        statement = statement.order_by(Dossier.id).limit(_BATCH)
        rows = session.execute(statement).mappings().all()
        if not rows:
            return
        stored = _stored(session, [row["id"] for row in rows])
        then = [_then(row, as_of) for row in rows]
        for one in watch(session, then, names.directory.terms):
            yield from _of_one(one, as_of, names, stored)
        after = rows[-1]["id"]


def _may_stand(as_of: dt.datetime) -> ColumnElement[bool]:
    still_open = or_(
        Dossier.closed_at.is_(None), and_(Dossier.closed_at > as_of, Dossier.state != State.CANCELLED)
    )
    waiting = and_(
        or_(Dossier.accepted_at.is_(None), Dossier.accepted_at > as_of),
        Dossier.reception_late_from.is_not(None),
    )
    return and_(still_open, or_(Dossier.accepted_at <= as_of, waiting))


def _then(row: RowMapping, as_of: dt.datetime) -> dict[str, Any]:
    """The columns of a dossier as they stood at `as_of`."""
    values: dict[str, Any] = dict(row)
    for name in ("accepted_at", "closed_at", "paused_since"):
        if values[name] is not None and values[name] > as_of:
            values[name] = None
    answered = values["reception_answered_at"]
    if values["accepted_at"] is None and answered is not None and answered > as_of:
        values["state"] = State.REGISTERED
    return values


def _of_one(
    one: Watched, as_of: dt.datetime, names: _Names, stored: frozenset[tuple[int, Rule, int]]
) -> Iterator[Previewed]:
    for identity in standing_alerts(one.clockwork, as_of):
        agency_id, unit_id = one.counted_for(identity.rule)
        place = one.place(identity.rule)
        if not names.directory.terms_of(identity.rule, place).active:
            continue
        yield Previewed(
            rule=identity.rule,
            subject_type=SubjectType.DOSSIER,
            subject_code=one.row["code"],
            version=identity.version,
            due_at=one.deadline(identity.rule),
            overdue_from=one.row["overdue_from"],
            agency=names.agencies[agency_id],
            unit=names.units[unit_id] if unit_id else None,
            recipients=names.people(names.directory.of(identity.rule, place).user_ids),
            new=(identity.subject_id, identity.rule, identity.version) not in stored,
        )


def _stored(session: Session, dossier_ids: list[int]) -> frozenset[tuple[int, Rule, int]]:
    statement = select(Alert.subject_id, Alert.rule, Alert.version)
    mine = statement.where(Alert.subject_type == "dossier", Alert.subject_id.in_(dossier_ids))
    return frozenset(session.execute(mine))


def _of_places(rule: Rule, loads: list[Load], session: Session, names: _Names) -> Iterator[Previewed]:
    episodes = backlogs.episodes(session, rule)
    for load in loads:
        if names.directory.terms.of(rule, load.agency_id).active:
            episode = episodes.get(load.subject)
            new = episode is None or episode.alert_id is None
            yield _of_place(rule, load, (episode.number if episode else 0) + new, names, new=new)


def _of_place(rule: Rule, load: Load, number: int, names: _Names, *, new: bool) -> Previewed:
    agency, unit = names.agencies[load.agency_id], names.units.get(load.unit_id or 0)
    return Previewed(
        rule=rule,
        subject_type=load.subject[0],
        subject_code=f"{agency}/{unit}" if unit else agency,
        version=number,
        due_at=None,
        overdue_from=None,
        agency=agency,
        unit=unit,
        recipients=names.people(names.directory.of(rule, backlogs.place_of(load)).user_ids),
        new=new,
    )


def _of_backlogs(session: Session, as_of: dt.datetime, names: _Names) -> Iterator[Previewed]:
    episodes = backlogs.episodes(session)
    for load in backlogs.loads(session, as_of, looking_back=True):
        episode = episodes.get(load.subject)
        step = backlogs.step(names.directory.terms, load, episode)
        if step not in {EpisodeStep.OPENS, EpisodeStep.STAYS}:
            continue
        opens = step is EpisodeStep.OPENS
        yield _of_place(Rule.BACKLOG, load, (episode.number if episode else 0) + opens, names, new=opens)


def _of_reports(session: Session, as_of: dt.datetime, names: _Names) -> Iterator[Previewed]:
    stored = _stored_of_agencies(session, OF_REPORTS)
    for one in fieldreportalerts.due(session, names.directory, as_of):
        new = (one.agency_id, one.rule, one.id) not in stored
        yield _of_agency(one.rule, one.agency_id, one.id, one.due_at, names, new=new, code=one.code)


def _of_sessions(session: Session, as_of: dt.datetime, names: _Names) -> Iterator[Previewed]:
    stored = _stored_of_agencies(session, OF_SESSIONS)
    for duty, day in sessionalerts.due(session, names.directory, as_of.date()).items():
        new = (duty.agency_id, duty.rule, duty.version) not in stored
        due_at = sessionalerts.end_of(day)
        yield _of_agency(duty.rule, duty.agency_id, duty.version, due_at, names, new=new)


def _of_sources(
    session: Session, as_of: dt.datetime, names: _Names, stale: list[SourceDue]
) -> Iterator[Previewed]:
    """Sources whose data is old or that have fallen silent; one that stands keeps its number, a new one gets
    the agency's next."""
    of_sources = (Alert.subject_type == SubjectType.AGENCY.value, Alert.rule.in_(sorted(OF_SOURCES)))
    columns = (Alert.source_id, Alert.subject_id, Alert.rule, Alert.version, Alert.closed_at)
    stands, last = {}, Counter[tuple[int, Rule]]()
    for row in session.execute(select(*columns).where(*of_sources).order_by(Alert.version)):
        last[row.subject_id, row.rule] = row.version
        if row.closed_at is None:
            stands[row.source_id, row.rule] = row.version
    codes = dict(session.execute(select(Source.id, Source.code)).all())
    silent = feedsilence.due(session, names.directory, as_of, old={one.source_id for one in stale})
    for one in [*stale, *silent]:
        new = (one.source_id, one.rule) not in stands
        last[one.agency_id, one.rule] += new
        version = last[one.agency_id, one.rule] if new else stands[one.source_id, one.rule]
        code = codes[one.source_id]
        found = _of_agency(one.rule, one.agency_id, version, one.since, names, new=new, code=code)
        yield replace(found, recipients=names.people(one.user_ids))


def _stored_of_agencies(session: Session, rules: Collection[Rule]) -> frozenset[tuple[int, Rule, int]]:
    statement = select(Alert.subject_id, Alert.rule, Alert.version)
    theirs = (Alert.subject_type == SubjectType.AGENCY.value, Alert.rule.in_(sorted(rules)))
    return frozenset(session.execute(statement.where(*theirs)))


def _of_agency(
    rule: Rule,
    agency_id: int,
    version: int,
    due_at: dt.datetime | None,
    names: _Names,
    *,
    new: bool,
    code: str = "",
) -> Previewed:
    """What an agency owes; code: of the report that it is to answer, of the source that it answers for."""
    agency = names.agencies[agency_id]
    return Previewed(
        rule=rule,
        subject_type=SubjectType.AGENCY,
        subject_code=f"{agency}/{code}" if code else agency,
        version=version,
        due_at=due_at,
        overdue_from=None,
        agency=agency,
        unit=None,
        recipients=names.people(names.directory.of(rule, Place(agency_id, agency_id, None)).user_ids),
        new=new,
    )
