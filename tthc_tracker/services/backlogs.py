"""Backlogs (tồn đọng): episodes of a unit, or of an agency that is its own unit (docs/law.md, flags)."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import (
    EpisodeStep,
    Rule,
    SubjectType,
    backlog_step,
)
from tthc_tracker.domain.alertrules import backlog_thresholds
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.agency import Unit
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services import alerts
from tthc_tracker.services.alertladder import Ladder
from tthc_tracker.services.alerts import Tally, insert_for

Subject = tuple[SubjectType, int]


@dataclass(frozen=True, slots=True)
class Load:
    """What a unit, or an agency without units, has open at a moment."""

    agency_id: int
    unit_id: int | None
    open: int
    overdue: int

    @property
    def subject(self) -> Subject:
        """What an episode is about."""
        if self.unit_id is not None:
            return SubjectType.UNIT, self.unit_id
        return SubjectType.AGENCY, self.agency_id


@dataclass(frozen=True, slots=True)
class Episode:
    """The last episode of a subject; `alert_id` while it stands."""

    number: int
    alert_id: int | None


def loads(session: Session, now: dt.datetime, *, looking_back: bool = False) -> list[Load]:
    """Open and overdue dossiers of every unit that has any, as they stand at `now`.

    looking_back: `now` is another moment than the present; what was closed or paused since counts as it was.
    """
    open_now = and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None))
    is_open: ColumnElement[bool] = open_now
    running: ColumnElement[bool] = Dossier.paused_since.is_(None)
    if looking_back:
        closed_later = and_(Dossier.closed_at > now, Dossier.state != State.CANCELLED)
        is_open = and_(or_(open_now, closed_later), Dossier.accepted_at <= now)
        running = or_(running, Dossier.paused_since > now)
    overdue = func.sum(case((and_(running, Dossier.overdue_from <= now), 1), else_=0))
    # A unit has one agency: counted by unit alone, and of agencies in their order, the indexes of open
    # dossiers answer without the table and without sorting.
    unit, agency = Dossier.holding_unit_id, Dossier.resolving_agency_id
    in_units = select(unit, func.count(), overdue).where(is_open, unit.is_not(None)).group_by(unit)
    nobodys = [number.filter(unit.is_(None)) for number in (func.count(), overdue)]
    alone = select(agency, *nobodys).where(is_open).group_by(agency)
    agency_of = dict(session.execute(select(Unit.id, Unit.agency_id).order_by(Unit.id)).all())
    found = [Load(agency_of[row[0]], *row) for row in session.execute(in_units)]
    found += [Load(row[0], None, *row[1:]) for row in session.execute(alone) if row[1]]
    return sorted(found, key=lambda load: (load.agency_id, load.unit_id or 0))


def episodes(session: Session, rule: Rule = Rule.BACKLOG) -> dict[Subject, Episode]:
    """The last episode of every subject that ever had one."""
    statement = (
        select(Alert.subject_type, Alert.subject_id, Alert.version, Alert.id, Alert.closed_at)
        .where(Alert.rule == rule, Alert.dossier_id.is_(None))
        .order_by(Alert.version)
    )
    return {
        (SubjectType(row.subject_type), row.subject_id): Episode(
            row.version, None if row.closed_at else row.id
        )
        for row in session.execute(statement)
    }


def step(terms: Terms, load: Load, episode: Episode | None) -> EpisodeStep:
    """What a load does to its episode; where the rule is switched off it ends."""
    standing = episode is not None and episode.alert_id is not None
    rule = terms.of(Rule.BACKLOG, load.agency_id)
    if not rule.active:
        return EpisodeStep.CLOSES if standing else EpisodeStep.NONE
    return backlog_step(load.open, load.overdue, standing=standing, thresholds=backlog_thresholds(rule))


def count(
    session: Session, directory: Directory, loaded: list[Load], *, now: dt.datetime, token: int = 0
) -> Tally:
    """Open the episodes that begin and close those that end. loaded: what `loads` has found."""
    tally, found, ended = Tally(), episodes(session), []
    by_subject = {load.subject: load for load in loaded}
    for subject, load in by_subject.items():
        match step(directory.terms, load, found.get(subject)):
            case EpisodeStep.OPENS:
                number = found[subject].number + 1 if subject in found else 1
                open_episode(session, Rule.BACKLOG, load, number, directory, now=now, token=token)
                tally.raised[Rule.BACKLOG] += 1
            case EpisodeStep.CLOSES:
                ended.append(subject)
            case EpisodeStep.STAYS | EpisodeStep.NONE:
                pass
    ended += [subject for subject in found if subject not in by_subject]
    standing = [found[subject].alert_id for subject in ended]
    ids = [alert_id for alert_id in standing if alert_id is not None]
    alerts.close(session, ids, now)
    tally.closed = len(ids)
    return tally


def open_episode(
    session: Session,
    rule: Rule,
    load: Load,
    number: int,
    directory: Directory,
    *,
    now: dt.datetime,
    token: int,
) -> None:
    """Raise an episode's alert, unless another scan has just done so."""
    kind, subject_id = load.subject
    terms = directory.terms.of(rule, load.agency_id)
    values = {
        "subject_type": kind.value, "subject_id": subject_id, "rule": rule, "version": number,
        "severity": terms.severity, "delivery": terms.delivery, "agency_id": load.agency_id,
        "unit_id": load.unit_id, "raised_at": now, "scan_token": token, "from_before": False, "note": "",
        "rung": 0, "climbs_at": Ladder(session, directory.terms).climbs_at(rule, load.agency_id, 0, now),
    }  # fmt: skip
    statement = insert_for(session, Alert).values(values).on_conflict_do_nothing().returning(Alert.id)
    alert_id = session.execute(statement).scalar_one_or_none()
    if alert_id is None:
        return
    found = directory.of(rule, place_of(load))
    alerts.readdress(session, {alert_id: found.user_ids}, now)
    alerts.note_stand_ins(session, [alert_id] if found.stand_in else [])


def place_of(load: Load) -> Place:
    """Where a load lies."""
    return Place(load.agency_id, load.agency_id, load.unit_id)


def unit_codes(session: Session) -> dict[int, str]:
    """The code of every unit."""
    return dict(session.execute(select(Unit.id, Unit.code).order_by(Unit.id)).all())
