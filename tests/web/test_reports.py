"""The summary on the screen: numbers that lead to their dossiers, scope, charts, and what the public sees."""

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.support.moments import at, on
from tests.support.statisticsdata import IDS, hand_on, plant

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

PASSWORD = "mot cau mat khau de thu"
QUARTER = "period=2026-Q3"
AFTER = at("Tue 2026-09-15 00:00")
NUMBERS = re.compile(r'<a href="(/tong-hop/ho-so\?[^"]+)">([\d.]+)</a>')
COUNT = re.compile(r" · (?:hơn )?([\d.]+) (?:hồ sơ|lượt nộp|lượt chuyển)<")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other: what is only read is planted once in each."""
    return str(request.param)


@pytest.fixture(scope="module")
def made(engine_kind: str, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[tuple[Flask, Path]]":
    import config
    from tests.support import databases
    from tests.support.servers import environment
    from tthc_tracker.app import create_app
    from tthc_tracker.extensions import database

    folder = tmp_path_factory.mktemp("planted")
    with databases.migrated(engine_kind, folder) as url:
        app = create_app(config.from_environment(environment(url, folder, url="https://localhost")))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PREFERRED_URL_SCHEME="https")
        _plant()
        yield app, folder
        database.dispose()


@pytest.fixture
def planted(made: "tuple[Flask, Path]") -> "Flask":
    """The application over dossiers that its tests only read. Another may have been bound meanwhile."""
    from tthc_tracker.extensions import database
    from tthc_tracker.services.trailkeys import NAME, Keyring

    app, folder = made
    url = app.config["SETTINGS"].database_url
    if str(database.engine.url.database) not in url:
        database.bind(url, keyring=Keyring(folder / NAME))
    return app


@pytest.fixture
def planted_anew(app: "Flask") -> "Flask":
    """For a test that writes, or asks what was reckoned before it."""
    _plant()
    return app


def _plant() -> None:
    from tthc_tracker.extensions import database

    with database.transaction() as session:
        plant(session, Random(11), 200, on("Fri 2026-05-01"), on("Mon 2026-09-14"), AFTER)


def enter(app: "Flask", agency: str, role: str = "controller") -> "FlaskClient":
    """Somebody with that role at an agency, hired with the first who asks, signed in."""
    from sqlalchemy import select

    from tthc_tracker.domain.permissions import Role
    from tthc_tracker.extensions import database
    from tthc_tracker.models.account import Membership, User
    from tthc_tracker.services.passwords import hash_password

    username = f"{role}.{agency}".lower()
    with database.transaction() as session:
        known = session.execute(select(User).where(User.username == username)).scalar_one_or_none()
        user = known or User(
            username=username,
            email=f"{role}.{agency}@example.invalid".lower(),
            full_name="Trần Thị Giám Sát",
            password_hash=hash_password(PASSWORD),
            created_at=AFTER,
        )
        if known is None:
            session.add(user)
            session.flush()
            session.add(Membership(user_id=user.id, role=Role(role), agency_id=IDS[agency]))
    client = visitor(app)
    client.post("/dang-nhap", data={"username": username, "password": PASSWORD})
    return client


def visitor(app: "Flask") -> "FlaskClient":
    """Nobody in particular, over https."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def _page(client: "FlaskClient", address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.text)


@pytest.mark.parametrize("by", ["level", "agency", "sector", "procedure", "month"])
def test_every_number_opens_as_many_dossiers(planted: "Flask", by: str) -> None:
    client = enter(planted, "H50")
    page = _page(client, f"/tong-hop?{QUARTER}&by={by}")
    links = sorted(set(NUMBERS.findall(page)))
    assert len(links) > 40
    for address, number in Random(by).sample(links, 12):
        found = COUNT.search(_page(client, address))
        assert found is not None
        assert found[1] == number, address
    assert "(3) ≠" not in page


def test_those_of_which_it_is_not_known_lead_to_their_dossiers_too(planted: "Flask") -> None:
    client = enter(planted, "H50")
    unknown = re.findall(r'không rõ <a href="([^"]+)">(\d+)</a>', _page(client, f"/tong-hop?{QUARTER}"))
    assert unknown
    for address, number in unknown:
        assert "cell=electronic_unknown" in address
        found = COUNT.search(_page(client, address))
        assert found is not None
        assert found[1] == number


def test_the_share_of_receptions_in_time_names_beside_it_those_that_wait_late(planted: "Flask") -> None:
    page = _page(enter(planted, "H50"), f"/tong-hop?{QUARTER}")
    total = "&key=&cell=reception_waiting_late"
    waiting_late = {number for address, number in NUMBERS.findall(page) if total in address}
    assert len(waiting_late) == 1
    assert f"còn chờ quá hạn: {waiting_late.pop()}" in page


def test_the_whole_list_comes_page_by_page_and_as_a_file(planted: "Flask") -> None:
    client = enter(planted, "H50")
    address, number = max(
        NUMBERS.findall(_page(client, f"/tong-hop?{QUARTER}")), key=lambda link: int(link[1].replace(".", ""))
    )
    codes: list[str] = []
    onward: str | None = address
    while onward:
        page = _page(client, onward)
        codes += re.findall(r"<a href=\"/ho-so/(H50-260101-\d+)\">", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        onward = following[1] if following else None
    assert len(codes) == len(set(codes)) == int(number)
    page = "counted_reception" if "cell=reception" in address else "counted"
    form = {"form": "csv", "reason": "Báo cáo"}
    file = client.post(address.replace("/tong-hop/ho-so?", f"/danh-sach/{page}/xuat?"), data=form).text
    rows = list(csv.DictReader(io.StringIO(file.lstrip("\ufeff"))))
    assert [row["Mã hồ sơ"] for row in rows] == codes
    assert {row["Chủ hồ sơ"] for row in rows} == {"Nguyễn V. A."}


def test_what_an_agency_passed_on_stands_in_both_notes_and_leads_to_the_same_dossiers(
    planted_anew: "Flask",
) -> None:
    from sqlalchemy import select

    from tthc_tracker.extensions import database
    from tthc_tracker.models.dossier import Dossier

    open_there = select(Dossier.id).where(
        Dossier.resolving_agency_id == IDS["H50.01"], Dossier.closed_at.is_(None),
        Dossier.due_at.is_not(None), Dossier.accepted_on < dt.date(2026, 8, 3),
    )  # fmt: skip
    with database.transaction() as session:
        passed_on = session.execute(open_there).scalars().all()
        for dossier_id in passed_on:
            hand_on(session, dossier_id, [(dt.date(2026, 8, 3), "H50.20")])
    client = enter(planted_anew, "H50")
    page = _page(client, f"/tong-hop?{QUARTER}&by=agency")
    memo = page[page.index('aria-label="Cột ghi chú"') :]
    memo = memo[: memo.index("</table>")]
    assert ">Chuyển đến</th>" in memo
    assert ">Chuyển đi</th>" in memo
    found = {}
    for address, number in NUMBERS.findall(memo):
        if "transferred" in address:
            shown = _page(client, address)
            which = address.split("key=")[1]
            found[which] = number, sorted(re.findall(r"<a href=\"/ho-so/(H50-260101-\d+)\">", shown))
            assert "Chuyển đ" in shown
    assert found.keys() == {
        "H50.01&cell=transferred_out", "H50.20&cell=transferred_in", "&cell=transferred_in",
        "&cell=transferred_out",
    }  # fmt: skip
    assert {number for number, _ in found.values()} == {str(len(passed_on))}
    assert len({tuple(codes) for _, codes in found.values()}) == 1


def test_nobody_counts_what_he_may_not_see(planted: "Flask") -> None:
    client = enter(planted, "H50.20")
    page = _page(client, f"/tong-hop?{QUARTER}&by=agency")
    statutory = page[page.index('class="data-table statutory"') : page.index("</table>")]
    assert "Cơ quan H50.20" in statutory
    assert "Cơ quan H50.01" not in statutory
    address = "/tong-hop/ho-so?from=2026-06-15&to=2026-09-14&by=agency&key=H50.01&cell=received"
    assert COUNT.search(_page(client, address))[1] == "0"


def test_entered_figures_stand_beside_the_reckoned_ones_and_say_so(planted_anew: "Flask") -> None:
    from decimal import Decimal

    from sqlalchemy import select

    from tthc_tracker.extensions import database
    from tthc_tracker.models.indicator import Indicator, IndicatorValue
    from tthc_tracker.queries.indicators import NETWORK_ENVIRONMENT

    start, end = dt.date(2026, 6, 15), dt.date(2026, 9, 14)
    with database.transaction() as session:
        shipped = select(Indicator.id).where(Indicator.code == NETWORK_ENVIRONMENT)
        network = session.execute(shipped).scalar_one()
        session.add(
            IndicatorValue(
                indicator_id=network, part="xa", period_start=start, period_end=end, value=Decimal(76),
                evidence="Báo cáo của phiên họp", entered_at=at("Tue 2026-09-15 09:00"),
            )
        )  # fmt: skip
    client = enter(planted_anew, "H50")
    page = _page(client, f"/tong-hop?{QUARTER}")
    assert "76,00 %" in page
    assert "Báo cáo của phiên họp" in page
    assert "Nhập tay" in page
    assert "Tính từ hồ sơ" in page
    assert "Nhập tay" not in _page(client, "/tong-hop?period=2026-Q2")


@pytest.mark.parametrize("name", ["dung-han", "theo-thang", "qua-han"])
def test_a_chart_is_the_same_until_its_numbers_change(planted: "Flask", name: str) -> None:
    client = enter(planted, "H50")
    address = f"/tong-hop/bieu-do/{name}.svg?{QUARTER}"
    first = client.get(address)
    assert first.mimetype == "image/svg+xml"
    assert first.text.startswith("<?xml")
    assert "private" in first.headers["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/tong-hop/bieu-do/khac.svg").status_code == 404


def test_every_chart_has_its_words_and_its_table(planted: "Flask") -> None:
    page = _page(enter(planted, "H50"), f"/tong-hop?{QUARTER}")
    assert page.count('<figure class="chart">') == page.count("Số liệu của biểu đồ") == 3
    assert re.findall(r'alt="([^"]*)" width="760"', page)
    assert 'alt=""' not in page[page.index('<figure class="chart">') :]


def test_a_period_stands_beside_the_one_before_the_same_a_year_earlier_and_the_target(
    planted: "Flask",
) -> None:
    client = enter(planted, "H50")
    page = _page(client, f"/tong-hop?{QUARTER}&by=agency")
    part = page[page.index('id="so-sanh"') :]
    whole = part[: part.index("</table>")]
    assert "Quý II/2026" in whole
    assert "Quý III/2025" in whole
    assert "không có số liệu" in whole, "nothing is known of the year before"
    assert re.search(r"[+−][\d.,]+ điểm, (tốt|kém) hơn", whole)
    assert re.search(r"[+−][\d.]+ \([+−][\d.,]+ %\), (tăng|giảm)", whole)
    assert re.search(r"chưa đạt, thấp hơn [\d,]+ điểm|>đạt", whole)
    links = [one for one in NUMBERS.findall(whole) if "from=2026-03-15&to=2026-06-14" in one[0]]
    assert len(links) > 6
    for address, number in Random(1).sample(links, 4):
        found = COUNT.search(_page(client, address))
        assert found is not None
        assert found[1] == number, address
    rows = part[part.index("từng hàng, so với kỳ khác</caption>") :]
    assert "Cơ quan H50.01" in rows[: rows.index("</table>")]


def test_a_period_that_runs_is_held_against_as_many_days(
    planted: "Flask", monkeypatch: pytest.MonkeyPatch
) -> None:
    from tthc_tracker import clock

    monkeypatch.setattr(clock, "now", lambda: at("Thu 2026-08-20 09:00"))
    page = _page(enter(planted, "H50"), f"/tong-hop?{QUARTER}")
    assert "Quý II/2026, 67 ngày đầu" in page
    assert "(67 ngày đầu kỳ)" in page
    assert "from=2026-03-15&to=2026-05-20" in page


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_cannot_be_read_in_the_address_is_the_current_quarter(planted: "Flask") -> None:
    client = enter(planted, "H50")
    usual = re.search(r"<h1>(.*?)</h1>", _page(client, "/tong-hop"))
    odd = re.search(r"<h1>(.*?)</h1>", _page(client, "/tong-hop?period=x&by=y&from=1&to=2&agency=%3C"))
    assert usual is not None
    assert odd is not None
    assert usual[1] == odd[1]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("period=2026-Q4", "Tổng hợp quý IV/2026"),
        ("period=2026-H1", "Tổng hợp 6 tháng đầu năm 2026"),
        ("period=2026", "Tổng hợp năm 2026"),
        ("period=2026-11", "Tổng hợp tháng 11/2026"),
        ("period=2026-W48", "Tổng hợp tuần 48/2026"),
        ("from=2026-06-15&to=2026-09-14", "Tổng hợp quý III/2026"),
        ("from=2026-06-15&to=2026-09-13", "Tổng hợp từ 15/06/2026 đến 13/09/2026"),
    ],
)
def test_a_period_is_called_by_its_name(planted: "Flask", query: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in _page(enter(planted, "H50"), f"/tong-hop?{query}")


def test_the_public_sees_rates_without_signing_in_and_no_small_cell(
    planted: "Flask", monkeypatch: pytest.MonkeyPatch
) -> None:
    from tthc_tracker import clock

    monkeypatch.setattr(clock, "now", lambda: at("Fri 2026-09-25 09:00"))
    answer = visitor(planted).get("/tong-hop/cong-khai")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert visitor(planted).get("/tong-hop/cong-khai", headers=known).status_code == 304
    assert len(answer.data) < 26_000  # with its styles under 60 KB
    page = html.unescape(answer.text)
    assert "Quý III/2026" in page
    assert "Cấp xã" in page
    assert "/tong-hop/ho-so" not in page
    parts = [(int(num), int(den)) for num, den in re.findall(r"<small>(\d+)/(\d+)</small>", page)]
    assert parts
    small = {1, 2, 3, 4}
    assert not any({num, den - num, den} & small for num, den in parts)
    assert "Quý IV/2026</h1>" in html.unescape(visitor(planted).get("/tong-hop/cong-khai?ky=nay").text)


@pytest.mark.parametrize("quarter", ["", "?ky=nay"])
def test_no_small_cell_can_be_told_by_subtraction_from_the_public_page(
    planted: "Flask", monkeypatch: pytest.MonkeyPatch, quarter: str
) -> None:
    """Agencies add up to their level, levels to the total: a row kept back never stands alone in its sum."""
    from tthc_tracker import clock

    monkeypatch.setattr(clock, "now", lambda: at("Fri 2026-09-25 09:00"))
    page = html.unescape(visitor(planted).get(f"/tong-hop/cong-khai{quarter}").text)
    levels, agencies = (_public_rows(part) for part in re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL))
    assert list(levels)[-1] == "Tổng cộng"
    assert len(agencies) > 3
    of = {"Cấp bộ": ["G01"], "Cấp tỉnh": ["H50", "H50.01", "H50.02"], "Cấp xã": ["H50.20"]}
    for column in range(3):
        for level, codes in of.items():
            below = [row[column] for code in codes if (row := agencies.get(f"Cơ quan {code}"))]
            if level in levels and levels[level][column] != "ít":
                assert below.count("ít") != 1, (level, column)
        if any(shown[column] == "ít" for name, shown in levels.items() if name != "Tổng cộng"):
            assert levels["Tổng cộng"][column] == "ít", column
    assert "ít" in {cell for shown in agencies.values() for cell in shown}


def _public_rows(table: str) -> dict[str, list[str]]:
    """Each row's cells: `ít`, `–`, or the two parts of the rate."""
    found = {}
    for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL):
        name = re.sub(r"<[^>]+>", "", row.split("</th>")[0]).strip()
        cells = [re.sub(r"<[^>]+>", "", one).strip() for one in row.split("</th>")[1].split("</td>")[:-1]]
        found[name] = cells
    return found


def test_the_rest_is_closed_to_the_public(planted: "Flask") -> None:
    for address in ("/tong-hop", "/tong-hop/ho-so", "/tong-hop/bieu-do/qua-han.svg"):
        assert visitor(planted).get(address).status_code == 302


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_table_is_reckoned_once_a_minute_and_again_when_asked(
    planted_anew: "Flask", monkeypatch: pytest.MonkeyPatch
) -> None:
    from tthc_tracker.queries import statistics

    client, reckoned, real = enter(planted_anew, "H50"), [], statistics.statutory

    def counting(*arguments: object) -> object:
        reckoned.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(statistics, "statutory", counting)
    for address in ("/tong-hop?by=sector", "/tong-hop?by=sector", "/tong-hop?by=sector&moi=1"):
        _page(client, address)
    asked = max(each[1].start for each in reckoned)  # others are those that it is held against
    assert len([each for each in reckoned if (each[1].by, each[1].start) == ("sector", asked)]) == 2


def test_by_the_second_date_the_page_and_the_lists_behind_its_numbers_say_so(planted: "Flask") -> None:
    client = enter(planted, "H50")
    lawful, second = (client.get(f"/tong-hop?{QUARTER}{date}").text for date in ("", "&date=reappointed"))
    assert "ngay-hen-lai" not in lawful
    assert "Bảng này tính theo ngày hẹn lại" in second
    assert ("không tính hẹn lại" in lawful, "không tính hẹn lại" in second) == (True, False)
    assert "date=reappointed" in second, "the other periods and groupings keep the choice"
    of_level = re.compile(r"/tong-hop/ho-so[^\"]+&by=level&[^\"]+")
    behind = [{*of_level.findall(html.unescape(page))} for page in (lawful, second)]
    assert all("date=" not in url for url in behind[0])
    assert sum("&date=reappointed&key" in url for url in behind[1]) > 20
