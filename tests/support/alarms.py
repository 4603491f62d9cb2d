"""Dossiers whose clocks stand where a test wants them, in the small office of tests.support.desk."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.desk import Office
from tests.support.moments import at
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, State
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion, Source
from tthc_tracker.services.deadlines import look_again

RECEIVED = at("Mon 2026-11-09 09:00")
SOON = at("Tue 2026-11-17 14:00")
OVERDUE = at("Fri 2026-11-20 00:00")
VERY_OVERDUE = at("Wed 2026-11-25 17:00")


class Desk:
    """Puts dossiers into an office."""

    def __init__(self, session: Session, office: Office, after: int = 0) -> None:
        self.session, self.office = session, office
        self._serial = after
        self.owner = Person(
            kind=ApplicantKind.CITIZEN, full_name="Nguyễn Văn An", name_folded="nguyen van an"
        )
        session.add(self.owner)
        session.flush()

    def _source(self, code: str) -> Source:
        return self.session.execute(select(Source).where(Source.code == code)).scalar_one()

    def _put(self, source: str, **columns: Any) -> Dossier:
        self._serial += 1
        office = self.office
        version = self.session.get_one(ProcedureVersion, office.procedure)
        code = f"H50.19000-261109-{self._serial:04}"
        facts: dict[str, Any] = {
            "id": 2026 * 10**10 + self._serial, "code": code, "recorded_at": RECEIVED,
            "source_id": self._source(source).id, "procedure_id": version.procedure_id,
            "procedure_version_id": version.id, "sector_id": version.sector_id, "channel": Channel.COUNTER,
            "applicant_id": self.owner.id, "owner_id": self.owner.id,
            "receiving_agency_id": office.ward, "resolving_agency_id": office.ward,
            "returning_agency_id": office.ward, "reception_round": 0, "due_version": 1,
        }  # fmt: skip
        dossier = Dossier(**(facts | columns))
        self.session.add(dossier)
        self.session.flush()
        self.session.add(DossierCode(code=code, dossier_id=dossier.id, source_id=dossier.source_id))
        look_again(dossier, dossier.recorded_at)
        self.session.flush()
        return dossier

    def running(self, source: str = "desk", **columns: Any) -> Dossier:
        """Accepted, with the milestones above; at the land unit, with its officer in charge."""
        facts: dict[str, Any] = {
            "state": State.PROCESSING, "accepted_at": RECEIVED, "accepted_on": RECEIVED.date(),
            "limit_amount": Decimal(8), "limit_unit": LimitUnit.WORKING_DAY,
            "first_due_at": OVERDUE, "due_at": at("Thu 2026-11-19 09:00"), "due_on": dt.date(2026, 11, 19),
            "current_due_at": at("Thu 2026-11-19 09:00"), "late_from": OVERDUE, "overdue_from": OVERDUE,
            "due_soon_from": SOON, "very_overdue_from": VERY_OVERDUE,
            "holding_unit_id": self.office.land_unit, "officer_id": self.office.officer.user_id,
        }  # fmt: skip
        return self._put(source, **(facts | columns))

    def waiting(self, source: str = "provincial-portal", **columns: Any) -> Dossier:
        """Submitted online and unanswered; late from Tue 2026-11-10 09:00."""
        late = at("Tue 2026-11-10 09:00")
        facts: dict[str, Any] = {
            "state": State.REGISTERED, "channel": Channel.ONLINE, "submitted_at": RECEIVED,
            "reception_round": 1, "reception_due_at": late, "reception_due_on": late.date(),
            "reception_late_from": late,
        }  # fmt: skip
        return self._put(source, **(facts | columns))


def standing(session: Session) -> list[tuple[str, int]]:
    """(rule, version) of the alerts that stand, in order."""
    found = select(Alert.rule, Alert.version).where(Alert.closed_at.is_(None))
    return sorted((rule.value, version) for rule, version in session.execute(found))


def bells(session: Session) -> dict[int, int]:
    """How many alerts ring for each person."""
    counted: dict[int, int] = {}
    for user_id in session.execute(select(AlertRecipient.user_id).where(AlertRecipient.open)).scalars():
        counted[user_id] = counted.get(user_id, 0) + 1
    return counted
