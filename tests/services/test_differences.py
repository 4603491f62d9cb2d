"""Two sources beside each other, field by field: the owner's is followed, what the other says is kept."""

import datetime as dt
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tests.services.test_matches import (
    MINISTRY,
    NOW,
    PORTAL,
    dossier,
    load,
    matched,
    proposals,
    received,
    row,
)
from tests.support.desk import Office
from tthc_tracker.domain.differing import Field
from tthc_tracker.domain.errors import ConflictingDossier, InvalidInput, NotFound
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import ResultKind, State
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.extensions import Database
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.match import SourceClaim
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import matches as reads
from tthc_tracker.queries.differencelists import DIFFERENCES, groups
from tthc_tracker.queries.freshness import told_of
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.services import claims, exchanging, imports, importstages, importundoing, matches, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.events import Actor
from tthc_tracker.services.release import FinishDossier

pytestmark = pytest.mark.usefixtures("office")
CODE = "H50.19000-261116-0777"
LATER = NOW + dt.timedelta(hours=2)
HOUR = dt.timedelta(hours=1)


def told(write: Session, office: Office, **question: str) -> list[tuple[str, str, str]]:
    """The list as the controller reads it: (field, what is followed, what the other says)."""
    asked = Asked(question, office.controller.scope, NOW)
    rows = DIFFERENCES.page(write, asked, "", 50).rows
    assert DIFFERENCES.count(write, asked).number == len(rows)
    return sorted((one.field.value, one.said, one.other_said) for one in rows)


def claimed(write: Session, **more: str) -> None:
    """A dossier of the ministry whose code the portal sends too."""
    load(write, row(CODE))
    load(write, row(CODE, **more), source=PORTAL, now=LATER)


def test_a_code_of_another_source_is_refused_and_what_it_says_stands_beside_what_is_followed(
    write: Session, office: Office
) -> None:
    load(write, row(CODE))
    before = dossier(write, CODE).version
    counts = load(
        write, row(CODE, TrangThaiHoSo="10", NgayKetThucXuLy="20261120090000", ChuHoSo="Người khác"),
        source=PORTAL, now=LATER,
    )  # fmt: skip
    assert (counts["refused"], dossier(write, CODE).version, dossier(write, CODE).state) == (
        1, before, State.PROCESSING,
    )  # fmt: skip
    assert told(write, office) == [
        ("closed_at", "", "09:00 20/11/2026"),
        ("code", CODE, "Nguồn kia cũng gửi mã này"),
        ("owner", "Trần T. Á. N.", "Tên khác"),
        ("state", "Đang xử lý", "Đã trả kết quả"),
    ]
    asked = Asked({"field": "state"}, office.controller.scope, NOW)
    (one,) = DIFFERENCES.page(write, asked, "", 50).rows
    assert (one.why, one.since, one.as_of) == ("Nguồn đưa mã này vào trước", LATER, LATER)
    assert {(group.field, group.number) for group in groups(write, asked)} == {
        (Field.CODE, 1), (Field.STATE, 1), (Field.CLOSED, 1), (Field.OWNER, 1),
    }  # fmt: skip
    page = reads.of_dossier(write, CODE, office.controller.scope)
    assert [(side.counts, side.claims) for side in page.sides] == [(True, False), (False, True)]
    assert page.since[Field.STATE] == LATER


def test_it_follows_both_sources_and_keeps_since_when(write: Session, office: Office) -> None:
    claimed(write, NgayHenTra="20261127100000", DonViXuLy="H50")
    assert [field for field, _, _ in told(write, office)] == ["code", "due_at", "resolving"]
    load(write, row(CODE, NgayHenTra="20261128100000"), source=PORTAL, now=LATER + HOUR)
    page = DIFFERENCES.page(write, Asked({}, office.controller.scope, NOW), "", 50)
    assert {one.field: one.since for one in page.rows} == {Field.CODE: LATER, Field.DUE: LATER}
    load(write, row(CODE, NgayHenTra="20261128100000"), now=LATER + HOUR)
    assert [field for field, _, _ in told(write, office)] == ["code"], "its owner says the same by now"
    load(
        write,
        row(CODE, NgayHenTra="20261128100000", TrangThaiHoSo="9", NgayKetThucXuLy="20261119090000"),
        now=LATER + 2 * HOUR,
    )
    assert "state" in [field for field, _, _ in told(write, office)], "its owner has moved on"
    load(write, row(CODE, NgayHenTra="20261101100000"), source=PORTAL, now=NOW)
    assert ("due_at", "10:00 28/11/2026", "10:00 01/11/2026") not in told(write, office), "an older file"


def test_who_does_not_see_the_dossier_sees_no_difference(write: Session, office: Office) -> None:
    claimed(write)
    assert told(write, office)
    stranger = Scope(all=False, agency_ids=frozenset({10_000}))
    assert not DIFFERENCES.page(write, Asked({}, stranger, NOW), "", 50).rows
    with pytest.raises(NotFound):
        reads.of_dossier(write, CODE, stranger)


def test_a_claim_ends_with_a_full_list_that_lacks_it_and_with_its_file(
    write: Session, office: Office
) -> None:
    claimed(write)
    write.execute(update(Source).where(Source.code == PORTAL).values(sends="full"))
    load(write, row("H50.19000-261116-0778"), source=PORTAL, now=LATER + HOUR)
    assert not told(write, office)
    again = load(write, row(CODE), source=PORTAL, now=LATER + 2 * HOUR)
    assert told(write, office)
    claims.take_back(write, again["batch"])
    assert not told(write, office)
    with pytest.raises(NotFound):  # nobody else has it any more
        reads.of_dossier(write, CODE, office.controller.scope)
    assert write.execute(select(SourceClaim)).first() is None


def test_a_source_falls_back_to_what_its_other_files_say_when_the_newest_is_taken_back(
    write: Session, office: Office
) -> None:
    def known() -> tuple[Any, ...]:
        told = select(Source.as_of, Source.known_to, Source.known_from).where(Source.code == PORTAL)
        return tuple(write.execute(told).one())

    def take_back(batch: int) -> None:
        write.get_one(ImportBatch, batch).state = BatchState.UNDOING
        importstages.finish_undo(write, batch)
        write.flush()

    first = load(write, row(CODE), source=PORTAL, now=NOW)["batch"]
    older = load(write, row(CODE), source=PORTAL, now=NOW - HOUR)["batch"]
    newest = load(write, row(CODE), source=PORTAL, now=LATER)["batch"]
    before, _, _ = known()
    take_back(older)  # it said nothing that a newer file has not said since
    assert known() == (before, before, None)
    take_back(newest)
    assert known() == (NOW, NOW, None)
    take_back(first)
    assert known() == (None, None, None)


def test_a_claim_by_wire_is_refused_and_kept_too(write: Session, office: Office) -> None:
    load(write, row(CODE))
    source_id = write.execute(select(Source.id).where(Source.code == PORTAL)).scalar_one()
    with pytest.raises(ConflictingDossier):
        exchanging.submit(write, source_id, row(CODE, NgayHenTra="20261127100000"), now=LATER)
    exchanging.note_claim(write, source_id, row(CODE, NgayHenTra="20261127100000"), now=LATER)
    exchanging.note_claim(write, source_id, row("H50.19000-261116-0779", MaTTHC="?"), now=LATER)
    assert [field for field, _, _ in told(write, office)] == ["code", "due_at"]


def test_a_strange_agency_is_named_by_the_field_that_gave_it(write: Session) -> None:
    source_id = write.execute(select(Source.id).where(Source.code == PORTAL)).scalar_one()
    for gave, other in (("NoiNopHoSo", "DonViXuLy"), ("DonViXuLy", "NoiNopHoSo")):
        with pytest.raises(InvalidInput) as refused:
            exchanging.submit(write, source_id, row(CODE) | {gave: "H50.99999", other: ""}, now=LATER)
        assert refused.value.field == gave


def test_what_a_matched_system_says_otherwise_stands_in_the_same_list(write: Session, office: Office) -> None:
    code, _ = matched(write, office, NgayHenTra="20261127100000")
    fields = [field for field, _, _ in told(write, office)]
    assert fields == ["accepted_at", "due_at", "submitted_at"]
    asked = Asked({}, office.controller.scope, NOW)
    assert {one.why for one in DIFFERENCES.page(write, asked, "", 50).rows} == {"Hồ sơ tiếp nhận tại đây"}
    done = FinishDossier(Target(code, None), ResultKind.GRANTED)
    release.finish(write, done, person=office.officer, now=NOW)
    assert "state" in [field for field, _, _ in told(write, office)], "noted with the event of the desk"
    load(
        write,
        row("BTP-1", NgayHenTra="20261127100000", TrangThaiHoSo="9", NgayKetThucXuLy="20261119090000"),
        now=LATER,
    )
    assert "state" not in [field for field, _, _ in told(write, office)]


def test_undone_nothing_of_it_differs(write: Session, office: Office) -> None:
    _, match_id = matched(write, office, NgayHenTra="20261127100000")
    matches.undo(write, match_id, person=office.controller, now=NOW)
    assert not told(write, office)


# --- how old each row is


def source_id(write: Session) -> int:
    return write.execute(select(Source.id).where(Source.code == MINISTRY)).scalar_one()


def told_at(write: Session, code: str) -> Any:
    write.flush()
    write.expire_all()
    return told_of(write, dossier(write, code))


def test_what_a_source_says_has_not_changed_is_as_new_as_it_said_so(write: Session, office: Office) -> None:
    load(write, row("BTP-1"), row("BTP-2"))
    load(write, row("BTP-1", TrangThaiHoSo="9", NgayKetThucXuLy="20261119090000"), now=LATER)
    assert (told_at(write, "BTP-1"), told_at(write, "BTP-2")) == (LATER, LATER), "it sends what has changed"
    imports.know(write, source_id(write), LATER + HOUR)  # as an empty answer of its address does
    assert told_at(write, "BTP-2") == LATER + HOUR
    imports.know(write, source_id(write), LATER)
    assert told_at(write, "BTP-2") == LATER + HOUR, "never older"
    assert told_at(write, received(write, office)) is None


def test_what_a_full_list_lacks_and_what_could_not_be_taken_is_as_old_as_it_was(
    write: Session, office: Office
) -> None:
    load(write, row("BTP-1"), row("BTP-2"), row("BTP-3"))
    load(write, row("BTP-1", MaTTHC="?"), now=LATER)
    assert (told_at(write, "BTP-1"), told_at(write, "BTP-2")) == (NOW, LATER)
    write.execute(update(Source).where(Source.code == MINISTRY).values(sends="full", most_unseen=0))
    load(write, row("BTP-1"), now=LATER + HOUR)  # too much is missing to be believed
    assert (told_at(write, "BTP-1"), told_at(write, "BTP-2")) == (LATER + HOUR, NOW)
    imports.know(write, source_id(write), LATER + 2 * HOUR)  # the very same list, laid down again
    assert (told_at(write, "BTP-1"), told_at(write, "BTP-2")) == (LATER + 2 * HOUR, NOW)


def test_a_file_may_name_the_same_strange_code_twice(write: Session, office: Office) -> None:
    load(write, row(CODE))
    twice = row(CODE, NgayHenTra="20261127100000"), row(CODE, NgayHenTra="20261128100000")
    assert load(write, *twice, source=PORTAL, now=LATER)["refused"] == 2
    assert told(write, office) == [
        ("code", CODE, "Nguồn kia cũng gửi mã này"), ("due_at", "10:00 20/11/2026", "10:00 28/11/2026"),
    ]  # fmt: skip


def test_what_is_claimed_of_a_record_goes_with_its_code_to_the_dossier_it_is_matched_with(
    write: Session, office: Office
) -> None:
    code = received(write, office)
    load(write, row("BTP-1"))
    load(write, row("BTP-1", NgayHenTra="20261127100000"), source=PORTAL, now=LATER)
    (match_id,) = proposals(write)

    def claimed_of() -> set[str]:
        asked = Asked({"other": PORTAL}, office.controller.scope, NOW)
        return {one.code for one in DIFFERENCES.page(write, asked, "", 50).rows}

    assert claimed_of() == {"BTP-1"}
    matches.confirm(write, match_id, person=office.controller, now=LATER)
    assert claimed_of() == {code}, "the other counts nowhere"
    matches.undo(write, match_id, person=office.controller, now=LATER)
    assert claimed_of() == {"BTP-1"}


def test_who_imports_for_another_agency_makes_no_dossier_look_old(write: Session, office: Office) -> None:
    load(write, row("BTP-1"))
    load(write, row("BTP-2"), now=LATER)
    register = imports.prepare(write, MINISTRY, scope=Scope(all=False, agency_ids=frozenset({10_000})))
    file = imports.ImportFile(MINISTRY, "khac.csv", "1" * 64, LATER + HOUR)
    batch_id = imports.open_batch(write, file, actor_id=None, now=LATER + HOUR)
    imports.take(
        write, register, [(2, row("BTP-1"))], batch_id=batch_id, as_of=LATER + HOUR, now=LATER + HOUR
    )
    assert told_at(write, "BTP-1") == LATER


def test_what_was_taken_back_and_comes_again_is_as_new_as_the_file_that_brings_it(
    write: Session, office: Office
) -> None:
    first = load(write, row("BTP-1"))
    importundoing.take_back(write, first["batch"], actor=Actor(None, ""), reason="Nhầm tệp", now=NOW)
    load(write, row("BTP-1", MaTTHC="?"), now=LATER)
    load(write, row("BTP-1"), now=LATER + HOUR)
    imports.know(write, source_id(write), LATER + 2 * HOUR)
    assert told_at(write, "BTP-1") == LATER + 2 * HOUR


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_two_that_claim_a_code_at_one_moment_are_both_refused_and_kept(
    database: Database, office: Office
) -> None:
    with database.transaction() as session:
        load(session, row(CODE))
        portal = session.execute(select(Source.id).where(Source.code == PORTAL)).scalar_one()
    found: list[str] = []

    def claim() -> None:
        with database.transaction() as session:
            exchanging.note_claim(session, portal, row(CODE, NgayHenTra="20261128100000"), now=LATER)
        found.append("kept")

    other = Thread(target=claim)
    waits = text("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    with database.transaction() as session:
        exchanging.note_claim(session, portal, row(CODE), now=LATER)
        session.flush()
        other.start()
        while other.is_alive() and not session.execute(waits).scalar_one():
            pass
    other.join()
    assert found == ["kept"]
    with database.reading() as session:
        assert [field for field, _, _ in told(session, office)] == ["code", "due_at"]
