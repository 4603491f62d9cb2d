"""Backups of SQLite: sound, packed, rotated, proved; and what must be so after one is restored."""

import datetime as dt
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update

from tests.domain.test_photos import JFIF, TABLE, jpeg
from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.people import mask_name
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import backups
from tthc_tracker.jobs.work import JobFault, Work
from tthc_tracker.models.account import LoginSession
from tthc_tracker.models.fieldreport import FieldReport
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.reception import CodeCounter
from tthc_tracker.models.setting import Revision
from tthc_tracker.queries import backupfiles
from tthc_tracker.rendering import child_of_ours
from tthc_tracker.services import outbox, restoring
from tthc_tracker.services.fieldreportphotos import FOLDER, Album
from tthc_tracker.services.fieldreports import Reported, TakeReport, take
from tthc_tracker.services.reception import ReceiveDossier, receive
from tthc_tracker.wording.jobs import BACKUP_ENDED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOW = at("Mon 2026-11-23 01:30")
only_sqlite = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def take_one(session: "Session") -> str:
    office = open_office(session)
    facts = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="045090001234"))
    return receive(session, ReceiveDossier(new_key(), office.ward, facts), actor=office.clerk, now=NOW).code


def report_with(session: "Session", office: Office, photo: str) -> str:
    told = Reported("moi-truong", "Ngã ba chợ", "Rác tràn ra đường", photo=photo)
    return take(session, TakeReport(new_key(), office.ward, told), person=office.clerk, now=NOW)


@only_sqlite
def test_a_backup_holds_what_was_committed_and_is_proved(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        take_one(session)
    path, proof = backups.make(database.engine, tmp_path / "backups", NOW)
    assert (path.name, proof.integrity, proof.counts["dossier"]) == (
        "tthc-20261123-013000.sqlite.gz",
        "ok",
        1,
    )
    assert backups.check(path) == proof
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir() if ".tmp" in file.name] == []


@only_sqlite
def test_a_backup_is_made_while_others_write(database: Database, tmp_path: Path) -> None:
    over, written = Event(), list[int]()

    def write_on() -> None:
        while not over.is_set():
            with database.transaction() as session:
                session.merge(Revision(name="busy", number=len(written)))
            written.append(1)

    writer = Thread(target=write_on)
    writer.start()
    try:
        for number in range(3):
            path, proof = backups.make(database.engine, tmp_path, NOW + dt.timedelta(seconds=number))
            assert proof.sound
    finally:
        over.set()
        writer.join()
    assert written
    assert path.exists()


@only_sqlite
@pytest.mark.parametrize("damage", ["one byte", "cut short", "not a database"])
def test_a_damaged_backup_is_known(database: Database, tmp_path: Path, damage: str) -> None:
    path, _ = backups.make(database.engine, tmp_path, NOW)
    content = path.read_bytes()
    if damage == "one byte":
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif damage == "cut short":
        path.write_bytes(content[:-100])
    else:
        path.write_bytes(gzip.compress(b"nothing of the kind"))
    with pytest.raises(JobFault):
        backups.check(path)
    path.with_suffix(".json").unlink()
    with pytest.raises(JobFault):
        backups.check(path)


@only_sqlite
def test_a_backup_with_other_counts_than_its_manifest_is_known(database: Database, tmp_path: Path) -> None:
    path, _ = backups.make(database.engine, tmp_path, NOW)
    manifest = path.with_suffix(".json")
    facts = json.loads(manifest.read_text())
    facts["counts"]["dossier"] = 7
    manifest.write_text(json.dumps(facts))
    with pytest.raises(JobFault, match="other counts"):
        backups.check(path)


@only_sqlite
def test_a_child_that_is_ended_leaves_the_run_a_fault_and_the_earlier_backups(
    database: Database, tmp_path: Path
) -> None:
    backups.make(database.engine, tmp_path, NOW)
    before = sorted(path.name for path in tmp_path.iterdir())

    class EndedAtOnce(list[Callable[[], None]]):
        def append(self, give_up: Callable[[], None]) -> None:
            super().append(give_up)
            give_up()

    with pytest.raises(JobFault, match=BACKUP_ENDED):
        backups.make(database.engine, tmp_path, NOW + dt.timedelta(hours=1), on_stop=EndedAtOnce())
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_child_of_a_backup_ends_with_its_parent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "copy")  # to open it for reading takes as long as nobody writes
    with child_of_ours("tthc_tracker.jobs.backupchild") as child:
        assert child.stdin is not None
        child.stdin.write(json.dumps([str(tmp_path / "copy"), str(tmp_path / "packed"), ""]).encode() + b"\n")
        child.stdin.close()
        assert child.wait(60) != 0
    assert not (tmp_path / "packed").exists()


@only_sqlite
def test_a_copy_bears_a_mark_until_it_is_restored_in_order(database: Database, tmp_path: Path) -> None:
    path, _ = backups.make(database.engine, tmp_path, NOW)
    with backups.unpacked(path) as plain:
        found = backups._module(database.engine).connect(str(plain)).execute("PRAGMA user_version").fetchone()
    assert found == (backups.COPY_MARK,)
    with database.reading() as session:
        assert session.execute(text("PRAGMA user_version")).scalar_one() == 0


def test_rotation_keeps_seven_days_four_weeks_and_twelve_months() -> None:
    days = [dt.date(2026, 11, 23) - dt.timedelta(days=number) for number in range(500)]
    paths = [Path(f"tthc-{day:%Y%m%d}-{hour}3000.sqlite.gz") for day in days for hour in ("23", "01")]
    kept = backups.kept_of(paths)
    made = [backupfiles.made_on(path) for path in kept]
    assert made[:7] == days[:7]
    assert len({(day.year, day.month) for day in made}) == 12
    assert len(kept) <= 7 + 4 + 12
    assert all("-233000" in path.name for path in kept)


@only_sqlite
def test_the_job_makes_one_and_removes_the_old(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    for day in range(20):
        backups.make(database.engine, folder, NOW - dt.timedelta(days=day + 1))
    counts = backups.back_up(Work("https://tthc.test", "a@b.test", "", tmp_path))
    assert counts["removed"] > 0
    assert len(list(folder.glob("*.gz"))) == len(list(folder.glob("*.json"))) < 21
    assert backupfiles.newest(folder) == folder / str(counts["file"])


@only_sqlite
def test_photos_lie_once_beside_the_backups_that_name_them_and_go_with_the_last_of_these(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    album, folder = Album(tmp_path), tmp_path / "backups"
    beside, picture = Album(folder), jpeg(JFIF, TABLE)
    with database.transaction() as session:
        office = open_office(session)
        names = [album.keep(picture) for _ in range(2)]
        codes = [report_with(session, office, name) for name in names]
    first, _ = backups.make(database.engine, folder, NOW, album=album)
    with database.transaction() as session:
        session.execute(update(FieldReport).where(FieldReport.code == codes[0]).values(photo=None))
    album.forget(names[0])
    second, _ = backups.make(database.engine, folder, NOW + dt.timedelta(hours=1), album=album)
    assert set(backups.photos_of(first)) == set(names)
    assert set(backups.photos_of(second)) == {names[1]}
    assert all(backups.photos_of(first).values())
    kept = beside.read(names[0])
    assert kept is not None
    assert kept.data == picture
    assert {path.stat().st_mode & 0o077 for path in (folder / FOLDER).iterdir()} == {0}

    (folder / FOLDER / f"{names[1]}.anh").write_bytes(b"spoilt")
    assert backups.photos_of(second) == {names[1]: ""}
    backups.make(database.engine, folder, NOW + dt.timedelta(hours=2), album=album)
    assert backups.photos_of(second)[names[1]], "the next backup puts a good one there"

    monkeypatch.setattr(backups, "PHOTOS_KEPT", dt.timedelta(days=-1))
    assert backups.rotate(folder) == 2, "of a day the newest stays"
    assert beside.read(names[0]) is None
    assert beside.read(names[1]) is not None


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_postgresql_is_left_to_its_own_tools(database: Database, tmp_path: Path) -> None:
    assert backups.back_up(Work("", "", "", tmp_path)) == {"skipped": "postgresql"}
    assert list(tmp_path.glob("backups/*")) == []


def test_after_a_restore_no_number_is_given_twice_no_mail_leaves_and_nobody_is_signed_in(
    write: "Session",
) -> None:
    code = take_one(write)
    user = open_user(write)
    outbox.enqueue(
        write, dedup_key="k", kind="digest", user_id=user, context={"since": "x"}, domain="d.test", now=NOW
    )
    later = NOW + dt.timedelta(days=2)
    done = restoring.settle(write, made_at=NOW, now=later, file_name="b.gz")
    assert (done.skipped_numbers, done.held_mails, done.ended_sessions) == (150, 1, 1)
    last = {row.day.day: row.last for row in write.execute(select(CodeCounter)).scalars()}
    assert last == {23: 51, 24: 50, 25: 50}
    assert code.endswith("-0001")
    assert outbox.claim(write, "me", later) is None
    assert write.execute(select(AuditEntry.action).where(AuditEntry.action == "database_restored")).all()
    assert mask_name("Nguyễn Văn An") not in str(write.execute(select(AuditEntry.facts)).all())


def open_user(session: "Session") -> int:
    from tthc_tracker.models.account import User

    user_id = session.execute(select(User.id).order_by(User.id).limit(1)).scalar_one()
    session.add(
        LoginSession(
            id_hash="0" * 64, user_id=user_id, auth_version=1, created_at=NOW, last_seen_at=NOW,
            expires_at=NOW + dt.timedelta(hours=12),
        )
    )  # fmt: skip
    session.flush()
    return user_id
