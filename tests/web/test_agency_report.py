"""An agency on a page: every number leads to exactly its dossiers, in few queries; the ranking is fair."""

import html
import re
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.support.moments import at, on
from tests.support.screens import counted
from tests.support.statisticsdata import plant
from tests.web.test_reports import COUNT, QUARTER, enter, made, planted, visitor

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["made", "planted"]  # fixtures

AGENCY = f"/tong-hop/don-vi/H50?{QUARTER}"
LINKS = re.compile(r'<a href="(/tong-hop/ho-so\?[^"]+)">([\d.]+)</a>')
CHARTS = (
    "dung-han", "theo-thang", "qua-han", "theo-cap", "thoi-gian", "cham-tiep-nhan", "co-quan-thang",
    "hai-nam",
)  # fmt: skip
QUERIES = 47  # here all dossiers wait to be added to the facts, and are counted singly


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other: what is only read is planted once in each."""
    return str(request.param)


def _page(app: "Flask", address: str, agency: str = "H50") -> str:
    answer = enter(app, agency).get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.text)


def _opens_as_many(app: "Flask", links: list[tuple[str, str]], some: int) -> None:
    client = enter(app, "H50")
    for address, number in Random(7).sample(sorted(set(links)), some):
        page = html.unescape(client.get(address).text)
        found = COUNT.search(page)
        assert found is not None, address
        assert found[1] == number, address


def test_every_number_of_an_agency_opens_as_many_dossiers(planted: "Flask") -> None:
    links = LINKS.findall(_page(planted, AGENCY))
    assert len({address for address, _ in links if "portion=age." in address}) > 2
    assert len({address for address, _ in links if "portion=used." in address}) > 3
    assert any("portion=source." in address for address, _ in links)
    assert any("cell=measured" in address and "key=1.00" in address for address, _ in links)
    assert any("cell=late_unapologised" in address for address, _ in links)
    _opens_as_many(planted, links, 14)
    portions = [link for link in links if "portion=" in link[0]]
    _opens_as_many(planted, portions, 6)


@pytest.mark.parametrize("name", CHARTS)
def test_every_number_beside_a_chart_opens_as_many_dossiers(planted: "Flask", name: str) -> None:
    page = _page(planted, f"/tong-hop/bieu-do/{name}?{QUARTER}")
    links = LINKS.findall(page)
    if name == "co-quan-thang":  # a field says its rate and both its parts; behind it are the resolved
        fields = re.findall(r'<a href="(/tong-hop/ho-so\?[^"]+)">[\d.]+ % \([\d.]+/([\d.]+)\)</a>', page)
        assert fields
        links = fields
    assert len(links) > 3
    _opens_as_many(planted, links, 4)


def test_where_there_is_nothing_to_draw_words_stand_in_the_place_of_zeros(planted: "Flask") -> None:
    before = "from=2019-06-15&to=2019-09-14"
    for name in CHARTS:
        page = _page(planted, f"/tong-hop/bieu-do/{name}?{before}")
        assert "Không có hồ sơ" in page.partition('class="empty-state"')[2], name
        assert f"{name}.svg" not in page, name
    of_agency = _page(planted, f"/tong-hop/don-vi/H50?{before}")
    assert "có kết quả trong kỳ mà so được với thời hạn" in of_agency
    assert "thoi-gian.svg" not in of_agency


def test_every_number_of_a_unit_opens_as_many_dossiers_and_its_rows_come_to_its_agencys(
    planted: "Flask",
) -> None:
    whole = _page(planted, f"/tong-hop/don-vi/H50.01?{QUARTER}")
    assert '<a href="/tong-hop/don-vi/H50.01/P1?period=2026-Q3">' in whole
    page = _page(planted, f"/tong-hop/don-vi/H50.01/P1?{QUARTER}")
    links = LINKS.findall(page)
    measured = [(address, int(number)) for address, number in links if "cell=measured" in address]
    procedures = [one for one in measured if "by=procedure" in one[0]]
    bands = [one for one in measured if "portion=used." in one[0]]
    assert procedures
    assert sum(number for _, number in procedures) == sum(number for _, number in bands)
    for kind in ("portion=age.", "cell=reception_due", "cell=late_unapologised", "cell=in_time"):
        assert any(kind in address for address, _ in links), kind
    assert all("unit=H50.01%2FP1" in address or "key=H50.01%2FP1" in address for address, _ in links)
    _opens_as_many(planted, links, 14)


def test_a_unit_of_nowhere_or_of_another_scope_has_no_page(planted: "Flask") -> None:
    client = enter(planted, "H50.20")
    assert client.get(f"/tong-hop/don-vi/H50.20/P1?{QUARTER}").status_code == 200
    for path in ("H50.01/P1", "H50.20/P2", "H99/P1"):
        assert client.get(f"/tong-hop/don-vi/{path}?{QUARTER}").status_code == 404, path


def test_a_chart_of_a_unit_says_whose_it_is_and_draws_its_dossiers(planted: "Flask") -> None:
    asked = f"{QUARTER}&agency=H50.01&unit=H50.01/P1"
    for name in ("dung-han", "theo-thang", "co-quan-thang"):
        page = _page(planted, f"/tong-hop/bieu-do/{name}?{asked}")
        assert "Phòng Một, Cơ quan H50.01" in page
    links = LINKS.findall(_page(planted, f"/tong-hop/bieu-do/dung-han?{asked}"))
    assert links
    _opens_as_many(planted, links, 2)


def test_the_bands_of_an_age_and_of_a_limit_come_to_the_whole(planted: "Flask") -> None:
    ages = LINKS.findall(_page(planted, f"/tong-hop/bieu-do/qua-han?{QUARTER}"))
    whole = next(
        int(number) for address, number in LINKS.findall(_page(planted, f"/tong-hop?{QUARTER}"))
        if address.endswith("&key=&cell=open_overdue")
    )  # fmt: skip
    assert sum(int(number) for address, number in ages if "portion=age." in address) == whole


def test_an_agency_outside_ones_scope_has_no_page(planted: "Flask") -> None:
    client = enter(planted, "H50.20")
    assert client.get(f"/tong-hop/don-vi/H50.20?{QUARTER}").status_code == 200
    for code in ("H50.01", "G01", "H99"):
        assert client.get(f"/tong-hop/don-vi/{code}?{QUARTER}").status_code == 404


def test_the_page_costs_the_same_few_queries_whatever_there_is(planted: "Flask") -> None:
    client = enter(planted, "H50")
    client.get(f"{AGENCY}&by=sector")
    for period in ("2026-Q3", "2024-Q1"):
        with counted() as statements:
            assert client.get(f"/tong-hop/don-vi/H50?period={period}").status_code == 200
        assert len(statements) <= QUERIES, "\n".join(statements)


def test_a_list_of_a_portion_says_which(planted: "Flask") -> None:
    days = "from=2026-06-15&to=2026-09-14&by=agency"
    for part, words in (
        ("cell=open_overdue&portion=age.1", "quá hạn 6 – 10 ngày"),
        ("cell=measured&portion=used.5", "dùng trên 150 % thời hạn"),
        ("cell=reception_due&portion=source.desk", "nguồn "),
        ("cell=measured&portion=desk.H50.01", "có lúc nằm ở một cửa Cơ quan H50.01"),
        ("cell=measured&portion=applicant", "có lúc tạm dừng chờ người nộp"),
    ):
        assert words in _page(planted, f"/tong-hop/ho-so?{days}&{part}"), part
    odd = _page(planted, f"/tong-hop/ho-so?{days}&cell=open_overdue&portion=age.77")
    assert "quá hạn 6" not in odd


def test_nobody_with_few_dossiers_is_ranked(planted: "Flask") -> None:
    page = _page(planted, f"/tong-hop/xep-hang?{QUARTER}")
    assert "Chưa có cơ quan nào đủ hồ sơ để xếp hạng" in page
    few = page[page.index("Chưa đủ hồ sơ để xếp hạng</h2>") :]
    assert max(int(den) for den in re.findall(r'cell=resolved">(\d+)</a>\)', few)) < 30


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_chart_comes_as_svg_and_as_png_and_as_nothing_else(planted: "Flask") -> None:
    client = enter(planted, "H50")
    for name in CHARTS:
        assert client.get(f"/tong-hop/bieu-do/{name}.svg?{QUARTER}").text.startswith("<?xml"), name
    png = client.get(f"/tong-hop/bieu-do/theo-cap.png?{QUARTER}")
    assert (png.mimetype, png.data[:4]) == ("image/png", b"\x89PNG")
    assert client.get(f"/tong-hop/bieu-do/theo-cap.gif?{QUARTER}").status_code == 404
    assert client.get(f"/tong-hop/bieu-do/khac?{QUARTER}").status_code == 404


def test_the_ranking_reads_itself_out_and_the_public_sees_the_first_and_never_the_last(
    app: "Flask", monkeypatch: pytest.MonkeyPatch
) -> None:
    from tthc_tracker import clock
    from tthc_tracker.domain.performance import rank
    from tthc_tracker.domain.permissions import EVERYTHING
    from tthc_tracker.extensions import database
    from tthc_tracker.queries import statistics
    from tthc_tracker.queries.statisticscells import By, Question

    now = at("Fri 2026-09-25 09:00")
    monkeypatch.setattr(clock, "now", lambda: now)
    with database.transaction() as session:
        plant(session, Random(11), 900, on("Fri 2026-05-01"), on("Mon 2026-09-14"), now)
        question = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.AGENCY, EVERYTHING)
        rows = statistics.statutory(session, question, now).rows
    ranked = rank({line.label: (line.row.early + line.row.on_time, line.row.resolved) for line in rows})
    assert len(ranked) == 5
    whole = _page(app, f"/tong-hop/xep-hang?{QUARTER}")
    assert "Chỉ xếp hạng cơ quan có từ 30 hồ sơ" in whole
    assert "Đọc dòng đầu:" in whole
    parts = [int(den) for den in re.findall(r'cell=resolved">(\d+)</a>\)', whole)]
    assert sorted(parts) == sorted(one.rate.den for one in ranked if one.key != "Cơ quan G01")
    assert len(re.findall(r"từ [\d,]+ % đến [\d,]+ %", whole)) == len(parts) + 1
    page = html.unescape(visitor(app).get("/tong-hop/cong-khai").text)
    top = re.search(r'<ol class="public-top">(.*?)</ol>', page)
    assert top is not None
    assert re.findall(r'<li value="\d+">(.*?):', top[1]) == [one.key for one in ranked[:2]]
