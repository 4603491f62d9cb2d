"""The rules of alerts on the screen: what holds, what a change would do, and the change."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tests.support.alarms import OVERDUE, Desk, standing
from tests.support.desk import open_office
from tests.support.moments import at
from tests.support.screens import House, Page, house
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.extensions import database
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alertforetelling, alertrules, alerts

WARD = "H50.19000"
STALLED = f"/quy-tac-canh-bao/{WARD}/stalled"
SOON = f"/quy-tac-canh-bao/{WARD}/due_soon"
OFF = "Tắt</span>"
TERMS = {
    "active": "1", "severity": "warning", "delivery": "digest", "audiences": ["officer"], "share": "20",
    "least_hours": "2", "most_days": "3",
}  # fmt: skip


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house("sqlite", tmp_path_factory.mktemp("rules")) as app:
        with database.transaction() as session:
            office = open_office(session)
            Desk(session, office).running()
        yield House(app, office)


def test_every_rule_stands_there_with_who_set_it(town: House) -> None:
    page = Page.of(town.before(town.office.controller).get("/quy-tac-canh-bao"))
    page.check()
    assert sum(link.startswith("/quy-tac-canh-bao/H50/") for link in page.links) == len(Rule)
    assert "mặc định của phần mềm" in page.words


def test_a_change_says_what_it_would_do_and_does_nothing_yet(town: House) -> None:
    screen = town.before(town.office.controller)
    looked = screen.post(SOON, TERMS | {"step": "look", "share": "100", "most_days": "30"})
    assert looked.status_code == 200
    page = Page.of(looked)
    page.check()
    assert "Đã xét cả 1 hồ sơ đang mở" in page.words
    assert page.forms[SOON]["share"] == "100"
    with database.reading() as session:
        assert (
            session.execute(select(AuditEntry).where(AuditEntry.action == "alert_rule_set")).first() is None
        )


def test_a_change_lists_every_dossier_that_it_touches(town: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alertforetelling, "MOST_ROWS", 1)
    due, late = at("Fri 2026-12-04 09:00"), at("Sat 2026-12-05 00:00")
    moments = {"due_at": due, "current_due_at": due, "overdue_from": late, "very_overdue_from": None}
    with database.transaction() as session:
        desk = Desk(session, town.office, after=1)
        for _ in range(2):
            desk.running(**moments, due_soon_from=due)
    screen = town.before(town.office.controller)
    wide = TERMS | {"share": "100", "most_days": "30"}
    looked = Page.of(screen.post(SOON, wide | {"step": "look"}))
    assert "2 hồ sơ sẽ có thêm cảnh báo" in looked.words
    assert "còn 1 hồ sơ nữa" in looked.words
    everything = Page.of(screen.post(SOON, wide | {"step": "list"}))
    everything.check()
    assert everything.words.count("Thêm cảnh báo") == 2
    assert "hồ sơ nữa" not in everything.words


def test_a_change_that_is_saved_holds_from_the_next_scan_and_stands_in_the_trail(town: House) -> None:
    screen = town.before(town.office.controller)
    off = {name: value for name, value in TERMS.items() if name != "active"}
    saved = screen.post(SOON, off | {"step": "save"})
    assert (saved.status_code, saved.location) == (303, f"/quy-tac-canh-bao?agency={WARD}")
    before = Page.of(screen.get(saved.location)).words
    assert "Quy tắc vừa đổi đang được áp dụng" in before
    with database.transaction() as session:
        while alertrules.spread_next(session, now=OVERDUE):
            session.flush()
        alerts.raise_due(session, Directory(session), now=OVERDUE)
    with database.reading() as session:
        assert [rule for rule, _ in standing(session)] == ["overdue"]
        entry = session.execute(select(AuditEntry).where(AuditEntry.action == "alert_rule_set")).scalar_one()
    assert (entry.object_id, entry.facts["old"], entry.facts["new"]["active"]) == (WARD, None, False)
    assert OFF in screen.get(saved.location).text
    screen.post(SOON, {"inherit": "1", "step": "save"})
    assert OFF not in screen.get(saved.location).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"share": "nhiều"}, "số nguyên", id="no number"),
        pytest.param({"share": "0"}, "ngoài khoảng", id="a number out of its bounds"),
        pytest.param({"audiences": []}, "người nhận", id="nobody"),
        pytest.param({"audiences": ["everybody"]}, "danh sách", id="somebody there is not"),
        pytest.param({"rung_hours": ["8"], "rung_audience": [""]}, "Mỗi bậc", id="half a rung"),
        pytest.param(
            {"rung_hours": ["9", "8"], "rung_audience": ["controller", "controller"]}, "tăng dần",
            id="rungs out of order",
        ),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_in_words_and_stays_typed(
    town: House, wrong: dict[str, object], said: str
) -> None:
    answer = town.before(town.office.controller).post(SOON, TERMS | wrong | {"step": "save"})
    page = Page.of(answer)
    assert answer.status_code == 422
    assert said in page.words
    assert page.forms[SOON]["most_days"] == "3"


def test_the_orders_of_the_leaders_cannot_be_switched_off(town: House) -> None:
    fields = {"severity": "serious", "delivery": "digest", "audiences": ["officer"], "step": "save"}
    answer = town.before(town.office.controller).post(f"/quy-tac-canh-bao/{WARD}/overdue", fields)
    assert answer.status_code == 422
    assert "không tắt được" in answer.text


def test_a_rule_or_an_agency_there_is_not_is_not_found(town: House) -> None:
    screen = town.before(town.office.controller)
    for path in (f"/quy-tac-canh-bao/{WARD}/moon", "/quy-tac-canh-bao/H99/stalled", STALLED + "x"):
        assert screen.get(path).status_code == 404
