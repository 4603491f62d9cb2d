"""Field reports on the screens: put down, passed on, answered; the photo as a picture and nothing else."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.domain.test_photos import EXIF, JFIF, SECRET, TABLE, jpeg
from tests.support import screens
from tests.support.desk import Office, Worker, hire, new_key, open_office
from tests.support.screens import HOST, Screen
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database

PHONE = "0987001777"
TOLD = {"kind": "moi-truong", "place": "Ngã ba chợ", "words": "Rác tràn", "contact_phone": PHONE,
        "contact_name": "Trần Thị Canary"}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Office, Worker]]:
    with screens.house("sqlite", tmp_path_factory.mktemp("reports")) as app:
        with database.transaction() as session:
            office = open_office(session)
            head = hire(session, "Lê Thủ Trưởng", Role.HEAD_OF_AGENCY, office.ward)
        yield app, office, head


@pytest.fixture
def clerk(town: tuple[Flask, Office, Worker]) -> Screen:
    return screens.before(town[0], town[1].clerk)


def put_down(screen: Screen, **more: Any) -> str:
    """The address of a new report."""
    sent = screen.post("/phan-anh/ghi", {"submission_key": new_key(), **TOLD, **more})
    assert sent.status_code == 303, sent.text
    return str(sent.location)


def act(screen: Screen, address: str, what: str, **more: str) -> Any:
    version = re.search(r'name="version" value="(\d+)"', screen.get(address).text)
    assert version is not None
    return screen.post(f"{address}/xu-ly", {"version": version[1], "act": what, **more})


def test_a_report_goes_from_the_desk_to_its_answer(town: tuple[Flask, Office, Worker], clerk: Screen) -> None:
    address = put_down(clerk)
    page = clerk.get(address).text
    assert "Rác tràn" in page
    assert PHONE not in page
    assert act(clerk, address, "accept").status_code == 303
    assert act(clerk, address, "answer", said="Đã dọn").status_code == 303
    assert act(clerk, address, "rate", satisfied="1").status_code == 303
    head = screens.before(town[0], town[2])
    version = re.search(r'name="version" value="(\d+)"', head.get(address).text)
    assert version is not None
    shown = head.post(f"{address}/cong-khai", {"version": version[1], "act": "publish"})
    assert shown.status_code == 303
    page = head.get(address).text
    assert all(words in page for words in ("Đã dọn", "Đã công khai", "Hài lòng", "Trả lời đúng hạn"))


def test_a_refused_form_keeps_what_was_typed_and_leaves_no_photo(
    town: tuple[Flask, Office, Worker], clerk: Screen
) -> None:
    photo = (io.BytesIO(jpeg(JFIF, TABLE)), "anh.jpg")
    fields = {"submission_key": new_key(), **TOLD, "kind": "", "photo": photo}
    answer = clerk.post("/phan-anh/ghi", fields)
    assert answer.status_code == 422
    assert "Rác tràn" in answer.text
    assert "Hãy chọn loại phản ánh" in answer.text
    folder = town[0].config["SETTINGS"].var / "phan-anh"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_photo_is_a_picture_and_nothing_else_to_whoever_sees_the_report(
    town: tuple[Flask, Office, Worker], clerk: Screen
) -> None:
    address = put_down(clerk, photo=(io.BytesIO(jpeg(JFIF, EXIF, TABLE)), "../../etc/a.html"))
    shown = clerk.get(f"{address}/anh")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert SECRET not in shown.data
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    stranger = screens.before(town[0], town[1].stranger)
    assert stranger.get(f"{address}/anh").status_code == 404
    bad = (io.BytesIO(b"<html><script>alert(1)</script>"), "anh.jpg")
    answer = clerk.post("/phan-anh/ghi", {"submission_key": new_key(), **TOLD, "photo": bad})
    assert (answer.status_code, "Không phải ảnh" in answer.text) == (422, True)


def test_passed_on_it_opens_to_the_other_agency_and_an_old_form_is_told(
    town: tuple[Flask, Office, Worker], clerk: Screen
) -> None:
    address = put_down(clerk)
    stranger = screens.before(town[0], town[1].stranger)
    assert stranger.get(address).status_code == 404
    sent = act(clerk, address, "forward", agency="H50.19001", said="Thuộc địa bàn xã")
    assert sent.status_code == 303
    assert "Thuộc địa bàn xã" in stranger.get(address).text
    assert act(stranger, address, "forward", said="x").status_code == 422
    old = stranger.post(f"{address}/xu-ly", {"version": "1", "act": "accept"})
    assert (old.status_code, "Có người vừa xử lý" in old.text) == (409, True)
    assert stranger.post(f"{address}/xu-ly", {"version": "1", "act": "xoa"}).status_code == 400
    assert clerk.post(f"{address}/xu-ly", {"version": "2", "act": "accept"}).status_code == 403


def test_one_that_is_sent_on_at_once_says_so_and_its_code_is_found_within_ones_scope(
    town: tuple[Flask, Office, Worker], clerk: Screen
) -> None:
    address = put_down(clerk, agency="H50.19001")
    code = address.rpartition("/")[2]
    history = clerk.get(address).text.partition("Lịch sử phản ánh")[2].partition("</ol>")[0]
    assert re.search(r"Cơ quan xử lý: <del>Phường Đông Hà</del>.*<ins>Xã Cam Lộ</ins>", history), history
    assert clerk.post("/tim-kiem", {"q": f" {code.lower()} "}).location == address
    other = screens.before(town[0], town[1].stranger)
    assert other.post("/tim-kiem", {"q": code}).location == address
    hidden = put_down(clerk)
    assert "/phan-anh/" not in other.post("/tim-kiem", {"q": hidden.rpartition("/")[2]}).location


def test_the_contact_is_shown_once_with_a_reason_and_erased_by_a_head(
    town: tuple[Flask, Office, Worker], clerk: Screen
) -> None:
    address, head = put_down(clerk), screens.before(town[0], town[2])
    assert PHONE in clerk.post(f"{address}/lien-he", {"ground": "contact"}).text
    assert clerk.post(f"{address}/lien-he", {"ground": "other"}).status_code == 422
    early = head.post(f"{address}/xoa", {"erase-said": "đơn số 12"})
    assert early.status_code == 409
    act(clerk, address, "accept")
    act(clerk, address, "answer", said="Đã dọn")
    assert head.post(f"{address}/xoa", {"erase-said": ""}).status_code == 422
    assert head.post(f"{address}/xoa", {"erase-said": "đơn số 12"}).status_code == 303
    page = head.get(address).text
    assert "(đã xoá)" in page
    assert "Rác tràn" not in page


def test_a_file_is_taken_by_the_screen_and_the_command(
    town: tuple[Flask, Office, Worker], tmp_path: Any
) -> None:
    app, office, _ = town
    controller = screens.before(app, office.controller)
    good = "code,kind,place,words,received_at,agency\nPA-1,khac,Chợ,Việc,2026-11-16 09:00,H50.19001\n"
    bad = controller.post(
        "/phan-anh/nap", {"file": (io.BytesIO(good.replace("khac", "ma").encode()), "a.csv")}
    )
    assert (bad.status_code, "Hãy chọn loại phản ánh" in bad.text) == (422, True)
    for data in (b"", "ô".encode("utf-16")):
        assert controller.post("/phan-anh/nap", {"file": (io.BytesIO(data), "a.csv")}).status_code == 422
    shown = good.replace("agency\n", "agency,photo\n").replace("H50.19001\n", "H50.19001,cho.jpg\n")
    photo = jpeg(JFIF, TABLE)
    enclosed = {"file": (io.BytesIO(shown.encode()), "a.csv"), "photos": (io.BytesIO(photo), "cho.jpg")}
    assert controller.post("/phan-anh/nap", enclosed).status_code == 303
    assert controller.get("/phan-anh/PA-1/anh").mimetype == "image/jpeg"
    file = tmp_path / "a.csv"
    file.write_text(shown.replace("PA-1", "PA-2"), encoding="utf-8")
    (tmp_path / "cho.jpg").write_bytes(photo)
    runner = app.test_cli_runner()
    asked = ["fieldreports", "import", str(file), "--agency"]
    missing = runner.invoke(args=[*asked, "H50"])
    assert (missing.exit_code, "cột photo: «cho.jpg» không có" in missing.output) == (1, True)
    with_photos = [*asked, "H50", "--photos", str(tmp_path)]
    assert runner.invoke(args=with_photos).output == "a.csv: thêm 1, sửa 0, giữ nguyên 0.\n"
    assert controller.get("/phan-anh/PA-2/anh").mimetype == "image/jpeg"
    assert runner.invoke(args=[*asked, "H99"]).exit_code == 1
    file.write_text("code,kind\n", encoding="utf-8")
    assert runner.invoke(args=[*asked, "H50"]).exit_code == 1


def test_the_list_costs_the_same_however_long_it_is(
    town: tuple[Flask, Office, Worker], clerk: Screen
) -> None:
    put_down(clerk)
    few = clerk.queries("/phan-anh?tab=all")
    for _ in range(5):
        put_down(clerk)
    assert clerk.queries("/phan-anh?tab=all") == few
    assert "Rác tràn" in clerk.get("/phan-anh?kind=moi-truong").text
    assert "Rác tràn" not in clerk.get("/phan-anh?kind=khac").text


def test_what_is_published_is_read_by_everybody_without_whoever_reported_and_goes_when_withdrawn(
    town: tuple[Flask, Office, Worker], clerk: Screen
) -> None:
    told = f"Rác tràn bên đường. Gọi tôi {PHONE}, a.b@nguoidan.test"
    address = put_down(clerk, words=told, photo=(io.BytesIO(jpeg(JFIF, TABLE)), "anh.jpg"))
    public, hidden = "/phan-anh/cong-khai", put_down(clerk, words="Chưa ai công khai")
    page_of = f"{public}/{address.rpartition('/')[2]}"
    act(clerk, address, "accept")
    act(clerk, address, "answer", said=f"Cảm ơn {TOLD['contact_name'].upper()}, đã dọn")
    act(clerk, address, "rate", satisfied="0")
    visitor, head = town[0].test_client(), screens.before(town[0], town[2])
    assert visitor.get(page_of, base_url=HOST).status_code == 404
    _publish(head, address, "publish")
    shown = visitor.get(public, base_url=HOST), visitor.get(page_of, base_url=HOST)
    for answer in shown:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in answer.headers
        assert len(answer.data) < 12_000
        assert all(words in answer.text for words in ("Rác tràn bên đường", "chưa hài lòng", "đúng hạn"))
        assert not [one for one in (PHONE, "nguoidan.test", "Canary", "CANARY") if one in answer.text]
        known = {"If-None-Match": answer.headers["ETag"]}
        again = visitor.get(answer.request.path, base_url=HOST, headers=known)
        assert (again.status_code, again.data) == (304, b"")
    assert "đã dọn" in shown[1].text
    assert "Chưa ai công khai" not in shown[0].text
    assert visitor.get(f"{public}/{hidden.rpartition('/')[2]}", base_url=HOST).status_code == 404
    _publish(head, address, "withdraw")
    assert "Rác tràn bên đường" not in visitor.get(public, base_url=HOST).text
    assert visitor.get(page_of, base_url=HOST).status_code == 404


def _publish(head: Screen, address: str, what: str) -> None:
    version = re.search(r'name="version" value="(\d+)"', head.get(address).text)
    assert version is not None
    assert head.post(f"{address}/cong-khai", {"version": version[1], "act": what}).status_code == 303


def test_who_asks_for_what_is_public_too_often_waits(town: tuple[Flask, Office, Worker]) -> None:
    visitor = town[0].test_client()
    statuses = [visitor.get("/phan-anh/cong-khai/none-1", base_url=HOST).status_code for _ in range(61)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert int(visitor.get("/phan-anh/cong-khai", base_url=HOST).headers["Retry-After"]) > 0
