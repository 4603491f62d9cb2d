"""The pages of the session: the board, entering with evidence, conclusions, the report, sentences to copy."""

import html
import re
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.support.desk import new_key
from tests.support.moments import at, on
from tests.support.statisticsdata import plant
from tests.web.test_reports import enter
from tthc_tracker.domain.periods import quarter
from tthc_tracker.extensions import database
from tthc_tracker.models.indicator import Indicator, IndicatorValue
from tthc_tracker.services import catalogue

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

AFTER = at("Tue 2026-09-15 00:00")
THIRD = "period=2026-Q3"
COPIED = re.compile(r'data-copy="([^"]+)"')


@pytest.fixture
def planted(app: "Flask") -> "Flask":
    with database.transaction() as session:
        catalogue.seed_reference(session, AFTER)
        plant(session, Random(11), 120, on("Fri 2026-05-01"), on("Mon 2026-09-14"), AFTER)
    return app


def page(client: "FlaskClient", address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.text)


def copied(client: "FlaskClient", address: str) -> list[str]:
    answer = client.get(address)
    return [html.unescape(one) for one in COPIED.findall(answer.text)]


def added(client: "FlaskClient") -> str:
    """An indicator of the province; its address."""
    form = {
        "submission_key": new_key(), "name": "Cán bộ được bồi dưỡng", "measure": "percent",
        "direction": "higher", "owner": "H50", "due_days": "5",
    }  # fmt: skip
    answer = client.post(f"/chi-tieu?{THIRD}", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).partition("?")[0]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_figure_goes_from_the_form_to_the_board_and_into_one_sentence(planted: "Flask") -> None:
    client = enter(planted, "H50")
    address = added(client)
    target = {"submission_key": new_key(), "part": "", "value": "95", "basis": "Kế hoạch 5/KH"}
    assert client.post(f"{address}/muc-giao?{THIRD}", data=target).status_code == 303
    figure = {"submission_key": new_key(), "part": "", "num": "488", "den": "500", "evidence": "Báo cáo 7/BC"}
    assert client.post(f"{address}/so-lieu?{THIRD}", data=figure).status_code == 303
    board = page(client, f"/chi-tieu?{THIRD}")
    assert "97,60 %" in board
    assert "488/500" in board
    assert (
        "Quý III/2026 (từ 15/06/2026 đến 14/09/2026): Cán bộ được bồi dưỡng đạt 97,60 % (488/500); "
        "mức giao 95,00 %: vượt." in copied(client, f"/chi-tieu?{THIRD}")
    )
    again = figure | {"submission_key": new_key(), "num": "489"}
    refused = client.post(f"{address}/so-lieu?{THIRD}", data=again)
    assert refused.status_code == 422
    assert "vì sao sửa" in html.unescape(refused.text)
    assert 'value="489"' in refused.text, "what was typed stays"
    chart = client.get(f"{address}/bieu-do.svg?{THIRD}")
    assert (chart.status_code, chart.mimetype) == (200, "image/svg+xml")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_numbers_are_read_as_they_are_typed_here(planted: "Flask") -> None:
    client = enter(planted, "H50")
    address = added(client)

    def sent(value: str) -> int:
        form = {
            "submission_key": new_key(), "part": "", "value": value, "evidence": "Báo cáo", "reason": "Sửa"
        }  # fmt: skip
        return int(client.post(f"{address}/so-lieu?{THIRD}", data=form).status_code)

    assert [sent(one) for one in ("97,6", "97.6", "97 %", "nhiều", "1.000")] == [303, 303, 303, 422, 422]
    assert page(client, f"{address}?{THIRD}").count("Đã được sửa") == 2


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_computed_is_of_the_readers_own_scope(planted: "Flask") -> None:
    everybody, commune = (enter(planted, code) for code in ("H50", "H50.20"))
    of_all = page(everybody, f"/chi-tieu/online?{THIRD}")
    own = page(commune, f"/chi-tieu/online?{THIRD}")
    assert "Cơ quan H50.01" in of_all
    assert "Cơ quan H50.20" in own
    assert "Cơ quan H50.01" not in own


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_computed_now_keeps_the_figures_that_were_entered_before(planted: "Flask") -> None:
    second, of = quarter(2026, 2), select(Indicator.id).where(Indicator.code == "results")
    with database.transaction() as session:
        entered = IndicatorValue(
            indicator_id=session.execute(of).scalar_one(), part="", period_start=second.start,
            period_end=second.end, value=Decimal("55.5"), evidence="Báo cáo 9/BC", entered_at=AFTER,
        )  # fmt: skip
        session.add(entered)
    client = enter(planted, "H50")
    before = page(client, "/chi-tieu/results?period=2026-Q2")
    assert "55,50 %" in before
    assert "Báo cáo 9/BC" in before
    assert re.search(r"\d+/\d+", page(client, f"/chi-tieu/results?{THIRD}"))
    form = {"submission_key": new_key(), "part": "", "value": "60", "evidence": "Báo cáo"}
    assert client.post(f"/chi-tieu/results/so-lieu?{THIRD}", data=form).status_code in {403, 409, 422}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_another_agencys_indicator_is_shown_without_what_only_its_own_may_set(planted: "Flask") -> None:
    province, commune = enter(planted, "H50"), enter(planted, "H50.20")
    address = added(province)
    assert "Giao mức từ" in page(province, f"{address}?{THIRD}")
    shown = page(commune, f"{address}?{THIRD}")
    assert "Giao mức từ" not in shown
    assert "số của riêng cơ quan mình" in shown
    whole = {"submission_key": new_key(), "part": "", "value": "90", "evidence": "Báo cáo"}
    assert commune.post(f"{address}/so-lieu?{THIRD}", data=whole).status_code == 403
    own = whole | {"submission_key": new_key(), "agency": "H50.20"}
    assert commune.post(f"{address}/so-lieu?{THIRD}", data=own).status_code == 303


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_conclusion_is_noted_and_carried_out_on_the_pages(planted: "Flask") -> None:
    client = enter(planted, "H50")
    form = {
        "submission_key": new_key(), "held_on": "20/9/2026", "words": "Xử lý hết", "owner": "H50.20",
        "due_on": "20/10/2026",
    }  # fmt: skip
    assert client.post(f"/phien-hop/ket-luan?{THIRD}", data=form | {"due_on": "1/9/2026"}).status_code == 422
    assert client.post(f"/phien-hop/ket-luan?{THIRD}", data=form).status_code == 303
    listed = client.get(f"/phien-hop?{THIRD}").text
    (address,) = re.findall(r'href="(/phien-hop/ket-luan/\d+)"', listed)
    stale = {"version": "9", "done_on": "1/10/2026", "note": "Báo cáo 9/BC"}
    assert client.post(f"{address}/xong", data=stale).status_code == 409
    assert client.post(f"{address}/xong", data=stale | {"version": "1"}).status_code == 303
    assert "Xong đúng hạn" in page(client, address)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_a_portal_shows_stands_beside_each_rule(planted: "Flask") -> None:
    client = enter(planted, "H50")
    form = {
        "submission_key": new_key(), "agency": "H50", "publisher": "Cổng quốc gia", "value": "12,34",
        "seen_on": "15/9/2026",
    }  # fmt: skip
    assert client.post(f"/chi-tieu/so-cong-bo?{THIRD}", data=form).status_code == 303
    shown = page(client, f"/chi-tieu/so-cong-bo?{THIRD}")
    assert "Gần nhất khi tính theo" in shown
    assert shown.count("Của ta, theo") == 4
    assert all(re.search(r"\(\d[\d.]*/\d", one) for one in copied(client, f"/chi-tieu/so-cong-bo?{THIRD}"))


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_report_is_taken_as_a_document_and_that_is_noted(planted: "Flask") -> None:
    client = enter(planted, "H50")
    answer = client.get(f"/phien-hop/bao-cao.docx?{THIRD}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
    assert 'filename="bao-cao-phien-hop-2026-Q3.docx"' in answer.headers["Content-Disposition"]
    assert client.get(f"/phien-hop/bao-cao.xlsx?{THIRD}").status_code == 404
    assert "Lập báo cáo phiên họp" in page(client, "/nhat-ky/he-thong")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_number_on_top_of_the_summary_copies_as_a_sentence_with_its_parts(planted: "Flask") -> None:
    told = copied(enter(planted, "H50"), f"/tong-hop?{THIRD}")
    start = "Quý III/2026 (từ 15/06/2026 đến 14/09/2026)"
    assert all(one.startswith(start) for one in told)
    (on_time,) = (one for one in told if "tỷ lệ giải quyết trước và đúng hạn" in one)
    assert re.search(r" \d+,\d\d % \(\d[\d.]*/\d[\d.]*\)\.$", on_time)
    rows = [one for one in told if "Tổng cộng: trước và đúng hạn" in one]
    assert len(rows) == 1


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_each_number_of_what_is_computed_opens_as_many(planted: "Flask") -> None:
    client = enter(planted, "H50")
    board = page(client, f"/chi-tieu?{THIRD}")
    opened = re.findall(
        r'<a href="([^"]+)" aria-label="([0-9.]+)(?: phản ánh)?, [^"]+: mở danh sách">', board
    )
    assert len(opened) > 12
    for address, told in opened:
        found = re.search(
            r"([0-9.]+) (?:hồ sơ|phản ánh|lượt nộp)\b", page(client, address).partition("<main")[2]
        )
        assert found is not None, address
        assert found[1] == told, address
