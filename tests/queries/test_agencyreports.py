"""The figures of one agency are what its dossiers come to when they are counted one by one."""

import datetime as dt
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from tests.support.moments import at, on
from tests.support.statisticsdata import IDS, hand_on, plant
from tthc_tracker.domain.apologies import ApologyState, Ground
from tthc_tracker.domain.custody import HolderKind
from tthc_tracker.domain.performance import ResultCell, percentile, rate, result_cell, tally_reception
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.process import Custody
from tthc_tracker.queries import agencylengths, agencymonths, agencyreports, statisticslists
from tthc_tracker.queries.statisticscells import By, Cell, Question
from tthc_tracker.queries.statisticslists import Behind
from tthc_tracker.queries.statisticsportions import Portion, PortionKind

if TYPE_CHECKING:
    from tthc_tracker.extensions import Database

NOW = at("Thu 2026-12-31 12:00")
ASK = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.AGENCY, EVERYTHING, "H50.01")
IN_TIME = {ResultCell.EARLY, ResultCell.ON_TIME}


def test_the_rates_of_two_years_are_what_the_law_counts(database: "Database") -> None:
    with database.transaction() as session:
        known = plant(session, Random(3), 300, on("Mon 2026-01-05"), on("Wed 2026-09-30"), NOW)
        found = agencyreports.rates_by_month(session, ASK, NOW)
    assert [len(found), found[0].month.key, found[-1].month.key] == [24, "2024-10", "2026-09"]
    some = 0
    for one in found:
        first, last = one.month.start, one.month.end
        closed = [
            each.facts for each in known
            if each.agency == "H50.01" and each.facts.closed_on
            and first <= each.facts.closed_on <= last
        ]  # fmt: skip
        cells = [cell for facts in closed if (cell := result_cell(facts, first, last))]
        rounds = [item for each in known if each.desk == "H50.01" for item in each.rounds]
        assert one.on_time == rate(sum(cell in IN_TIME for cell in cells), len(cells))
        assert one.reception == tally_reception(rounds, first, last, NOW).on_time
        some += one.on_time.den
    assert some > 10


def test_what_was_transferred_counts_in_the_month_and_with_the_agency_of_its_end(
    database: "Database",
) -> None:
    with database.transaction() as session:
        plant(session, Random(3), 300, on("Mon 2026-01-05"), on("Wed 2026-09-30"), NOW)
        ended = session.execute(
            select(Dossier.id, Dossier.closed_on)
            .where(Dossier.resolving_agency_id == IDS["H50.01"], Dossier.finish_class.is_not(None))
            .order_by(Dossier.closed_on)
        ).all()
        for dossier_id, closed_on in ended[::2]:
            hand_on(session, dossier_id, [(closed_on + dt.timedelta(days=1), "H50.20")])
        found = agencyreports.rates_by_month(session, ASK, NOW)
        for one in found:
            asked = Question(one.month.start, one.month.end, By.AGENCY, EVERYTHING, "H50.01")
            behind = statisticslists.count(session, Behind(asked, "", Cell.RESOLVED), NOW)
            assert behind.number == one.on_time.den
        heat = agencymonths.on_time(session, Question(ASK.start, ASK.end, By.AGENCY, EVERYTHING), NOW)
        row = next(row for row in heat.rows if row.code == "H50.01")
        assert list(row.rates) == [one.on_time for one in found[12:]]


def test_lengths_are_percentiles_of_what_was_finished_and_their_bands_have_their_dossiers(
    database: "Database",
) -> None:
    with database.transaction() as session:
        plant(session, Random(9), 300, on("Mon 2026-05-04"), on("Mon 2026-09-14"), NOW)
        taken = agencylengths.lengths(session, ASK, NOW)
        finished = session.execute(
            select(Dossier.procedure_id, Dossier.worked_minutes).where(
                Dossier.resolving_agency_id == IDS["H50.01"], Dossier.closed_on.between(ASK.start, ASK.end),
                Dossier.state.in_(["finished", "returned"]), Dossier.worked_minutes.is_not(None),
            )
        ).all()  # fmt: skip
        for one in taken.procedures:
            minutes = [took for procedure, took in finished if f"1.00{procedure}" == one.code]
            tenths = [(took + 24) // 48 for took in minutes]
            histogram = {each: tenths.count(each) for each in tenths}
            assert one.number == len(minutes)
            assert [one.p50, one.p80, one.p90] == [
                Decimal(percentile(histogram, share) or 0) / 10 for share in (50, 80, 90)
            ]
        behind = [
            statisticslists.count(
                session, Behind(ASK, "", Cell.MEASURED, Portion(PortionKind.USED, str(place))), NOW
            ).number
            for place in range(6)
        ]
    assert sum(one.number for one in taken.procedures) == len(finished) > 10
    assert behind == list(taken.used)
    assert sum(behind) + taken.unmeasured == len(finished)
    assert taken.left_out == 0


def test_working_time_by_holder_and_apologies_come_from_what_was_noted(database: "Database") -> None:
    from tthc_tracker.queries import holdershares

    with database.transaction() as session:
        plant(session, Random(9), 200, on("Mon 2026-05-04"), on("Mon 2026-09-14"), NOW)
        late = session.execute(
            select(Dossier.id).where(
                Dossier.resolving_agency_id == IDS["H50.01"], Dossier.closed_on.between(ASK.start, ASK.end),
                Dossier.state.in_(["finished", "returned"]), Dossier.finish_class == "late",
            )
        ).scalars().all()  # fmt: skip
        assert len(late) >= 2
        nine, ten, noon = (at(f"Tue 2026-06-16 {hour}:00") for hour in ("09", "10", "11"))
        for dossier_id in late[:2]:
            stretches = ((HolderKind.DESK, nine, ten), (HolderKind.UNIT, ten, noon))
            session.execute(
                insert(Custody),
                [
                    {"dossier_id": dossier_id, "kind": kind, "agency_id": IDS["H50.01"], "since": since,
                     "until": until}
                    for kind, since, until in stretches
                ],
            )  # fmt: skip
        session.execute(
            insert(Apology),
            [
                {"dossier_id": late[0], "state": ApologyState.APPROVED, "ground": Ground.SAID, "due_at": NOW,
                 "drafted_at": nine, "decided_at": ten, "late": True}
            ],
        )  # fmt: skip
        apologised = agencyreports.apologies(session, ASK, NOW)
        every = session.execute(
            select(Dossier.id).where(
                Dossier.resolving_agency_id == IDS["H50.01"], Dossier.closed_on.between(ASK.start, ASK.end),
                Dossier.finish_class == "late",
            )
        ).scalars().all()  # fmt: skip
        held = holdershares.held(session, ASK, IDS["H50.01"], NOW)
        for row in held.rows:
            behind = Behind(ASK, "", Cell.MEASURED, row.portion)
            assert statisticslists.count(session, behind, NOW).number == row.dossiers == 2
    assert (apologised.in_time, apologised.late, apologised.without) == (0, 1, len(every) - 1)
    assert (held.dossiers, held.whole) == (2, True)
    assert {row.keeper.kind for row in held.rows} == {HolderKind.DESK, HolderKind.UNIT}
    assert {row.minutes for row in held.rows} == {120}


@pytest.mark.parametrize(
    "said",
    [
        "", "age", "age.", "age.9", "age.-1", "used.6", "unit.x", "applicant.1", "other.1", "age.²",
        "channel.fax", "papers.maybe", "paused.1", "cause.fate", "service.full", "officer",
    ],
)  # fmt: skip
def test_what_names_no_portion_is_none(said: str) -> None:
    assert Portion.read(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "age.0", "used.5", "source.portal", "unit.12", "desk.H50.01", "applicant", "channel.post",
        "papers.known", "returned", "cause.none", "officer.an.nv",
    ],
)  # fmt: skip
def test_a_portion_is_named_by_its_address(said: str) -> None:
    assert str(Portion.read(said)) == said


def test_an_agency_outside_a_scope_is_none(database: "Database") -> None:
    with database.transaction() as session:
        plant(session, Random(1), 1, on("Mon 2026-05-04"), on("Mon 2026-09-14"), NOW)
        narrow = Scope(all=False, agency_ids=frozenset({IDS["H50.20"]}))
        other = Question(ASK.start, ASK.end, By.AGENCY, narrow, "H50.01")
        assert agencyreports.agency(session, other) is None
        found = agencyreports.agency(session, ASK)
    assert found is not None
    assert (found.code, found.below) == ("H50.01", 0)
