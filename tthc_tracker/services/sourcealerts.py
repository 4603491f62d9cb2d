"""An alert about a source: of the agency that answers for it, to whoever brings it in; it ends by itself."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule, SubjectType
from tthc_tracker.domain.alertrules import RuleTerms
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission, Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import AgencyScope
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services import alerts
from tthc_tracker.services.alertladder import Ladder
from tthc_tracker.services.alerts import Tally

_IMPORTERS = [role for role in Role if Permission.IMPORT_DOSSIERS in PERMISSIONS_OF[role]]


@dataclass(frozen=True)
class SourceDue:
    """A source that is told of, and of what. since: what it said last, or when."""

    source_id: int
    rule: Rule
    since: dt.datetime | None
    agency_id: int
    user_ids: frozenset[int]


class Answering:
    """Whose it is that a source speaks: whoever imported it last and his agency; else the highest one."""

    def __init__(self, session: Session, directory: Directory, source_id: int) -> None:
        self._session, self._directory, self.source_id = session, directory, source_id
        self.agency_id, importer = _answers_for(session, source_id)
        self._people = frozenset({importer} if importer else ())
        self._place = Place(self.agency_id, self.agency_id, None)

    def terms_of(self, rule: Rule) -> RuleTerms:
        """The terms of a rule at that agency."""
        return self._directory.terms_of(rule, self._place)

    def hearers(self, rule: Rule, besides: Collection[int] = ()) -> frozenset[int]:
        """Who hears of it. besides: accounts that do whatever the rule says."""
        return self._directory.of(rule, self._place).user_ids | self._people | frozenset(besides)

    def due(self, rule: Rule, since: dt.datetime | None, besides: Collection[int] = ()) -> SourceDue:
        """What would be told."""
        return SourceDue(self.source_id, rule, since, self.agency_id, self.hearers(rule, besides))

    def tell(
        self, rule: Rule, tally: Tally, *, since: dt.datetime | None, now: dt.datetime, token: int,
        besides: Collection[int] = (),
    ) -> None:  # fmt: skip
        """Raise the alert. besides: accounts that hear of it too."""
        session, terms = self._session, self.terms_of(rule)
        of_agency = (Alert.subject_type == SubjectType.AGENCY.value, Alert.subject_id == self.agency_id)
        last = select(func.max(Alert.version)).where(*of_agency, Alert.rule == rule)
        values = {
            "subject_type": SubjectType.AGENCY.value, "subject_id": self.agency_id, "rule": rule,
            "version": (session.execute(last).scalar_one() or 0) + 1, "severity": terms.severity,
            "delivery": terms.delivery, "agency_id": self.agency_id, "source_id": self.source_id,
            "due_at": since, "raised_at": now, "scan_token": token, "from_before": False, "note": "",
            "rung": 0, "climbs_at": Ladder(session, self._directory.terms).climbs_at(
                rule, self.agency_id, 0, now
            ),
        }  # fmt: skip
        statement = alerts.insert_for(session, Alert).values(values).on_conflict_do_nothing()
        alert_id = session.execute(statement.returning(Alert.id)).scalar_one_or_none()
        if alert_id is None:
            return
        found, people = self._directory.of(rule, self._place), self._people | frozenset(besides)
        alerts.readdress(session, {alert_id: self.hearers(rule, besides)}, now)
        alerts.note_stand_ins(session, [alert_id] if found.stand_in and not people else [])
        tally.raised[rule] += 1


def end(session: Session, source_id: int, rule: Rule, tally: Tally, now: dt.datetime) -> None:
    """The source has spoken: close what stands of this rule."""
    standing = (Alert.source_id == source_id, Alert.rule == rule, Alert.closed_at.is_(None))
    over = list(session.execute(select(Alert.id).where(*standing)).scalars())
    alerts.close(session, over, now)
    tally.closed += len(over)


def _answers_for(session: Session, source_id: int) -> tuple[int, int | None]:
    last = (
        select(Membership.agency_id, User.id)
        .join(User, User.id == Membership.user_id)
        .join(ImportBatch, ImportBatch.actor_id == User.id)
        .where(
            ImportBatch.source_id == source_id,
            ImportBatch.actor_id.is_not(None),
            User.active,
            Membership.role.in_(_IMPORTERS),
        )
        .order_by(ImportBatch.started_at.desc(), Membership.id)
        .limit(1)
    )
    if (row := session.execute(last).first()) is not None:
        return row.agency_id, row.id
    widest = (
        select(AgencyScope.ancestor_id)
        .group_by(AgencyScope.ancestor_id)
        .order_by(func.count().desc(), AgencyScope.ancestor_id)
        .limit(1)
    )
    return session.execute(widest).scalar_one(), None
