"""Alerts of field reports: due soon and overdue, to the agency they lie with and its head (decision 0041).

By state, like all others: a missed scan is caught up, a second one adds nothing.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import OF_REPORTS, Rule, SubjectType
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.fieldreport import FieldReport
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services import alerts
from tthc_tracker.services.alertladder import Ladder
from tthc_tracker.services.alerts import BATCH, Tally


def settle(session: Session, directory: Directory, *, now: dt.datetime, token: int = 0) -> Tally:
    """Close what has ended, then raise what is due, a bounded batch of each."""
    tally, told_of = Tally(), _told_of(session, directory, now)
    over = list(session.execute(_ended(told_of, now)).scalars())
    alerts.close(session, over, now)
    rows = session.execute(_untold(told_of, now)).all()
    for row in rows:
        _raise(session, row, directory, tally, now=now, token=token)
    tally.closed, tally.more = len(over), BATCH in {len(rows), len(over)}
    return tally


@dataclass(frozen=True)
class Due:
    """A report that was open at a moment and of which an alert would stand then."""

    id: int
    code: str
    agency_id: int
    due_at: dt.datetime
    rule: Rule


def due(session: Session, directory: Directory, at: dt.datetime) -> list[Due]:
    """What would stand at a moment, of reports as they lie now (services.alertpreview)."""
    row = FieldReport
    open_then = or_(row.answered_at.is_(None), row.answered_at > at)
    columns = row.id, row.code, row.handling_agency_id, row.due_at, _wanted(at).label("rule")
    statement = select(*columns).where(open_then, row.recorded_at <= at, row.soon_from <= at)
    found = (
        Due(one.id, one.code, one.handling_agency_id, one.due_at, Rule(one.rule))
        for one in session.execute(statement.order_by(row.id))
    )
    return [one for one in found if directory.terms.of(one.rule, one.agency_id).active]


def _told_of(session: Session, directory: Directory, now: dt.datetime) -> dict[Rule, list[int]]:
    """By rule, the agencies with reports that are due which want to hear of it."""
    due = select(FieldReport.handling_agency_id).where(_is_due(now)).distinct()
    agencies = sorted(session.execute(due).scalars())
    return {rule: [one for one in agencies if directory.terms.of(rule, one).active] for rule in OF_REPORTS}


def _is_due(now: dt.datetime) -> ColumnElement[bool]:
    return and_(FieldReport.answered_at.is_(None), FieldReport.soon_from <= now)


def close_of(session: Session, report: FieldReport, now: dt.datetime) -> None:
    """Close what stands on a report that has been answered or passed on, in the transaction that did it."""
    its = select(Alert.id).where(Alert.field_report_id == report.id, Alert.closed_at.is_(None))
    if report.answered_at is None:
        its = its.where(Alert.agency_id != report.handling_agency_id)
    alerts.close(session, list(session.execute(its).scalars()), now)


def _wanted(now: dt.datetime) -> ColumnElement[Any]:
    return case(
        (FieldReport.late_from <= now, Rule.FIELD_REPORT_OVERDUE.value), else_=Rule.FIELD_REPORT_SOON.value
    )


def _ended(told_of: dict[Rule, list[int]], now: dt.datetime) -> Any:
    """Alerts whose report is answered, lies elsewhere or is late by now; and what nobody wants to hear."""
    unwanted = (and_(Alert.rule == rule, Alert.agency_id.not_in(ids)) for rule, ids in told_of.items())
    return (
        select(Alert.id)
        .join(FieldReport, FieldReport.id == Alert.field_report_id)
        .where(
            Alert.closed_at.is_(None),
            Alert.field_report_id.is_not(None),  # by the index of these, not through all that stands
            or_(
                FieldReport.answered_at.is_not(None),
                Alert.agency_id != FieldReport.handling_agency_id,
                and_(Alert.rule == Rule.FIELD_REPORT_SOON, FieldReport.late_from <= now),
                FieldReport.soon_from > now,
                *unwanted,
            ),
        )
        .order_by(Alert.field_report_id, Alert.id)
        .limit(BATCH)
    )


def _untold(told_of: dict[Rule, list[int]], now: dt.datetime) -> Any:
    """Open reports whose time has come and of which nothing stands that says so."""
    told = exists().where(
        Alert.field_report_id == FieldReport.id, Alert.closed_at.is_(None),
        Alert.agency_id == FieldReport.handling_agency_id, Alert.rule == _wanted(now),
    )  # fmt: skip
    wanted = (
        and_(_wanted(now) == rule, FieldReport.handling_agency_id.in_(ids)) for rule, ids in told_of.items()
    )
    columns = FieldReport.id, FieldReport.handling_agency_id, FieldReport.due_at, _wanted(now).label("rule")
    return select(*columns).where(_is_due(now), ~told, or_(*wanted)).order_by(FieldReport.id).limit(BATCH)


def _raise(
    session: Session, row: Any, directory: Directory, tally: Tally, *, now: dt.datetime, token: int
) -> None:
    rule, agency_id = Rule(row.rule), row.handling_agency_id
    assert rule in OF_REPORTS
    place = Place(agency_id, agency_id, None)
    terms = directory.terms_of(rule, place)
    values = {
        "subject_type": SubjectType.AGENCY.value, "subject_id": agency_id, "rule": rule, "version": row.id,
        "severity": terms.severity, "delivery": terms.delivery, "agency_id": agency_id,
        "field_report_id": row.id, "due_at": row.due_at, "raised_at": now, "scan_token": token,
        "from_before": False, "note": "", "rung": 0,
        "climbs_at": Ladder(session, directory.terms).climbs_at(rule, agency_id, 0, now),
    }  # fmt: skip
    insert = alerts.insert_for(session, Alert).values(values)
    alert_id = session.execute(insert.on_conflict_do_nothing().returning(Alert.id)).scalar_one_or_none()
    if alert_id is None:
        _open_again(session, rule, agency_id, row.id)
        return
    found = directory.of(rule, place)
    alerts.readdress(session, {alert_id: found.user_ids}, now)
    alerts.note_stand_ins(session, [alert_id] if found.stand_in else [])
    tally.raised[rule] += 1


def _open_again(session: Session, rule: Rule, agency_id: int, report_id: int) -> None:
    """A report that has come back to an agency: the same alert, and no second mail."""
    its = (
        Alert.subject_type == SubjectType.AGENCY.value, Alert.subject_id == agency_id, Alert.rule == rule,
        Alert.version == report_id,
    )  # fmt: skip
    reopened = update(Alert).where(*its, Alert.closed_at.is_not(None)).values(closed_at=None)
    for alert_id in session.execute(reopened.returning(Alert.id)).scalars():
        theirs = update(AlertRecipient).where(AlertRecipient.alert_id == alert_id)
        rings = and_(~AlertRecipient.answered, ~AlertRecipient.hushed)
        session.execute(theirs.values(open=rings), execution_options={"synchronize_session": False})
