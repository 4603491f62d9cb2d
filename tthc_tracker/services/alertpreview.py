"""Which alerts would stand at any moment, past or to come, as far as is known now; nothing is written."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Clockwork, EpisodeStep, Rule, SubjectType, standing_alerts
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts, backlogs, stranding
from tthc_tracker.services.clockvalues import clockwork_of

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

    def __init__(self, session: Session) -> None:
        self.directory = Directory(session)
        self.agencies = dict(session.execute(select(Agency.id, Agency.code)).all())
        self.units = backlogs.unit_codes(session)
        self.users = dict(session.execute(select(User.id, User.username)).all())

    def people(self, user_ids: frozenset[int]) -> tuple[str, ...]:
        """User names in order."""
        return tuple(sorted(self.users[user_id] for user_id in user_ids))


def preview(session: Session, as_of: dt.datetime) -> list[Previewed]:
    """All alerts that stand at `as_of`, by rule and code; a read-only session will do.

    Due dates, holders and people are those of now; what was accepted, closed or paused after `as_of` is taken
    as it was then.
    """
    names = _Names(session)
    found = [
        *_of_dossiers(session, as_of, names),
        *_of_backlogs(session, as_of, names),
        *_of_ended(session, as_of, names),
    ]
    return sorted(found, key=lambda one: (one.rule.value, one.subject_code, one.version))


def _of_dossiers(session: Session, as_of: dt.datetime, names: _Names) -> Iterator[Previewed]:
    after = 0
    while True:
        statement = select(Dossier.code, Dossier.reception_answered_at, *alerts.COLUMNS)
        statement = statement.where(_may_stand(as_of), Dossier.id > after).order_by(Dossier.id).limit(_BATCH)
        rows = session.execute(statement).mappings().all()
        if not rows:
            return
        stored = _stored(session, [row["id"] for row in rows])
        for row in rows:
            yield from _of_one(row, as_of, names, stored)
        after = rows[-1]["id"]


def _may_stand(as_of: dt.datetime) -> ColumnElement[bool]:
    still_open = or_(
        Dossier.closed_at.is_(None), and_(Dossier.closed_at > as_of, Dossier.state != State.CANCELLED)
    )
    accepted = and_(
        Dossier.accepted_at <= as_of,
        or_(
            Dossier.overdue_from.is_(None),
            Dossier.overdue_from <= as_of,
            Dossier.due_soon_from <= as_of,
        ),
    )
    waiting = and_(
        or_(Dossier.accepted_at.is_(None), Dossier.accepted_at > as_of), Dossier.reception_late_from <= as_of
    )
    return and_(still_open, or_(accepted, waiting))


def _then(row: RowMapping, as_of: dt.datetime) -> Clockwork:
    """The clockwork of a dossier as it stood at `as_of`."""
    values: dict[str, Any] = dict(row)
    for name in ("accepted_at", "closed_at", "paused_since"):
        if values[name] is not None and values[name] > as_of:
            values[name] = None
    answered = values["reception_answered_at"]
    if values["accepted_at"] is None and answered is not None and answered > as_of:
        values["state"] = State.REGISTERED
    return clockwork_of(values)


def _of_one(
    row: RowMapping, as_of: dt.datetime, names: _Names, stored: frozenset[tuple[int, Rule, int]]
) -> Iterator[Previewed]:
    for identity in standing_alerts(_then(row, as_of), as_of):
        agency_id, unit_id = alerts.agency_and_unit(identity.rule, row)
        yield Previewed(
            rule=identity.rule,
            subject_type=SubjectType.DOSSIER,
            subject_code=row["code"],
            version=identity.version,
            due_at=alerts.deadline_of(identity.rule, row),
            overdue_from=row["overdue_from"],
            agency=names.agencies[agency_id],
            unit=names.units[unit_id] if unit_id else None,
            recipients=names.people(names.directory.of(identity.rule, alerts.place_of(row)).user_ids),
            new=(identity.subject_id, identity.rule, identity.version) not in stored,
        )


def _stored(session: Session, dossier_ids: list[int]) -> frozenset[tuple[int, Rule, int]]:
    statement = select(Alert.subject_id, Alert.rule, Alert.version)
    mine = statement.where(Alert.subject_type == "dossier", Alert.subject_id.in_(dossier_ids))
    return frozenset(session.execute(mine))


def _of_ended(session: Session, as_of: dt.datetime, names: _Names) -> Iterator[Previewed]:
    episodes = backlogs.episodes(session, Rule.ENDED_AGENCY)
    for load in stranding.loads(session, as_of):
        episode = episodes.get(load.subject)
        new = episode is None or episode.alert_id is None
        agency, last = names.agencies[load.agency_id], episode.number if episode else 0
        recipients = names.directory.of(Rule.ENDED_AGENCY, backlogs.place_of(load)).user_ids
        yield Previewed(
            rule=Rule.ENDED_AGENCY,
            subject_type=load.subject[0],
            subject_code=agency,
            version=last + new,
            due_at=None,
            overdue_from=None,
            agency=agency,
            unit=None,
            recipients=names.people(recipients),
            new=new,
        )


def _of_backlogs(session: Session, as_of: dt.datetime, names: _Names) -> Iterator[Previewed]:
    episodes = backlogs.episodes(session)
    for load in backlogs.loads(session, as_of, looking_back=True):
        episode = episodes.get(load.subject)
        step = backlogs.step(session, load, episode, as_of.date())
        if step not in {EpisodeStep.OPENS, EpisodeStep.STAYS}:
            continue
        last = episode.number if episode else 0
        agency, unit = names.agencies[load.agency_id], names.units.get(load.unit_id or 0)
        yield Previewed(
            rule=Rule.BACKLOG,
            subject_type=load.subject[0],
            subject_code=f"{agency}/{unit}" if unit else agency,
            version=last + (step is EpisodeStep.OPENS),
            due_at=None,
            overdue_from=None,
            agency=agency,
            unit=unit,
            recipients=names.people(names.directory.of(Rule.BACKLOG, backlogs.place_of(load)).user_ids),
            new=step is EpisodeStep.OPENS,
        )
