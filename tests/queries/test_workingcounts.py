"""The working tables count what the statutory table counts, and what they split adds up to it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select, update

from tests.support.moments import at, on
from tests.support.statisticsdata import IDS, hand_on, plant
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.lifecycle import Channel, FinishClass, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.ratings import RatedAt, Rating
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.apology import Lateness
from tthc_tracker.models.applicant import DossierRating
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import (
    deskcounts,
    evaluations,
    procedurecounts,
    statisticslists,
    statisticsportions,
    workingcounts,
)
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries.statistics import statutory
from tthc_tracker.queries.statisticscells import By, Cell, Question
from tthc_tracker.queries.statisticsportions import Portion, PortionKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

ASK = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.AGENCY, EVERYTHING, "H50")
AFTER = at("Tue 2026-09-15 00:00")


@pytest.fixture
def planted(database: "Database") -> "Iterator[Session]":
    with database.transaction() as session:
        plant(session, Random(23), 300, on("Fri 2026-05-01"), on("Mon 2026-09-14"), AFTER)
        late = select(Dossier.id).where(Dossier.finish_class == FinishClass.LATE).order_by(Dossier.id)
        some = session.execute(late.limit(6)).scalars().all()
        explained = {"cause": LatenessCause.STAFF, "note": "", "given_at": AFTER, "given_by_id": None}
        session.execute(insert(Lateness), [{"dossier_id": one} | explained for one in some])
        rated = select(Dossier.id, Dossier.resolving_agency_id).where(Dossier.id.in_(some))
        rows = [
            {"dossier_id": one, "agency_id": agency, "rating": Rating.SATISFIED, "rated_at": RatedAt.DESK,
             "given_on": AFTER.date()}
            for one, agency in session.execute(rated)
        ]  # fmt: skip
        session.execute(insert(DossierRating), rows)
    with database.reading() as session:
        yield session


def test_every_agency_has_the_numbers_of_the_statutory_table(planted: "Session") -> None:
    lines = {line.key: line.row for line in statutory(planted, ASK, AFTER).rows}
    found = {one.key: one.counts for one in workingcounts.by_agency(planted, ASK, AFTER)}
    assert found.keys() == lines.keys()
    for key, row in lines.items():
        its = found[key]
        same = ("carried", "online", "early", "on_time", "late", "open_within", "open_overdue", "no_due_date")
        assert {name: its[name] for name in same} == {name: getattr(row, name) for name in same}
        assert its["counter"] + its["post"] == row.direct
        assert its["paused_within"] + its["paused_overdue"] == row.paused
        given_back = sum(its[f"returned_{name}"] for name in ("early", "on_time", "late"))
        assert given_back == row.withdrawn + row.stopped + row.refused


def test_what_is_digitised_splits_what_was_received_and_what_was_resolved(planted: "Session") -> None:
    span = cells.span_of(ASK.start, ASK.end, AFTER)
    pauses, counted = cells.open_pauses(span), Counter[tuple[str, str]]()
    result = cells.result_cell(span, pauses)
    for cell, name, value in [
        (cell, name, value)
        for cell, name in ((Cell.FILED, PortionKind.PAPERS), (Cell.RESOLVED, PortionKind.RESULT))
        for value in ("yes", "no", "unknown")
    ]:
        statement = (
            select(Agency.code, func.count())
            .select_from(Dossier)
            .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
            .join(Agency, Agency.id == Dossier.resolving_agency_id)
            .where(
                cells.in_cell(cell, span, pauses, result),
                statisticsportions.condition(Portion(name, value), span),
            )
            .group_by(Agency.code)
        )
        for code, number in planted.execute(statement):
            counted[code, f"{name}.{value}"] = number
    for line in statutory(planted, ASK, AFTER).rows:
        its, key = workingcounts.digitised(line), str(line.key)
        told = {"papers.yes": "papers_digitised", "papers.no": "papers_undigitised",
                "papers.unknown": "papers_unknown", "result.yes": "results_digitised",
                "result.no": "results_undigitised", "result.unknown": "results_unknown"}  # fmt: skip
        assert {one: its[name] for one, name in told.items()} == {one: counted[key, one] for one in told}
        assert its["papers_digitised"] + its["papers_undigitised"] + its["papers_unknown"] == its["filed"]
        assert its["results_digitised"] + its["results_undigitised"] == its["resolved"] == line.row.resolved
        assert 0 < its["results_unknown"] < its["results_undigitised"]


def test_the_causes_of_a_field_add_up_to_what_is_late_in_it(planted: "Session") -> None:
    rows = statutory(planted, replace(ASK, by=By.SECTOR), AFTER).rows
    wanted = {line.key: line.row.late + line.row.open_overdue for line in rows}
    found = workingcounts.causes(planted, ASK, AFTER)
    assert {one.key: sum(causes.values()) for one, causes in found} == wanted
    assert sum(causes.get("staff", 0) for _, causes in found) > 0
    assert all(causes[""] for _, causes in found)


def test_online_services_count_each_procedure_once(planted: "Session") -> None:
    found = {one.key: one.counts for one in workingcounts.online_services(planted, ASK, AFTER)}
    for line in statutory(planted, ASK, AFTER).rows:
        its = found[str(line.key)]
        assert its["mot_phan_dossiers"] >= its["mot_phan_online"] > 0
        assert 0 < its["mot_phan_used"] <= 3
        assert its["mot_phan_online"] >= line.row.online  # with those that have no due date
    of_communes = sum("xa" in one.levels for one in procedurecounts._in_force(planted, ASK.end))
    commune = found["H50.20"]
    assert (
        sum(commune[f"{level}_offered"] for level in ("toan_trinh", "mot_phan", "thong_tin")) == of_communes
    )


def test_procedures_stand_under_each_of_their_levels(planted: "Session") -> None:
    counts = workingcounts.procedures(planted, ASK, AFTER)
    ours = next(one.counts for one in counts if one.key == "L9001")
    assert (ours["xa_offered"], ours["tinh_offered"], ours["xa_process"]) == (3, 0, 0)
    assert 0 < ours["xa_used"] <= 3


def test_agencies_are_judged_by_what_they_resolved_and_how_it_was_found(planted: "Session") -> None:
    found = {one.key: one.counts for one in evaluations.of_agencies(planted, ASK, AFTER)}
    for line in statutory(planted, ASK, AFTER).rows:
        its = found[str(line.key)]
        assert its["dossiers"] == line.row.resolved
        assert its["early"] + its["on_time"] + its["late"] == its["dossiers"]
    assert sum(its["satisfied"] for its in found.values()) > 0
    assert evaluations.of_people(planted, ASK, AFTER) == [], "nobody has worked on any of them"


def _of_desks(session: "Session") -> dict[str, Counter[str]]:
    """What each desk received and returned, dossier by dossier."""
    code, found = {number: code for code, number in IDS.items()}, dict[str, Counter[str]]()
    columns = (
        Dossier.receiving_agency_id, Dossier.resolving_agency_id, Dossier.channel, Dossier.accepted_on,
        Dossier.returned_at,
    )  # fmt: skip
    for desk, resolver, channel, accepted_on, returned_at in session.execute(
        select(*columns).where(Dossier.state != State.CANCELLED)
    ):
        its = found.setdefault(code[desk], Counter())
        if ASK.start <= accepted_on <= ASK.end:
            its[Channel(channel).value] += 1
            its["for_others"] += resolver != desk
        if returned_at and ASK.start <= returned_at.astimezone(VIETNAM).date() <= ASK.end:
            its["returned"] += 1
    return found


@pytest.fixture
def returned(database: "Database", planted: "Session") -> "Session":
    with database.transaction() as session:
        its = Dossier.state == State.RETURNED
        session.execute(update(Dossier).where(its).values(returned_at=Dossier.closed_at))
    return planted


def test_a_desk_has_what_it_received_and_returned_whoever_resolved_it(returned: "Session") -> None:
    wanted = {code: its for code, its in _of_desks(returned).items() if code.startswith("H50")}
    found = {one.key: one.counts for one in workingcounts.desks(returned, ASK, AFTER)}
    assert found == wanted
    for name in ("online", "counter", "post", "for_others", "returned"):
        assert sum(its[name] for its in found.values()) > 0, name


def test_every_number_of_a_desk_has_its_dossiers_behind_it(returned: "Session") -> None:
    for one in workingcounts.desks(returned, ASK, AFTER):
        numbers = {
            Cell.DESK_RECEIVED: sum(one.counts[channel.value] for channel in Channel),
            Cell.DESK_FOR_OTHERS: one.counts["for_others"],
            Cell.DESK_RETURNED: one.counts["returned"],
        }
        assert numbers.keys() == deskcounts.CELLS
        for cell, number in numbers.items():
            behind = statisticslists.Behind(ASK, one.key, cell)
            assert statisticslists.total(returned, behind, AFTER) == number, (one.key, cell)
            rows = statisticslists.page(returned, behind, AFTER).rows
            assert {row.agency_code for row in rows} <= {one.key}


def test_what_a_desk_received_for_itself_stays_so_when_its_resolver_ends(
    database: "Database", returned: "Session"
) -> None:
    before = {one.key: one.counts for one in workingcounts.desks(returned, ASK, AFTER)}
    with database.transaction() as session:
        own = select(Dossier.id).where(
            Dossier.resolving_agency_id == Dossier.receiving_agency_id, Dossier.state != State.CANCELLED,
            Dossier.accepted_on >= ASK.start,
        )  # fmt: skip
        for dossier_id in session.execute(own.limit(5)).scalars().all():
            hand_on(session, dossier_id, [(AFTER.date(), "H50.20"), (AFTER.date(), "H50.01")])
    with database.reading() as session:
        assert {one.key: one.counts for one in workingcounts.desks(session, ASK, AFTER)} == before
