"""Set the terms of a flag for an agency and its subtree, and let them reach the open dossiers there."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.alertrules import RuleTerms, as_json, faults
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.alert import AlertRuleChange
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.setting import Setting
from tthc_tracker.queries import alertrules
from tthc_tracker.queries.alertrules import Terms, setting_name
from tthc_tracker.queries.scoping import scope_of, subtree
from tthc_tracker.services import audit, deadlines
from tthc_tracker.services.acting import Person
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.wording import alertrules as words

BATCH = 500


@dataclass(frozen=True)
class SetTerms:
    """A rule's terms at an agency (its code) from today on; None: those of the agency above again."""

    rule: Rule
    agency_code: str
    terms: RuleTerms | None


def agency_for(session: Session, code: str, person: Person) -> Agency:
    """The agency whose rules this person may set.

    Raises:
        InvalidInput: there is none, or it is not his.
    """
    agency = session.execute(select(Agency).where(Agency.code == code)).scalar_one_or_none()
    if agency is None or agency.id not in set_by(session, person):
        raise InvalidInput("agency", words.NOT_YOURS)
    return agency


def set_by(session: Session, person: Person) -> frozenset[int]:
    """The agencies whose rules this person may set."""
    may = Permission.MANAGE_ALERT_RULES
    homes = [m.agency_id for m in person.memberships if may in PERMISSIONS_OF[m.role]]
    return scope_of(session, homes).agency_ids


def checked(rule: Rule, terms: RuleTerms) -> RuleTerms:
    """Terms that can stand.

    Raises:
        InvalidInput: at the field that is wrong.
    """
    for field, fault in faults(rule, terms).items():
        raise InvalidInput(field, words.FAULTS[fault])
    return terms


def set_terms(session: Session, command: SetTerms, *, person: Person, now: dt.datetime) -> None:
    """Put terms into force from today; those set today already are replaced. The next scan spreads them.

    Raises:
        InvalidInput: a field, by its name; or not this person's agency.
    """
    agency = agency_for(session, command.agency_code, person)
    before = alertrules.kept(session, command.rule, agency.id, now.date())
    if command.terms is None:
        _drop(session, command.rule, agency.id)
    else:
        _put(session, command.rule, agency.id, checked(command.rule, command.terms), now.date())
    raise_revision(session, "settings")
    session.add(AlertRuleChange(rule=command.rule, agency_id=agency.id, made_at=now, after_id=0))
    facts = {
        "rule": command.rule.value,
        "old": as_json(before.terms) if before.own else None,
        "new": as_json(command.terms) if command.terms else None,
    }
    audit.note(
        session, "alert_rule_set", actor_id=person.user_id, now=now, object_type="agency",
        object_id=agency.code, agency_id=agency.id, facts=facts,
    )  # fmt: skip


def _own(session: Session, rule: Rule, agency_id: int) -> list[Setting]:
    rows = select(Setting).where(Setting.name == setting_name(rule), Setting.agency_key == agency_id)
    return list(session.execute(rows.order_by(Setting.valid_from).with_for_update()).scalars())


def _put(session: Session, rule: Rule, agency_id: int, terms: RuleTerms, on: dt.date) -> None:
    row = next((row for row in _own(session, rule, agency_id) if row.valid_from == on), None)
    if row is None:
        row = Setting(name=setting_name(rule), agency_id=agency_id, agency_key=agency_id, valid_from=on)
        session.add(row)
    row.value = as_json(terms)
    session.flush()


def _drop(session: Session, rule: Rule, agency_id: int) -> None:
    """Whoever wants to know what held before finds it in the trail."""
    for row in _own(session, rule, agency_id):
        session.delete(row)
    session.flush()


# --- reaching the dossiers


def spread_next(session: Session, *, now: dt.datetime, limit: int = BATCH) -> bool:
    """Have the next open dossiers looked at that a change has not reached; whether more wait.

    Their milestones are reckoned by the new terms. A run that ends half-way is gone on with by the next.
    """
    waiting = select(AlertRuleChange).where(AlertRuleChange.done_at.is_(None)).order_by(AlertRuleChange.id)
    change = session.execute(waiting.limit(1).with_for_update(skip_locked=True)).scalar_one_or_none()
    if change is None:
        return False
    agencies, terms = subtree(session, change.agency_id), Terms(session, now.date())
    found = (
        select(Dossier)
        .where(Dossier.closed_at.is_(None), Dossier.id > change.after_id, _at(agencies))
        .order_by(Dossier.id)
        .limit(limit)
        .with_for_update(of=Dossier)
    )
    dossiers = session.execute(found.execution_options(populate_existing=True)).scalars().all()
    for dossier in dossiers:
        deadlines.reset_milestones(session, dossier, terms)
        deadlines.look_again(dossier, now)
    if len(dossiers) < limit:
        change.done_at = now
    else:
        change.after_id = dossiers[-1].id
    return True


def _at(agencies: frozenset[int]) -> ColumnElement[bool]:
    ids = sorted(agencies)
    return Dossier.resolving_agency_id.in_(ids) | Dossier.receiving_agency_id.in_(ids)
