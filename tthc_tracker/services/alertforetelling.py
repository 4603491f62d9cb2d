"""What a change of a rule's terms would do to the alerts of open dossiers, before anybody makes it.

The same clocks and the same law as the scan's, once by the terms in force and once by those proposed; nothing
is written. Of very many open dossiers those whose dates come first are looked at, and it says so.
"""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import DEEDS, OF_PLACES, Rule, standing_alerts
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.alertrules import Proposal, Terms
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services.alertclocks import COLUMNS, Watched, watch
from tthc_tracker.services.deadlines import milestones_by

MOST_EXAMINED = 20_000
MOST_ROWS = 50  # to begin with
MOST_LISTED = 2_000  # when all are asked for: as much as a page may hold
_BATCH = 1000


@dataclass(frozen=True)
class Row:
    """A dossier whose alert would be raised, or (raised False) would be dropped."""

    code: str
    agency: str
    due_at: dt.datetime | None
    raised: bool


@dataclass
class Foretold:
    """How many alerts of the rule a change would raise and drop, and the first `most` of them.

    open: how many open dossiers there are; examined: of how many it was asked. told: whether the rule is one
    that open dossiers tell of at all (a deed's or a place's is not).
    """

    told: bool
    most: int = MOST_ROWS
    open: int = 0
    examined: int = 0
    raised: int = 0
    dropped: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """How many dossiers it does not list."""
        return self.raised + self.dropped - len(self.rows)


def foretell(
    session: Session, proposal: Proposal, now: dt.datetime, *, most: int = MOST_ROWS
) -> Foretold:  # fmt: skip
    """What the alerts of its rule would be with a proposal, against what they are now; most: of its rows."""
    if proposal.rule in DEEDS | OF_PLACES:
        return Foretold(told=False)
    ids = sorted(subtree(session, proposal.agency_id))
    mine = Dossier.resolving_agency_id.in_(ids) | Dossier.receiving_agency_id.in_(ids)
    still_open = select(Dossier).where(Dossier.closed_at.is_(None), mine)
    many = session.execute(still_open.with_only_columns(func.count())).scalar_one()
    found = Foretold(told=True, most=most, open=many)
    before, after = Terms(session, now.date()), Terms(session, now.date(), proposal)
    first = still_open.with_only_columns(Dossier.code, Agency.name.label("agency"), *COLUMNS)
    first = first.join(Agency, Agency.id == Dossier.resolving_agency_id)
    first = first.order_by(Dossier.overdue_from, Dossier.id).limit(MOST_EXAMINED)
    for rows in session.execute(first).mappings().partitions(_BATCH):
        _compare(session, rows, before, after, proposal.rule, now, found)
    return found


def _compare(
    session: Session,
    rows: Any,
    before: Terms,
    after: Terms,
    rule: Rule,
    now: dt.datetime,
    found: Foretold,
) -> None:
    old, new = watch(session, rows, before), watch(session, rows, after)
    found.examined += len(rows)
    for was, will in zip(old, new, strict=True):
        stands, would = _stands(session, was, before, rule, now), _stands(session, will, after, rule, now)
        if stands == would:
            continue
        found.raised += would
        found.dropped += stands
        if len(found.rows) < found.most:
            row = was.row
            found.rows.append(Row(row["code"], row["agency"], row["current_due_at"], raised=would))


def _stands(session: Session, one: Watched, terms: Terms, rule: Rule, now: dt.datetime) -> bool:
    if not terms.of(rule, one.counted_for(rule)[0]).active:
        return False
    clock = one.clockwork
    if rule in {Rule.DUE_SOON, Rule.VERY_OVERDUE}:
        soon, very = milestones_by(session, one.row, terms)
        clock = replace(clock, due_soon_from=soon, very_overdue_from=very)
    return any(identity.rule is rule for identity in standing_alerts(clock, now))
