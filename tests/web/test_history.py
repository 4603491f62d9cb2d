"""The history as one reads it: what happened to one's dossiers, what was done outside them, by whom, when."""

import ast
import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.support import screens
from tests.support.databases import ENGINES
from tests.support.register import DAY, NOW, Register, lay_register
from tests.support.screens import Screen
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import database
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries import historylist
from tthc_tracker.queries.historylist import Narrowed
from tthc_tracker.services import audit
from tthc_tracker.wording.historylists import ACTIONS

LIST = "/nhat-ky"
DEEDS = "/nhat-ky/he-thong"
PRODUCT = Path(historylist.__file__).parents[1]
LONG_AGO = {"from": "2026-08-24", "to": "2026-11-23"}


@pytest.fixture(scope="module", params=ENGINES)
def laid(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Register]]:
    with screens.house(request.param, tmp_path_factory.mktemp("history")) as app:
        with database.transaction() as session:
            register = lay_register(session)
            assigned(session, register)
            desk = register.office.ward, register.office.other
            for agency, person in zip(desk, (register.office.clerk, register.office.stranger), strict=True):
                audit.note(
                    session, "day_handed_over", actor_id=person.user_id, now=NOW, object_type="agency",
                    object_id=agency, agency_id=agency, facts={"handed_over": 12, "refused": 0},
                )  # fmt: skip
            audit.note(session, "database_restored", actor_id=None, now=NOW)
        yield app, register


def assigned(session: Session, register: Register) -> None:
    """Three dossiers given to another unit by the clerk, two days ago."""
    clerk = register.office.clerk
    events = [
        {"dossier_id": row.id, "seq": 2, "kind": EventKind.ASSIGNED, "occurred_at": NOW - 3 * DAY,
         "recorded_at": NOW - 2 * DAY, "actor_id": clerk.user_id, "actor_name": clerk.name, "reason": "",
         "facts": {"unit": ["Phòng Hộ tịch", "Phòng Địa chính"]}}
        for row in register.rows[:3]
    ]  # fmt: skip
    session.execute(insert(DossierEvent), events)


@pytest.fixture
def controller(laid: tuple[Flask, Register]) -> Screen:
    return screens.before(laid[0], laid[1].office.controller)


def codes(page: str) -> list[str]:
    return re.findall(r'<a href="/ho-so/([^"]+)">', page)


def everything(screen: Screen, path: str) -> list[str]:
    """The rows of every page of a list, by their words."""
    found: list[str] = []
    while path:
        page = screen.get(path).text
        body = page.partition("kept-table")[2].partition("<tbody>")[2].partition("</tbody>")[0]
        found += [re.sub(r"<[^>]+>", " ", row) for row in body.split("<tr")[1:]]
        onward = re.search(r'href="([^"]*after=[^"]*)"', page)
        path = unescape(onward[1]) if onward else ""
    return found


def test_events_stand_newest_first_and_every_page_shows_others(controller: Screen) -> None:
    address = f"{LIST}?from={LONG_AGO['from']}&to={LONG_AGO['to']}"
    rows = everything(controller, address)
    with database.reading() as session:
        counted = historylist.count_events(session, Narrowed.of(LONG_AGO, NOW), EVERYTHING).number
        whole = historylist.events(session, Narrowed.of(LONG_AGO, NOW), EVERYTHING, size=2000).rows
    assert len(rows) == counted == len(whole) > 50
    moments = [row.recorded_at for row in whole]
    assert moments == sorted(moments, reverse=True)
    assert len({(row.dossier_id, row.seq) for row in whole}) == len(whole)


def test_a_stretch_is_a_week_unasked_and_never_longer_than_a_quarter() -> None:
    week = Narrowed.of({}, NOW)
    assert (week.last - week.first).days == 6
    assert week.last == NOW.date()
    quarter = Narrowed.of({"from": "2020-01-01"}, NOW)
    assert (quarter.last - quarter.first).days == 91
    assert str(quarter.first) == "2020-01-01"
    backwards = Narrowed.of({"from": "2026-11-10", "to": "2026-11-01"}, NOW)
    assert backwards.first <= backwards.last


def test_kind_and_person_narrow_it(controller: Screen, laid: tuple[Flask, Register]) -> None:
    stretch = f"from={LONG_AGO['from']}&to={LONG_AGO['to']}"
    of_kind = everything(controller, f"{LIST}?{stretch}&kind=assigned")
    assert len(of_kind) == 3
    assert all("Phòng, đơn vị: Phòng Hộ tịch → Phòng Địa chính" in row for row in of_kind)
    clerk = laid[1].office.clerk
    assert everything(controller, f"{LIST}?{stretch}&officer={clerk.user_id}") == of_kind
    assert clerk.name in of_kind[0]
    assert everything(controller, f"{LIST}?{stretch}&kind=cancelled&officer=1") == []


def test_who_oversees_one_agency_reads_of_that_one_alone(laid: tuple[Flask, Register]) -> None:
    office = laid[1].office
    with database.reading() as session:
        narrowed = Narrowed.of(LONG_AGO, NOW)
        ours = historylist.deeds(session, narrowed, office.clerk.scope).rows
        theirs = historylist.deeds(session, narrowed, office.stranger.scope).rows
        every = historylist.deeds(session, narrowed, EVERYTHING).rows
        seen = historylist.events(session, narrowed, office.stranger.scope, size=2000).rows
        whole = historylist.events(session, narrowed, EVERYTHING, size=2000).rows
    assert {row.agency for row in ours} == {"Phường Đông Hà"}
    assert {row.agency for row in theirs} == {"Xã Cam Lộ"}
    assert "database_restored" in {row.action for row in every}
    assert len(seen) < len(whole)


def test_what_was_done_outside_dossiers_is_told_in_words(controller: Screen) -> None:
    page = controller.get(f"{DEEDS}?kind=day_handed_over").text
    assert "Bàn giao cuối ngày" in page
    assert "đã bàn giao 12" in page
    assert "day_handed_over</" not in page.partition("<tbody>")[2]
    assert "data-href" not in page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_file_holds_what_the_screen_shows_and_leaves_its_reason(controller: Screen) -> None:
    stretch = f"from={LONG_AGO['from']}&to={LONG_AGO['to']}"
    answer = controller.post(
        f"/danh-sach/history/xuat?{stretch}&kind=assigned", {"form": "csv", "reason": "Đoàn kiểm tra"}
    )
    lines = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [line["Việc"] for line in lines] == ["Phân công"] * 3
    assert {line["Xảy ra lúc"] for line in lines} == {"14:00 20/11/2026"}
    assert "lý do Đoàn kiểm tra" in controller.get(f"{DEEDS}?kind=export_list").text


def test_nobody_but_who_may_see_the_audit_reads_it(laid: tuple[Flask, Register]) -> None:
    head = screens.before(laid[0], laid[1].office.head)
    assert head.get(LIST).status_code == 403
    assert head.get("/danh-sach/history/in").status_code == 403


def test_every_action_that_the_product_notes_has_words() -> None:
    noted = set().union(*map(noted_in, PRODUCT.rglob("*.py")))
    assert noted - set(ACTIONS) == set()
    assert len(noted) > 30


def noted_in(module: Path) -> set[str]:
    """The names that a module gives to what it notes: literals for `audit.note`, or for what calls it."""
    text = module.read_text(encoding="utf-8")
    if "audit" not in text:
        return set()
    nodes = list(ast.walk(ast.parse(text)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    named = [call for call in calls if ast.unparse(call.func) in {"audit.note", "_note", "_finish"}]
    literals = [
        next((part for part in call.args[:2] if isinstance(part, ast.Constant)), None) for call in named
    ]
    chosen = [one for one in nodes if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "action"]
    literals += [part for one in chosen for part in ast.walk(one.value) if isinstance(part, ast.Constant)]
    return {part.value for part in literals if part is not None and isinstance(part.value, str)}
