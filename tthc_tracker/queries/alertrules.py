"""The terms in force of each flag, by agency: its own, else the nearest superior's, else the shipped ones."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.alertrules import SHIPPED, RuleTerms, from_json, thresholds_of
from tthc_tracker.domain.milestones import Thresholds
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.alert import AlertRuleChange
from tthc_tracker.queries import settings


def setting_name(rule: Rule) -> str:
    """Under which name the settings keep a rule's terms."""
    return f"alert.{rule.value}"


@dataclass(frozen=True)
class Proposal:
    """Terms that an agency might set (None: those that it would inherit)."""

    rule: Rule
    agency_id: int
    terms: RuleTerms | None


class Terms:
    """The terms of every rule on a day. Read anew for every run.

    proposal: answer as if it had been set.
    """

    def __init__(self, session: Session, on: dt.date, proposal: Proposal | None = None) -> None:
        self._session, self._on, self._proposal = session, on, proposal
        self._known: dict[tuple[Rule, int], RuleTerms] = {}
        self._thresholds: dict[int, Thresholds] = {}

    def of(self, rule: Rule, agency_id: int) -> RuleTerms:
        """The terms of a rule at an agency."""
        key = rule, agency_id
        if key not in self._known:
            self._known[key] = self._read(rule, agency_id)
        return self._known[key]

    def _read(self, rule: Rule, agency_id: int) -> RuleTerms:
        proposed, name = self._proposal, setting_name(rule)
        if proposed is not None and proposed.rule is rule:
            own = settings.set_at(self._session, name, self._on)
            for key in settings.superiors(self._session, agency_id):
                if key == proposed.agency_id:
                    return proposed.terms or self._above(rule, key)
                if key in own:
                    break
        return from_json(settings.setting(self._session, name, agency_id, self._on))

    def _above(self, rule: Rule, agency_id: int) -> RuleTerms:
        """What an agency without terms of its own would inherit."""
        return inherited(self._session, rule, agency_id, self._on).terms

    def thresholds(self, agency_id: int) -> Thresholds:
        """When a due date is near and when it is long past, at an agency."""
        if agency_id not in self._thresholds:
            soon, very = self.of(Rule.DUE_SOON, agency_id), self.of(Rule.VERY_OVERDUE, agency_id)
            self._thresholds[agency_id] = thresholds_of(soon, very)
        return self._thresholds[agency_id]


@dataclass(frozen=True)
class Kept:
    """A rule as an agency has it. origin: who set it, None as shipped; own: the agency itself."""

    rule: Rule
    terms: RuleTerms
    origin: tuple[str, str] | None  # code, name
    own: bool


def inherited(session: Session, rule: Rule, agency_id: int, on: dt.date) -> Kept:
    """A rule as an agency would have it without terms of its own."""
    return _kept(session, rule, settings.superiors(session, agency_id)[1:], on)


def kept(session: Session, rule: Rule, agency_id: int, on: dt.date) -> Kept:
    """A rule as an agency has it."""
    return _kept(session, rule, settings.superiors(session, agency_id), on, agency_id)


def _kept(
    session: Session, rule: Rule, chain: Sequence[int], on: dt.date, agency_id: int | None = None
) -> Kept:
    name = setting_name(rule)
    own = settings.set_at(session, name, on)
    for key in chain:
        if key in own:
            terms = from_json(settings.setting(session, name, key, on))
            code = session.execute(select(Agency.code, Agency.name).where(Agency.id == key)).one()
            return Kept(rule, terms, (code.code, code.name), key == agency_id)
    return Kept(rule, SHIPPED[rule], None, own=False)


def all_kept(session: Session, agency_id: int, on: dt.date) -> list[Kept]:
    """Every rule as an agency has it, in the order of the rules."""
    return [kept(session, rule, agency_id, on) for rule in Rule]


def spreading(session: Session) -> bool:
    """Whether a change of terms has not reached all its dossiers yet."""
    waiting = select(AlertRuleChange.id).where(AlertRuleChange.done_at.is_(None)).limit(1)
    return session.execute(waiting).first() is not None
