"""Sources are fetched from folders and addresses: everything once, in order, nothing that is not whole."""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.support import portal as stand_in
from tests.support import wire
from tests.support.desk import Office, open_office
from tests.support.moments import Wall
from tests.support.portal import TOKEN, Portal
from tthc_tracker.domain.columnmaps import ColumnMap, DateStyle
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.domain.feeds import FeedKind
from tthc_tracker.domain.importing import BatchState, Sends
from tthc_tracker.domain.webhooks import Allowed
from tthc_tracker.extensions import database
from tthc_tracker.jobs import feedfiles, feeding
from tthc_tracker.jobs.feedfolders import FeedFolder, NotWholeError
from tthc_tracker.jobs.feeding import fetch_sources
from tthc_tracker.jobs.importing import import_files
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.account import User
from tthc_tracker.models.columnmap import SourceColumns
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import feeds as queries
from tthc_tracker.queries.feeds import FeedLine
from tthc_tracker.services import columnmaps, feeds, leases
from tthc_tracker.services.columnmaps import MapColumns
from tthc_tracker.services.feeds import Premises, SetFeed
from tthc_tracker.spreadsheets.intake import Shelf
from tthc_tracker.wording import feeds as words

KEY = "k" * 40
HERE = Allowed.of(["127.0.0.0/8"])
PREMISES = Premises(HERE, has_root=True, key=KEY)
HEAD = (*wire.accepted(), "NgayKetThucXuLy")
ONLY_SQLITE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return Wall.stopped(monkeypatch)


@pytest.fixture
def office(app: Flask, wall: Wall) -> Office:
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    root = tmp_path / "nguon"
    (root / "bo").mkdir(parents=True)
    (tmp_path / "var").mkdir()
    return Work("", "a@b.test", "", tmp_path / "var", secret_key=KEY, webhook_allow=HERE, feed_root=root)


@pytest.fixture
def portal() -> Iterator[Portal]:
    with stand_in.opened() as portal:
        yield portal


def set_up(kind: FeedKind, place: str, wall: Wall, **more: Any) -> None:
    with database.transaction() as session:
        command = SetFeed(wire.PORTAL, kind, place, 15, **more)
        feeds.set_feed(session, command, None, PREMISES, actor=None, now=wall.now())


def pull(portal: Portal, wall: Wall, **more: Any) -> None:
    set_up(FeedKind.HTTP, f"{portal.url}/ho-so", wall, **{"token": TOKEN} | more)


@pytest.fixture
def folder(work: Work, office: Office, wall: Wall) -> Path:
    """A folder that the provincial portal's files are laid into."""
    set_up(FeedKind.FOLDER, "bo", wall)
    assert work.feed_root is not None
    return work.feed_root / "bo"


def row(number: int, **fields: Any) -> dict[str, Any]:
    return wire.accepted(f"H50.19000-261116-{number:04}", **fields)


def lay(path: Path, wall: Wall, *rows: dict[str, Any], minutes: int = 0) -> Path:
    """Lay an export down, written to last so many minutes ago."""
    lines = [HEAD, *([str(each.get(name, "")) for name in HEAD] for each in rows)]
    path.write_text("\r\n".join(",".join(line) for line in lines), encoding="utf-8")
    moment = (wall.now() - dt.timedelta(minutes=minutes)).timestamp()
    os.utime(path, (moment, moment))
    return path


@ONLY_SQLITE
def test_a_folder_of_other_columns_is_read_by_the_map_of_its_source(
    folder: Path, work: Work, wall: Wall
) -> None:
    path = lay(folder / "dem.csv", wall, row(1), minutes=9)
    path.write_text(path.read_text().replace("MaHoSo", "Số biên nhận").replace("ChuHoSo", "Họ và tên"))
    with database.transaction() as session:
        session.add(SourceColumns(
            source_id=session.execute(select(Source.id).where(Source.code == wire.PORTAL)).scalar_one(),
            version=1, encoding=Encoding.UTF8, dates=DateStyle.VOCABULARY, fixed={}, words={},
            columns={name: name for name in HEAD} | {"MaHoSo": "Số biên nhận", "ChuHoSo": "Họ và tên"},
            made_at=wall.now(), made_by_id=session.execute(select(func.min(User.id))).scalar_one(),
        ))  # fmt: skip
    run(work, wall)
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Dossier)).scalar_one() == 1


@ONLY_SQLITE
def test_a_fetched_file_of_other_columns_waits_for_who_may_map_it_and_says_so(
    folder: Path, work: Work, wall: Wall, office: Office
) -> None:
    path = lay(folder / "dem.csv", wall, row(1), minutes=9)
    path.write_text(path.read_text().replace("MaHoSo", "Số biên nhận"))
    run(work, wall)
    assert batches() == [("dem.csv", BatchState.UNMAPPED)]
    with database.reading() as session:
        [file] = session.execute(select(ImportBatch)).scalars()
    for said in ("thiếu cột MaHoSo", "quản trị viên cấp tỉnh", "«Ghép cột»"):
        assert said in file.fault
        assert said in now_line().last_error
    assert file.stored is not None, "it is read from here once it is mapped"
    assert names(folder, "refused") == ["dem.csv", "dem.ly-do.txt"]
    how = ColumnMap({name: name for name in HEAD} | {"MaHoSo": "Số biên nhận"})
    with database.transaction() as session:
        command = MapColumns("k" * 32, file.id, how, 0)
        columnmaps.save(session, command, person=office.controller, now=wall.now())
    import_files(work)
    assert batches() == [("dem.csv", BatchState.CHECKED)], "now somebody agrees to it"


def run(work: Work, wall: Wall, times: int = 2) -> None:
    """The scheduler for so many minutes: a file is seen, and a minute later taken, written and put away."""
    for _ in range(times):
        fetch_sources(work)
        import_files(work)
        wall.moment += dt.timedelta(minutes=1)
    fetch_sources(work)


def now_line() -> FeedLine:
    with database.reading() as session:
        line = queries.line(session, wire.PORTAL)
    assert line is not None
    return line


def codes() -> list[str]:
    with database.reading() as session:
        return [code[-4:] for code in session.execute(select(Dossier.code).order_by(Dossier.id)).scalars()]


def batches() -> list[tuple[str, BatchState]]:
    with database.reading() as session:
        found = select(ImportBatch.file_name, ImportBatch.state).order_by(ImportBatch.id)
        return [tuple(one) for one in session.execute(found)]


def names(folder: Path, below: str = "") -> list[str]:
    return sorted(path.name for path in (folder / below).iterdir() if path.is_file())


def as_of() -> dt.datetime | None:
    with database.reading() as session:
        return session.execute(select(Source.as_of).where(Source.code == wire.PORTAL)).scalar_one()


# --- a folder


@ONLY_SQLITE
def test_files_are_taken_in_their_order_and_moved_beside(folder: Path, work: Work, wall: Wall) -> None:
    lay(folder / "a-sau.csv", wall, row(1, TrangThaiHoSo=9, NgayKetThucXuLy="20261118090000"), minutes=10)
    lay(folder / "b-truoc.csv", wall, row(1), row(2), minutes=20)
    run(work, wall, 3)
    assert [name for name, _ in batches()] == ["b-truoc.csv", "a-sau.csv"]
    assert codes() == ["0001", "0002"]
    assert (names(folder), names(folder, "done")) == ([], ["a-sau.csv", "b-truoc.csv"])
    line = now_line()
    assert (line.last_error, line.failures, line.is_taking) == ("", 0, False)
    assert line.last_news_at is not None
    assert as_of() == wall.opened - dt.timedelta(minutes=10), "as old as the file, whenever it was read"


@ONLY_SQLITE
def test_a_file_that_grows_or_bears_the_name_of_a_part_is_left_alone(
    folder: Path, work: Work, wall: Wall
) -> None:
    path = lay(folder / "xuat.csv", wall, row(1))
    lay(folder / "khac.csv.part", wall, row(7))
    for number in (2, 3):
        fetch_sources(work)
        wall.moment += dt.timedelta(minutes=1)
        lay(path, wall, *map(row, range(1, number + 1)))
    assert (codes(), names(folder)) == ([], ["khac.csv.part", "xuat.csv"])
    run(work, wall)
    assert codes() == ["0001", "0002", "0003"]
    (folder / "khac.csv.part").rename(folder / "khac.csv")
    wall.moment += dt.timedelta(minutes=15)
    run(work, wall)
    assert codes() == ["0001", "0002", "0003", "0007"]


def test_the_same_file_again_is_not_read_again_and_says_that_nothing_has_changed(
    folder: Path, work: Work, wall: Wall
) -> None:
    lay(folder / "xuat.csv", wall, row(1))
    run(work, wall)
    wall.moment += dt.timedelta(days=1)
    lay(folder / "xuat.csv", wall, row(1))
    written = wall.now()
    run(work, wall)
    assert [name for name, _ in batches()] == ["xuat.csv"]
    assert as_of() == written
    assert len(names(folder, "done")) == 2, "neither is written over"
    (folder / "done" / "xuat.csv").rename(folder / "doi-ten.csv")
    wall.moment += dt.timedelta(minutes=15)
    run(work, wall)
    assert [name for name, _ in batches()] == ["xuat.csv", "doi-ten.csv"]
    assert codes() == ["0001"], "read in under another name it adds nothing"


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("between", "read"),
    [
        pytest.param([[1], [1, 2], [1]], 3, id="something else has come since"),
        pytest.param([[1, 0], [1, 0]], 2, id="a row of it was refused"),
        pytest.param([[1], [1]], 1, id="all of it stands"),
    ],
)
def test_a_file_laid_down_again_is_read_again_unless_all_of_it_stands(
    folder: Path, work: Work, wall: Wall, between: list[list[int]], read: int
) -> None:
    for rows in between:
        lay(folder / "xuat.csv", wall, *(row(one) if one else row(9, ChuHoSo="") for one in rows))
        run(work, wall)
        wall.moment += dt.timedelta(days=1)
    assert len(batches()) == read


@ONLY_SQLITE
def test_a_file_taken_back_is_read_when_it_is_laid_down_again(folder: Path, work: Work, wall: Wall) -> None:
    lay(folder / "xuat.csv", wall, row(1))
    run(work, wall)
    with database.transaction() as session:
        session.execute(update(ImportBatch).values(state=BatchState.UNDONE))
    wall.moment += dt.timedelta(days=1)
    lay(folder / "xuat.csv", wall, row(1))
    run(work, wall)
    assert [state for _, state in batches()] == [BatchState.UNDONE, BatchState.DONE]


@ONLY_SQLITE
def test_a_note_takes_the_place_of_no_other_file(folder: Path, work: Work, wall: Wall) -> None:
    (folder / "done").mkdir()
    (folder / "done" / "xuat.loi.csv").write_text("của người khác", encoding="utf-8")
    lay(folder / "xuat.csv", wall, row(1), row(2, ChuHoSo=""))
    run(work, wall)
    assert (folder / "done" / "xuat.loi.csv").read_text(encoding="utf-8") == "của người khác"
    assert len(names(folder, "done")) == 3


@ONLY_SQLITE
def test_a_source_that_surprises_us_is_put_off_and_told_of_and_starves_no_other(
    office: Office, portal: Portal, work: Work, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.dossiers = [row(1)]
    pull(portal, wall)
    with monkeypatch.context() as broken:
        broken.setattr(feeding, "read_page", _surprise)
        with pytest.raises(ValueError, match="nobody thought"):
            fetch_sources(work)
    line = now_line()
    assert (line.failures, line.last_error) == (1, words.BROKEN_OFF)
    assert fetch_sources(work) == {}, "it is looked at again after a while"


def _surprise(*_given: Any) -> None:
    raise ValueError("nobody thought of this")


@ONLY_SQLITE
def test_what_cannot_be_used_is_refused_with_its_reason_and_may_be_laid_down_again(
    folder: Path, work: Work, wall: Wall
) -> None:
    (folder / "hong.csv").write_bytes(b"PK\x03\x04 khong phai bang tinh")
    moment = wall.now().timestamp() - 600
    os.utime(folder / "hong.csv", (moment, moment))
    lay(folder / "sai.csv", wall, row(1), row(2, ChuHoSo=""))
    run(work, wall, 3)
    assert names(folder, "refused") == ["hong.csv", "hong.ly-do.txt"]
    assert (folder / "refused" / "hong.ly-do.txt").read_text(encoding="utf-8").strip()
    assert names(folder, "done") == ["sai.csv", "sai.loi.csv"]
    assert "0002" in (folder / "done" / "sai.loi.csv").read_text(encoding="utf-8-sig")
    assert codes() == ["0001"]
    assert now_line().last_error == "", "the file after it went well"
    (folder / "refused" / "hong.csv").rename(folder / "hong.csv")
    wall.moment += dt.timedelta(minutes=15)
    run(work, wall)
    assert [state for _, state in batches()] == [BatchState.FAILED, BatchState.DONE, BatchState.FAILED]
    assert now_line().last_error.startswith("hong.csv: ")


@ONLY_SQLITE
def test_a_file_of_which_every_row_is_refused_is_refused(folder: Path, work: Work, wall: Wall) -> None:
    lay(folder / "xuat.csv", wall, row(1, ChuHoSo=""))
    run(work, wall)
    assert names(folder, "refused") == ["xuat.csv", "xuat.loi.csv", "xuat.ly-do.txt"]
    assert now_line().last_error == f"xuat.csv: {words.NO_ROW}"


@ONLY_SQLITE
def test_nothing_outside_the_folder_is_read_or_moved(
    folder: Path, work: Work, wall: Wall, tmp_path: Path
) -> None:
    secret = lay(tmp_path / "bi-mat.csv", wall, row(1))
    (folder / "lien-ket.csv").symlink_to(secret)
    os.mkfifo(folder / "ong.csv")
    (folder / "thu-muc").mkdir()
    lay(folder / "thu-muc" / "sau.csv", wall, row(2))
    run(work, wall)
    assert (codes(), batches()) == ([], [])
    assert "2 mục" in now_line().last_error
    assert work.feed_root is not None
    (work.feed_root / "ngoai").symlink_to(tmp_path)
    set_up(FeedKind.FOLDER, "ngoai", wall)
    run(work, wall)
    assert (codes(), secret.exists()) == ([], True)
    assert now_line().failures == 1


@ONLY_SQLITE
def test_done_that_is_a_link_is_not_followed_and_the_file_is_not_read_twice(
    folder: Path, work: Work, wall: Wall, tmp_path: Path
) -> None:
    (tmp_path / "noi-khac").mkdir()
    (folder / "done").symlink_to(tmp_path / "noi-khac")
    lay(folder / "xuat.csv", wall, row(1))
    run(work, wall, 3)
    wall.moment += dt.timedelta(minutes=15)
    run(work, wall)
    assert (names(folder), names(tmp_path / "noi-khac")) == (["xuat.csv"], [])
    assert len(batches()) == 1
    assert now_line().last_error.startswith(words.NO_MOVE[:30])


def test_a_file_is_moved_only_if_it_is_the_one_that_was_read(tmp_path: Path) -> None:
    (tmp_path / "bo").mkdir()
    path = tmp_path / "bo" / "xuat.csv"
    path.write_text("hôm qua", encoding="utf-8")
    with FeedFolder(tmp_path, "bo") as folder:
        (found,) = folder.listing().files
        path.write_text("đêm sau, trước khi tệp hôm qua được cất", encoding="utf-8")
        with pytest.raises(NotWholeError):
            folder.put_away(found, 1, refused=False, notes={})
        with pytest.raises(NotWholeError), folder.opened(found):
            pass
        (path.parent / "ong").symlink_to(path)
        with pytest.raises(OSError, match="symbolic"), folder.opened(replace(found, name="ong")):
            pass
    assert (names(path.parent), names(path.parent, "done")) == (["ong", "xuat.csv"], [])


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"minutes": 600_000}, words.OLD_TIME, id="of nobody knows when"),
        pytest.param({"largest": 10}, words.TOO_LARGE, id="huge"),
    ],
)
def test_a_file_that_is_not_even_kept_says_why(
    folder: Path, work: Work, wall: Wall, monkeypatch: pytest.MonkeyPatch, changed: dict[str, int], why: str
) -> None:
    monkeypatch.setattr(feedfiles, "LARGEST", changed.get("largest", 10**9))
    lay(folder / "xuat.csv", wall, row(1), minutes=changed.get("minutes", 0))
    run(work, wall)
    assert (folder / "refused" / "xuat.ly-do.txt").read_text(encoding="utf-8").strip() == why
    assert batches() == []


@ONLY_SQLITE
def test_a_full_disk_here_refuses_nothing_and_leaves_nothing(
    folder: Path, work: Work, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(folder / "xuat.csv", wall, row(1))
    with monkeypatch.context() as full:
        full.setattr(feedfiles, "KEPT_FREE", 1 << 62)
        run(work, wall, 2)
    assert (names(folder), now_line().failures) == (["xuat.csv"], 1)
    assert list(Shelf(work.var).folder.glob("*")) == []
    wall.moment += dt.timedelta(minutes=5)
    run(work, wall)
    assert codes() == ["0001"]


@ONLY_SQLITE
def test_a_folder_that_is_away_is_asked_for_less_and_less_often(folder: Path, work: Work, wall: Wall) -> None:
    folder.rename(folder.with_name("di-vang"))
    waits = []
    for _ in range(4):
        fetch_sources(work)
        waits.append((now_line().next_look_at - wall.now()).total_seconds() // 60)
        wall.moment = now_line().next_look_at
    assert waits == [5, 10, 20, 40]
    assert now_line().failures == 4
    folder.with_name("di-vang").rename(folder)
    fetch_sources(work)
    assert (now_line().failures, now_line().last_error) == (0, "")
    assert fetch_sources(replace(work, feed_root=None)) == {}, "not before its time"
    wall.moment = now_line().next_look_at
    fetch_sources(replace(work, feed_root=None))
    assert now_line().last_error == words.NO_ROOT


@ONLY_SQLITE
def test_a_full_list_cut_short_is_told_of(folder: Path, work: Work, wall: Wall) -> None:
    with database.transaction() as session:
        session.execute(update(Source).where(Source.code == wire.PORTAL).values(sends=Sends.FULL))
    lay(folder / "hom-qua.csv", wall, *map(row, range(1, 6)), minutes=30)
    lay(folder / "hom-nay.csv", wall, row(1), minutes=5)
    run(work, wall, 3)
    assert "4 hồ sơ đang mở" in now_line().last_error
    assert names(folder, "done") == ["hom-nay.csv", "hom-nay.ly-do.txt", "hom-qua.csv"]


# --- an address


def test_pages_come_by_their_cursor_and_only_what_is_new_comes_again(
    office: Office, portal: Portal, work: Work, wall: Wall
) -> None:
    portal.dossiers, portal.page = [row(number) for number in range(1, 6)], 2
    pull(portal, wall)
    asked = wall.now()
    run(work, wall, 1)
    assert codes() == ["0001", "0002", "0003", "0004", "0005"]
    assert [path.partition("changed_since=")[2][0] for path, _ in portal.asked] == ["&", "2", "4"]
    assert as_of() == asked
    portal.dossiers.append(row(1, TrangThaiHoSo=9, NgayKetThucXuLy="20261118090000"))
    wall.moment += dt.timedelta(minutes=15)
    run(work, wall, 1)
    assert len(portal.asked) == 4
    assert len(batches()) == 2
    wall.moment += dt.timedelta(minutes=15)
    quiet = wall.now()
    fetch_sources(work)
    assert (len(portal.asked), len(batches())) == (5, 2)
    assert as_of() == quiet, "nothing has changed: what is known is as new as the question"


@ONLY_SQLITE
def test_a_long_way_behind_is_walked_in_stretches_and_the_source_is_not_called_fresh_before_its_end(
    office: Office, portal: Portal, work: Work, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "MOST_DOSSIERS", 2)
    portal.dossiers, portal.page = [row(number) for number in range(1, 6)], 2
    pull(portal, wall)
    run(work, wall, 1)
    assert (len(codes()), as_of()) == (2, None)
    run(work, wall)
    assert len(codes()) == 5
    assert as_of() is not None
    assert len(portal.asked) == 3, "none is asked for twice"


@ONLY_SQLITE
def test_killed_between_fetching_and_writing_it_goes_on_where_it_stood(
    office: Office, portal: Portal, work: Work, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.dossiers = [row(1)]
    pull(portal, wall)
    with monkeypatch.context() as killed:
        killed.setattr(feeding._Run, "_hand_on", _end)
        with pytest.raises(KeyboardInterrupt):
            fetch_sources(work)
    assert (batches(), now_line().last_ok_at) == ([], None)
    fetch_sources(work)
    assert len(portal.asked) == 2
    wall.moment += dt.timedelta(minutes=20)
    assert fetch_sources(work) == {}, "what was fetched is not written yet: nothing is asked for"
    assert len(portal.asked) == 2
    run(work, wall, 1)
    assert codes() == ["0001"]
    assert len(portal.asked) == 3


def _end(*_given: Any) -> None:
    raise KeyboardInterrupt


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("mood", "told"),
    [
        pytest.param("down", "mã 500", id="an error over there"),
        pytest.param("page", "JSON trọn vẹn", id="half of a page"),
        pytest.param("lying", "không phải hồ sơ", id="items that are none"),
        pytest.param("loop", "không tiến lên", id="pages without end"),
    ],
)
def test_what_comes_before_a_fault_is_taken_and_nothing_of_it_nor_behind_it(
    office: Office, portal: Portal, work: Work, wall: Wall, mood: str, told: str
) -> None:
    portal.dossiers, portal.page, portal.moods = [row(1), row(2)], 1, ["fine", mood]
    pull(portal, wall)
    run(work, wall, 1)
    assert codes() == ["0001"]
    line = now_line()
    assert told in line.last_error
    assert (line.failures, as_of()) == (1, None)
    wall.moment += dt.timedelta(minutes=4)
    run(work, wall, 1)
    assert codes() == ["0001", "0002"]
    assert (now_line().failures, now_line().last_error) == (0, "")


@ONLY_SQLITE
def test_a_portal_that_asks_for_rest_has_it(office: Office, portal: Portal, work: Work, wall: Wall) -> None:
    portal.moods = ["busy"]
    pull(portal, wall)
    fetch_sources(work)
    assert now_line().next_look_at == wall.now() + dt.timedelta(hours=2)
    with database.transaction() as session:
        feeds.look_now(session, wire.PORTAL, actor=None, now=wall.now())
    fetch_sources(work)
    assert now_line().failures == 0


def test_pages_whose_import_breaks_off_are_asked_for_again(
    office: Office, portal: Portal, work: Work, wall: Wall
) -> None:
    portal.dossiers = [row(1)]
    pull(portal, wall)
    fetch_sources(work)
    (kept,) = Shelf(work.var).folder.glob("*.tep")
    kept.write_bytes(b"[")  # a disk that loses what it was given
    import_files(work)
    fetch_sources(work)
    assert (codes(), now_line().failures) == ([], 1)
    wall.moment += dt.timedelta(minutes=5)
    run(work, wall, 1)
    assert codes() == ["0001"]
    assert portal.asked[0] == portal.asked[1]


@ONLY_SQLITE
def test_a_token_sealed_with_another_key_is_asked_for_and_sent_nowhere(
    office: Office, portal: Portal, work: Work, wall: Wall
) -> None:
    pull(portal, wall)
    fetch_sources(replace(work, secret_key="x" * 40))
    assert (portal.asked, now_line().last_error) == ([], words.UNREADABLE_CREDENTIAL)


def test_of_two_runs_one_looks(office: Office, portal: Portal, work: Work, wall: Wall) -> None:
    pull(portal, wall)
    with database.transaction() as session:
        leases.acquire(session, feeding.LEASE, "another machine")
    assert (fetch_sources(work), portal.asked) == ({}, [])
    with database.transaction() as session:
        leases.give_up(session, feeding.LEASE, "another machine")
    fetch_sources(work)
    assert len(portal.asked) == 1


@ONLY_SQLITE
def test_one_that_is_set_anew_meanwhile_keeps_nothing_of_the_old_place(
    office: Office, portal: Portal, work: Work, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.dossiers = [row(1)]
    pull(portal, wall)
    fetched = feeding.fetch

    def meanwhile(*given: Any) -> bytes:
        pull(portal, wall, enabled=False)
        return fetched(*given)

    monkeypatch.setattr(feeding, "fetch", meanwhile)
    fetch_sources(work)
    assert (batches(), list(Shelf(work.var).folder.glob("*"))) == ([], [])
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Dossier)).scalar_one() == 0
