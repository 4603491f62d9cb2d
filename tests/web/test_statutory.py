"""Biểu 06 on the screen and as files, and the report of a period signed by its head."""

import csv
import datetime as dt
import html
import io
import re
from random import Random
from typing import TYPE_CHECKING

import openpyxl
import pytest
from sqlalchemy import insert, select, update

from tests.support.moments import at, on
from tests.support.statisticsdata import plant
from tests.web.test_reports import AFTER, COUNT, NUMBERS, QUARTER, enter

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

FORM, SIGN = f"/tong-hop/bieu-06?{QUARTER}", f"/tong-hop/chot?{QUARTER}"
SIGNED = re.compile(r'<a href="(/tong-hop/dieu-chinh\?[^"]+way=signed[^"]*)">([\d.]+)</a>')
ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def planted(app: "Flask") -> "Flask":
    from tthc_tracker.extensions import database
    from tthc_tracker.services.catalogue import seed_reference

    with database.transaction() as session:
        seed_reference(session, AFTER)
        plant(session, Random(11), 200, on("Fri 2026-05-01"), on("Mon 2026-09-14"), AFTER)
    return app


def page(client: "FlaskClient", address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return html.unescape(answer.text)


def fields(text: str) -> dict[str, str]:
    """The hidden fields of the form that signs."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))


def sign(client: "FlaskClient") -> str:
    """Sign the quarter as a browser does; the address of the report."""
    answer = client.post(SIGN, data=fields(page(client, SIGN)))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


@pytest.mark.parametrize("by", ["level", "agency", "sector", "procedure", "channel", "source"])
def test_every_number_of_the_form_leads_to_as_many_dossiers(planted: "Flask", by: str) -> None:
    client = enter(planted, "H50")
    text = page(client, f"{FORM}&by={by}")
    links = sorted(set(NUMBERS.findall(text)))
    assert len(links) > 20
    for address, number in Random(by).sample(links, 10):
        found = COUNT.search(page(client, address))
        assert found is not None
        assert found[1] == number, address
    assert "Tổng cộng" in text
    assert "(3) khác" not in text


@ONE_ENGINE
def test_a_row_that_does_not_balance_is_shown_with_the_list_of_what_breaks_it(planted: "Flask") -> None:
    from tthc_tracker.extensions import database
    from tthc_tracker.models.dossier import Dossier

    closed = select(Dossier.id).where(
        Dossier.finish_class.is_not(None), Dossier.closed_on > dt.date(2026, 7, 1)
    )
    with database.transaction() as session:
        one = session.execute(closed.order_by(Dossier.id).limit(1)).scalar_one()
        session.execute(update(Dossier).where(Dossier.id == one).values(finish_class=None))
    client = enter(planted, "G01") if _is_of(one, "G01") else enter(planted, "H50")
    text = page(client, f"{FORM}&by=sector")
    assert "Số liệu chưa cân đối: (3) khác (7) + (11)" in text
    address = next(url for url in re.findall(r'href="([^"]+)"', text) if "cell=broken" in url)
    found = COUNT.search(page(client, address))
    assert found is not None
    assert found[1] == "1"


def _is_of(dossier_id: int, agency: str) -> bool:
    from tests.support.statisticsdata import IDS
    from tthc_tracker.extensions import database
    from tthc_tracker.models.dossier import Dossier

    with database.reading() as session:
        return session.get_one(Dossier, dossier_id).resolving_agency_id == IDS[agency]


@ONE_ENGINE
def test_the_form_as_it_was_known_on_a_day_says_so_and_leads_to_that(planted: "Flask") -> None:
    from tthc_tracker.extensions import database
    from tthc_tracker.models.dossier import Dossier
    from tthc_tracker.models.history import DossierEvent

    with database.transaction() as session:
        for serial, one in enumerate(
            session.execute(select(Dossier.id).order_by(Dossier.id)).scalars().all()
        ):
            told = {"dossier_id": one, "seq": 1, "kind": "received", "actor_name": "", "facts": {}}
            when = at("Mon 2026-07-20 10:00") if serial % 2 else at("Tue 2026-07-21 10:00")
            session.execute(insert(DossierEvent), [told | {"occurred_at": when, "recorded_at": when}])
    client = enter(planted, "H50")
    known = f"{FORM}&known-on=20/7/2026"
    text = page(client, known)
    assert "Theo dữ liệu ghi nhận đến hết ngày 20/07/2026" in text
    workbook = client.get(known.replace("bieu-06", "bieu-06.xlsx")).data
    cells = [cell.value for row in openpyxl.load_workbook(io.BytesIO(workbook)).active for cell in row]
    assert any("theo dữ liệu ghi nhận đến hết ngày 20/07/2026" in str(value) for value in cells)
    links = sorted(set(NUMBERS.findall(text)))
    assert links
    assert links != sorted(set(NUMBERS.findall(page(client, FORM))))
    for address, number in Random(4).sample(links, 4):
        assert "known-on=2026-07-20" in address
        found = COUNT.search(page(client, address))
        assert found is not None
        assert found[1] == number, address


@ONE_ENGINE
def test_the_files_of_the_form_have_its_figures(planted: "Flask") -> None:
    client = enter(planted, "H50")
    text = page(client, FORM)
    foot = re.sub(r"<[^>]+>", " ", text[text.index("<tfoot>") : text.index("</tfoot>")]).split()
    numbers = [int(word.replace(".", "")) for word in foot if word.replace(".", "").isdigit()]
    assert len(numbers) == 11
    workbook = client.get(FORM.replace("bieu-06", "bieu-06.xlsx")).data
    sheet = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert next(row[2:] for row in rows if row[1] == "Tổng cộng") == numbers
    told = client.get(FORM.replace("bieu-06", "bieu-06.csv")).text.lstrip("\ufeff")
    assert [int(cell) for cell in list(csv.reader(io.StringIO(told)))[-1][2:]] == numbers
    assert client.get(FORM.replace("bieu-06", "bieu-06.pdf")).data.startswith(b"%PDF")
    page(client, FORM.replace("bieu-06", "bieu-06.doc"), 404)


# --- signed


def test_a_signed_report_is_printed_the_same_whatever_is_corrected(planted: "Flask") -> None:
    from tthc_tracker.extensions import database
    from tthc_tracker.models.dossier import Dossier

    head = enter(planted, "H50", "head_of_agency")
    report = sign(head)
    files = [
        f"{report}/bieu-06.{kind}?by={by}" for kind in ("pdf", "xlsx", "csv") for by in ("level", "agency")
    ]
    before = [head.get(file).data for file in files]
    text = page(head, report)
    links = sorted(
        set(re.findall(r'<a href="(/tong-hop/dieu-chinh\?[^"]+way=signed[^"]*)">([\d.]+)</a>', text))
    )
    assert len(links) > 20
    for address, number in Random(3).sample(links, 4):
        found = COUNT.search(page(head, address))
        assert found is not None
        assert found[1] == number, address
    assert "không thay đổi" in text
    assert "khớp bản lưu" in text
    with database.transaction() as session:
        running = select(Dossier.id).where(Dossier.closed_at.is_(None), Dossier.due_at.is_not(None))
        for one in session.execute(running.order_by(Dossier.id).limit(6)).scalars().all():
            when = at("Mon 2026-09-14 10:00")
            late = {"closed_at": when, "closed_on": when.date(), "finish_class": "late", "state": "finished"}
            session.execute(update(Dossier).where(Dossier.id == one).values(late))
    from tthc_tracker.web.reports import signed

    signed._restated._kept.clear()
    assert [head.get(file).data for file in files] == before
    text = page(head, report)
    assert re.search(r"điều chỉnh sau chốt: \+\d+ / −0", text)
    for address in re.findall(r'href="(/tong-hop/dieu-chinh\?[^"]+cell=late[^"]+)"', text):
        found = COUNT.search(page(head, address))
        assert found is not None
        assert found[1] != "0"


@ONE_ENGINE
def test_what_is_not_signed_row_by_row_is_not_offered_to_be(planted: "Flask") -> None:
    head = enter(planted, "H50", "head_of_agency")
    for by in ("channel", "month"):
        assert page(head, f"{SIGN}&by={by}").count("by=channel") == 0
    assert "by=channel" in page(head, FORM)
    assert "by=month" not in page(head, f"{FORM}&by=month")


def test_it_is_signed_once_however_often_the_form_is_sent(planted: "Flask") -> None:
    head = enter(planted, "H50", "head_of_agency")
    form = fields(page(head, SIGN))
    first, again = (head.post(SIGN, data=form) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    other = head.post(SIGN, data=form | {"submission_key": "f" * 32})
    assert other.status_code == 409
    assert "Số liệu đã thay đổi" in html.unescape(other.text)
    assert "Kỳ này đã chốt" in page(head, FORM)


@ONE_ENGINE
def test_it_is_opened_again_only_with_a_reason_and_stays(planted: "Flask") -> None:
    head = enter(planted, "H50", "head_of_agency")
    report = sign(head)
    refused = head.post(f"{report}/mo-chot", data={"reason": " "})
    assert refused.status_code == 422
    assert "Hãy ghi lý do mở chốt" in html.unescape(refused.text)
    long = "Sót hồ sơ " * 2000
    refused = head.post(f"{report}/mo-chot", data={"reason": long})
    assert refused.status_code == 422
    assert long.strip() in html.unescape(refused.text)  # what was typed is there, and to be seen
    assert '<details class="confirm" open>' in refused.text
    assert head.post(f"{report}/mo-chot", data={"reason": "Sót hồ sơ"}).status_code == 303
    assert head.post(f"{report}/mo-chot", data={"reason": "Sót hồ sơ"}).status_code == 409
    text = page(head, report)
    assert "Sót hồ sơ" in text
    second = sign(head)
    assert second != report
    listed = page(head, "/tong-hop/da-chot")
    assert listed.count("Đã mở chốt") == listed.count("Đang giữ") == 1


@ONE_ENGINE
def test_others_read_it_and_only_the_head_signs(planted: "Flask") -> None:
    report = sign(enter(planted, "H50", "head_of_agency"))
    controller = enter(planted, "H50")
    assert "Chốt số liệu" not in page(controller, FORM)
    page(controller, SIGN, 403)
    assert "bản đã chốt" in page(controller, report)
    below = enter(planted, "H50.20", "head_of_agency")
    page(below, report, 404)
    page(below, f"{SIGN}&agency=H50", 403)
    unfinished = page(below, "/tong-hop/chot?period=2199-12")
    assert "chưa kết thúc" in unfinished
    assert 'name="seen"' not in unfinished


# --- the working tables


@ONE_ENGINE
def test_every_working_table_opens_with_its_files_and_its_dossiers(planted: "Flask") -> None:
    from tthc_tracker.wording.workingforms import Working

    client = enter(planted, "H50")
    followed = 0
    for which in Working:
        address = f"/tong-hop/bang?bang={which.value}&{QUARTER}"
        text = page(client, address)
        assert text.count('aria-current="page"') >= 3
        assert ("tính theo hạn theo luật" in text) == which.by_due_date, "by which date, where there is one"
        for kind, begins in (("xlsx", b"PK"), ("csv", "\ufeffSTT".encode())):
            assert client.get(address.replace("bang?", f"bang.{kind}?")).data.startswith(begins), which
        links = NUMBERS.findall(text)
        for link, number in Random(which.value).sample(links, min(2, len(links))):
            found = COUNT.search(page(client, link))
            assert found is not None
            assert found[1] == number, link
            followed += 1
    assert followed > 6
    assert client.get(f"/tong-hop/bang.pdf?bang=progress&{QUARTER}").data.startswith(b"%PDF")


@ONE_ENGINE
def test_who_is_judged_by_name_is_for_those_who_lead_and_oversee(planted: "Flask") -> None:
    people = f"/tong-hop/bang?bang=people&{QUARTER}"
    page(enter(planted, "H50", "clerk"), people, 403)
    page(enter(planted, "H50", "clerk"), people.replace("bang?", "bang.csv?"), 403)
    assert "Đánh giá cán bộ" not in page(enter(planted, "H50", "officer"), f"/tong-hop/bang?{QUARTER}")
    assert "Đánh giá cán bộ" in page(enter(planted, "H50"), people)
