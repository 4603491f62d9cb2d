"""One dossier in two systems: proposed, confirmed, told by both, undone; and it never counts twice."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.desk import Office, new_key
from tests.support.moments import at, on
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from tthc_tracker.domain.lifecycle import EventKind, ResultKind, State
from tthc_tracker.domain.matching import Matched, MatchState
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.match import DossierMatch, Sighting
from tthc_tracker.models.person import Person as Owner
from tthc_tracker.queries import exchange, factchecks, search
from tthc_tracker.queries import imports as importreads
from tthc_tracker.queries import matches as reads
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.queries.matchlists import DIFFERING, MATCHES
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.queries.statistics import Statistics, counted_live
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.services import (
    alerts,
    dailyfacts,
    exchanging,
    importreading,
    imports,
    matches,
    matchproposals,
    reception,
    release,
)
from tthc_tracker.services.acting import Target
from tthc_tracker.services.imports import ImportFile, Tally
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import FinishDossier

pytestmark = pytest.mark.usefixtures("office")

NOW = at("Mon 2026-11-23 08:00")
MONDAY = at("Mon 2026-11-16 09:00")
MINISTRY, PORTAL = "ministry-civil-status", "provincial-portal"
NUMBER = "044093001234"


def received(write: Session, office: Office, number: str = NUMBER, name: str = "Trần Thị Ánh Nguyệt") -> str:
    """A dossier that the desk received on Monday; its code."""
    facts = ReceptionFacts("1.004873", Party(name, id_number=number))
    command = ReceiveDossier(new_key(), office.ward, facts, MONDAY)
    return reception.receive(write, command, actor=office.clerk, now=MONDAY).code


def row(code: str, **more: str) -> dict[str, str]:
    """A row of another system: of the same person and procedure, received on the same day."""
    return {
        "MaHoSo": code, "MaTTHC": "1.004873", "KenhThucHien": "1", "ChuHoSo": "Trần Thị Ánh Nguyệt",
        "LoaiDoiTuong": "1", "MaDoiTuong": NUMBER, "NgayNopHoSo": "20261116083000",
        "NgayTiepNhan": "20261116100000", "NgayHenTra": "20261120100000", "TrangThaiHoSo": "4",
        "NgayKetThucXuLy": "", "NgayTra": "", "DonViXuLy": "H50.19000", "NoiNopHoSo": "H50.19000",
    } | more  # fmt: skip


def load(write: Session, *rows: dict[str, str], source: str = MINISTRY, now: Any = NOW) -> dict[str, Any]:
    """Take rows in as one file of a source, and look for what others show; the counts of the file."""
    register, tally = imports.prepare(write, source), Tally()
    file = ImportFile(source, "hai-he-thong.csv", "0" * 64, now)
    batch_id = imports.open_batch(write, file, actor_id=None, now=now)
    for batch in importreading.in_batches(list(enumerate(rows, start=2))):
        tally.add(imports.take(write, register, batch, batch_id=batch_id, as_of=now, now=now))
    counts = tally.kept()
    imports.close_batch(write, batch_id, counts, now=now)
    propose(write)
    return counts | {"batch": batch_id}


def propose(write: Session) -> int:
    """Look at what files brought; how many pairs are proposed."""
    write.flush()
    run = matchproposals.Run()
    while run.more:
        matchproposals.propose_next(write, run, now=NOW)
    return run.proposed


def proposals(write: Session) -> list[int]:
    return list(write.execute(select(DossierMatch.id).order_by(DossierMatch.id)).scalars())


def dossier(write: Session, code: str) -> Dossier:
    """The dossier that a code leads to."""
    found = select(Dossier).join(DossierCode).where(DossierCode.code == code)
    return write.execute(found.execution_options(populate_existing=True)).scalar_one()


def matched(write: Session, office: Office, **more: str) -> tuple[str, int]:
    """A dossier of the desk that is confirmed to be the ministry's BTP-1; its code, the match."""
    code = received(write, office)
    load(write, row("BTP-1", **more))
    (match_id,) = proposals(write)
    matches.confirm(write, match_id, person=office.controller, now=NOW)
    return code, match_id


def figures(write: Session) -> Statistics:
    question = Question(on("Sun 2026-11-15"), on("Mon 2026-12-14"), By.AGENCY, EVERYTHING)
    return counted_live(write, question, NOW)


def ids_differing(write: Session, office: Office) -> list[str]:
    asked = Asked({}, office.controller.scope, NOW)
    assert DIFFERING.count(write, asked).number == len(DIFFERING.page(write, asked, "", 50).rows)
    return [one.code for one in DIFFERING.page(write, asked, "", 50).rows]


# --- proposed


def test_the_same_person_procedure_and_day_in_another_system_is_proposed_once(
    write: Session, office: Office
) -> None:
    code = received(write, office)
    load(write, row("BTP-1"))
    asked = Asked({}, office.controller.scope, NOW)
    (line,) = MATCHES.page(write, asked, "", 50).rows
    assert {line.first_code, line.second_code} == {code, "BTP-1"}
    assert (line.state, MATCHES.count(write, asked).number) == (MatchState.PROPOSED, 1)
    load(write, row("BTP-1", TrangThaiHoSo="5"))
    assert len(proposals(write)) == 1


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"MaDoiTuong": "044093009999"}, id="somebody else"),
        pytest.param({"MaDoiTuong": ""}, id="nobody knows who"),
        pytest.param({"MaTTHC": "2.000815"}, id="another procedure"),
        pytest.param({"NgayTiepNhan": "20261118100000", "NgayHenTra": "20261123100000"}, id="two days later"),
        pytest.param({"TrangThaiHoSo": "3", "NgayTiepNhan": ""}, id="refused there"),
    ],
)
def test_anything_else_is_not_proposed(write: Session, office: Office, more: dict[str, str]) -> None:
    received(write, office)
    load(write, row("BTP-1", **more))
    assert proposals(write) == []


def test_two_of_one_system_are_never_proposed_and_two_mirrors_are(write: Session, office: Office) -> None:
    load(write, row("BTP-1"), row("BTP-2"))
    assert proposals(write) == []
    load(write, row("T-1"), source=PORTAL)
    assert len(proposals(write)) == 2  # which of the two it is a person says


def test_what_was_refused_is_remembered_and_may_still_be_made_one(write: Session, office: Office) -> None:
    received(write, office)
    load(write, row("BTP-1"))
    (match_id,) = proposals(write)
    matches.refuse(write, match_id, person=office.controller, now=NOW)
    batch = write.get_one(ImportBatch, write.get_one(DossierMatch, match_id).batch_id)
    batch.matched_at, batch.matched_to = None, 0
    assert propose(write) == 0
    assert write.get_one(DossierMatch, match_id).state is MatchState.REFUSED
    matches.confirm(write, match_id, person=office.controller, now=NOW)
    assert dossier(write, "BTP-1").matched is Matched.KEPT


# --- confirmed


def test_one_is_kept_the_other_counts_nowhere_and_its_code_leads_to_the_kept_one(
    write: Session, office: Office
) -> None:
    code = received(write, office)
    before = figures(write)
    load(write, row("BTP-1"))
    alerts.raise_due(write, Directory(write, NOW.date()), now=NOW)
    (match_id,) = proposals(write)
    merged_id = dossier(write, "BTP-1").id
    matches.confirm(write, match_id, person=office.controller, now=NOW)
    matches.confirm(write, match_id, person=office.controller, now=NOW)  # a second time changes nothing
    kept = dossier(write, code)
    assert dossier(write, "BTP-1").id == kept.id != merged_id
    assert figures(write) == before
    standing = select(func.count()).where(Alert.dossier_id == merged_id, Alert.closed_at.is_(None))
    assert write.execute(standing.select_from(Alert)).scalar_one() == 0
    for typed in ("BTP-1", "Nguyệt"):
        found = search.find(write, typed, EVERYTHING, personal=lambda _: False)
        assert [one.code for one in found.rows] == [code]
    source = exchange.source(write, MINISTRY)
    assert source is not None
    sent = exchange.sent_dossier(write, source.id, "BTP-1")
    assert sent is not None
    assert (sent.facts.code, sent.facts.accepted_at) == ("BTP-1", kept.accepted_at)
    shown = reads.of_dossier(write, "BTP-1", EVERYTHING)
    assert [(side.code, side.counts) for side in shown.sides] == [(code, True), ("BTP-1", False)]
    ((_, _, history),) = shown.merged
    assert [event.kind for event in history] == [EventKind.MERGED, EventKind.IMPORTED]


def test_of_two_mirrors_the_one_received_first_is_kept_and_a_third_system_joins(
    write: Session, office: Office
) -> None:
    load(write, row("BTP-1"))
    load(write, row("T-1", NgayTiepNhan="20261116090000"), source=PORTAL)
    (match_id,) = proposals(write)
    matches.confirm(write, match_id, person=office.controller, now=NOW)
    assert dossier(write, "BTP-1").code == "T-1"
    load(write, row("QG-1", NgayTiepNhan="20261116080000"), source="national-portal")
    matches.confirm(write, proposals(write)[-1], person=office.controller, now=NOW)
    assert {dossier(write, code).code for code in ("BTP-1", "T-1", "QG-1")} == {"QG-1"}
    assert len(reads.of_dossier(write, "T-1", EVERYTHING).sides) == 3
    matches.undo(write, proposals(write)[-1], person=office.controller, now=NOW)
    assert [dossier(write, code).code for code in ("BTP-1", "T-1", "QG-1")] == ["T-1", "T-1", "QG-1"]


def test_only_who_oversees_both_decides(write: Session, office: Office) -> None:
    received(write, office)
    load(write, row("BTP-1"))
    (match_id,) = proposals(write)
    for verb in (matches.confirm, matches.refuse, matches.undo):
        with pytest.raises(NotAllowed):
            verb(write, match_id, person=office.head, now=NOW)
        with pytest.raises(NotFound):
            verb(write, match_id, person=office.stranger, now=NOW)


def test_what_stands_no_longer_for_itself_is_matched_with_nothing(write: Session, office: Office) -> None:
    load(write, row("BTP-1"), row("BTP-2"))
    load(write, row("T-1", NgayTiepNhan="20261116110000"), source=PORTAL)
    first, second = proposals(write)
    matches.confirm(write, first, person=office.controller, now=NOW)
    with pytest.raises(NotNow):
        matches.confirm(write, second, person=office.controller, now=NOW)
    write.flush()
    asked = Asked({}, office.controller.scope, NOW)
    assert MATCHES.count(write, asked).number == 0, "what nobody can decide waits for nobody"
    with pytest.raises(NotNow):
        matches.refuse(write, first, person=office.controller, now=NOW)


# --- told by both


def test_a_later_file_of_the_other_system_changes_what_is_known_of_it_there_and_nothing_else(
    write: Session, office: Office
) -> None:
    code, _ = matched(write, office)
    assert ids_differing(write, office) == []
    before = dossier(write, code).state, dossier(write, code).due_at
    counts = load(write, row("BTP-1", TrangThaiHoSo="9", NgayKetThucXuLy="20261119100000"))
    assert (counts["accepted"], counts["updated"], counts["refused"]) == (0, 1, 0)
    assert (dossier(write, code).state, dossier(write, code).due_at) == before
    assert ids_differing(write, office) == [code]
    told = select(DossierEvent.kind).where(DossierEvent.dossier_id == dossier(write, code).id)
    assert list(write.execute(told.order_by(DossierEvent.seq)).scalars())[-2:] == [
        EventKind.MATCHED, EventKind.SIGHTED,
    ]  # fmt: skip
    again = load(write, row("BTP-1", TrangThaiHoSo="9", NgayKetThucXuLy="20261119100000"))
    assert (again["unchanged"], dossier(write, code).version) == (1, dossier(write, code).version)
    assert write.execute(select(Sighting.state)).scalar_one() is State.FINISHED


def test_systems_agree_again_when_the_desk_has_finished_too(write: Session, office: Office) -> None:
    code, _ = matched(write, office, TrangThaiHoSo="9", NgayKetThucXuLy="20261119100000")
    assert ids_differing(write, office) == [code]
    done = FinishDossier(Target(code, None), ResultKind.GRANTED)
    release.finish(write, done, person=office.officer, now=NOW)
    write.flush()
    assert ids_differing(write, office) == []


# --- undone


def test_undone_both_are_what_they_were_and_told_of_on_their_own(write: Session, office: Office) -> None:
    code = received(write, office)
    load(write, row("BTP-1", TrangThaiHoSo="5"))
    before, (match_id,) = figures(write), proposals(write)
    was = dossier(write, "BTP-1")
    kept_of = ("state", "closed_at", "closed_on", "due_at", "paused_since", "finish_class")
    stood = {name: getattr(was, name) for name in kept_of}
    matches.confirm(write, match_id, person=office.controller, now=NOW)
    matches.undo(write, match_id, person=office.controller, now=NOW)
    matches.undo(write, match_id, person=office.controller, now=NOW)
    merged = dossier(write, "BTP-1")
    assert {name: getattr(merged, name) for name in kept_of} == stood
    assert (merged.matched, dossier(write, code).matched, figures(write)) == (None, None, before)
    load(write, row("BTP-1", TrangThaiHoSo="4"))
    assert dossier(write, "BTP-1").state is State.PROCESSING


def test_what_came_while_they_were_one_reaches_the_other_once_they_are_two(
    write: Session, office: Office
) -> None:
    _, match_id = matched(write, office)
    load(write, row("BTP-1", SoDienThoai="0912345678"))
    matches.undo(write, match_id, person=office.controller, now=NOW)
    assert load(write, row("BTP-1", SoDienThoai="0912345678"))["updated"] == 1
    owner = write.get_one(Owner, dossier(write, "BTP-1").owner_id)
    assert owner.phone == "0912345678"


def test_a_status_by_wire_under_a_merged_code_is_told_with_that_systems_own_moments(
    write: Session, office: Office
) -> None:
    code, _ = matched(write, office)
    source = exchange.source(write, MINISTRY)
    assert source is not None
    exchanging.update_status(write, source.id, "BTP-1", {"TrangThaiHoSo": "5"}, now=NOW)
    write.flush()
    said = write.execute(select(Sighting)).scalar_one()
    assert (said.accepted_at, said.due_at) == (at("Mon 2026-11-16 10:00"), at("Fri 2026-11-20 10:00"))
    assert dossier(write, code).accepted_at != said.accepted_at


def test_what_has_moved_on_is_not_undone(write: Session, office: Office) -> None:
    code, match_id = matched(write, office)
    done = FinishDossier(Target(code, None), ResultKind.GRANTED)
    release.finish(write, done, person=office.officer, now=NOW)
    with pytest.raises(InvalidInput):
        matches.undo(write, match_id, person=office.controller, now=NOW)


def test_a_file_is_not_taken_back_past_a_match(write: Session, office: Office) -> None:
    received(write, office)
    counts = load(write, row("BTP-1"))
    assert importreads.in_the_way(write, counts["batch"], 5) == []
    matches.confirm(write, proposals(write)[0], person=office.controller, now=NOW)
    write.flush()
    assert importreads.in_the_way(write, counts["batch"], 5) == ["BTP-1"]


def test_whatever_is_made_one_and_two_again_nothing_counts_twice_and_the_facts_hold(
    database: Database, office: Office
) -> None:
    """Each pair counts once while it is one, twice while it is two, as if it had never been matched."""
    random, numbers = Random(20261127), [f"04409300{number:04}" for number in range(8)]
    ends = [{}, {"TrangThaiHoSo": "5"}, {"TrangThaiHoSo": "10", "NgayKetThucXuLy": "20261119100000"}]
    with database.transaction() as session:
        for number in numbers:
            received(session, office, number, "Người Thứ Nhất")
        alone = figures(session)
        load(session, *(row(f"BTP-{one}", MaDoiTuong=one, **random.choice(ends)) for one in numbers))
        apart, pairs = figures(session), proposals(session)
    assert len(pairs) == len(numbers)
    hold(database)
    with database.transaction() as session:
        for match_id in pairs:
            matches.confirm(session, match_id, person=office.controller, now=NOW)
        assert figures(session) == alone
    hold(database)
    with database.transaction() as session:
        for match_id in random.sample(pairs, len(pairs)):
            matches.undo(session, match_id, person=office.controller, now=NOW)
        assert figures(session) == apart
    hold(database)


def hold(database: Database) -> None:
    """Fold what waits; the facts that are kept are what the dossiers come to."""
    run = dailyfacts.Run()
    while run.more:
        with database.transaction() as session:
            dailyfacts.fold_next(session, run)
    with database.reading() as session:
        report = factchecks.verify(session, on("Sun 2026-11-01"), on("Mon 2026-12-14"))
    assert (report.waiting, report.differences) == (0, [])
