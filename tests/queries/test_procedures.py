"""Procedures found by what a clerk types."""

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from tests.support.moments import on
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.folding import fold
from tthc_tracker.models.procedure import (
    Procedure,
    ProcedureComponent,
    ProcedureLimit,
    ProcedureVersion,
    Sector,
)
from tthc_tracker.queries.procedures import by_code, papers_of, resolve, search
from tthc_tracker.services.revisions import raise_revision

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TODAY = on("Mon 2026-11-23")
PROCEDURES = (
    ("1.001193", "Đăng ký khai sinh", "xa"),
    ("1.004884", "Đăng ký lại khai sinh", "xa"),
    ("2.000635", "Cấp bản sao trích lục hộ tịch", "tinh;xa"),
    ("1.012753", "Đăng ký biến động đất đai tại cấp xã", "tinh"),
    ("1.012754", "Đăng ký biến động đất đai", "tinh"),
)


@pytest.fixture
def catalogue(write: "Session") -> "Session":
    for table in (ProcedureComponent, ProcedureLimit, ProcedureVersion, Procedure):
        write.execute(delete(table))
    sector = Sector(code="thu", name="Tư pháp", name_folded="tu phap")
    write.add(sector)
    write.flush()
    for code, name, levels in PROCEDURES:
        add(write, sector, code, name, levels)
    raise_revision(write, "catalogue")
    write.flush()
    return write


def add(session: "Session", sector: Sector, code: str, name: str, levels: str) -> None:
    procedure = Procedure(code=code)
    session.add(procedure)
    session.flush()
    version = ProcedureVersion(
        procedure_id=procedure.id, full_code=code, name=name, search_text=f"{code} {fold(name)}",
        sector_id=sector.id, levels=levels, valid_from=dt.date(2020, 1, 1),
    )  # fmt: skip
    session.add(version)
    session.flush()
    session.add(ProcedureComponent(version_id=version.id, position=1, name=f"Tờ khai {code}", originals=1))


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        pytest.param("khai sinh", ["1.001193", "1.004884"], id="words without marks"),
        pytest.param("Khai Sinh", ["1.001193", "1.004884"], id="in any case"),
        pytest.param("sinh lai", ["1.004884"], id="words in any order"),
        pytest.param("dang ky khai", ["1.001193", "1.004884"], id="names that begin so first"),
        pytest.param("1.0127", ["1.012753", "1.012754"], id="the beginning of a code"),
        pytest.param("000635", ["2.000635"], id="the middle of a code"),
        pytest.param("đất đai", ["1.012753", "1.012754"], id="with marks and đ"),
        pytest.param("tu phap sao", ["2.000635"], id="a word of the sector"),
        pytest.param("bien dong dat dai cap xa", ["1.012753"], id="many words"),
        pytest.param("khong co gi", [], id="nothing fits"),
        pytest.param("  ", [], id="nothing typed"),
        pytest.param("%", [], id="a sign that is no wildcard"),
    ],
)
def test_a_part_of_name_or_code_finds(catalogue: "Session", typed: str, codes: list[str]) -> None:
    assert [choice.code for choice in search(catalogue, typed, TODAY)] == codes


def test_the_desks_level_comes_first(catalogue: "Session") -> None:
    ward = [choice.code for choice in search(catalogue, "dang ky", TODAY, level=Level.XA)]
    province = [choice.code for choice in search(catalogue, "dang ky", TODAY, level=Level.TINH)]
    assert ward[:2] == ["1.001193", "1.004884"]
    assert set(province[:2]) == {"1.012753", "1.012754"}


def test_the_version_is_that_of_the_day(catalogue: "Session") -> None:
    old = by_code(catalogue, "1.001193", TODAY)
    assert old is not None
    catalogue.get_one(ProcedureVersion, old.version_id).valid_to = TODAY
    catalogue.add(
        ProcedureVersion(
            procedure_id=old.procedure_id, full_code="1.001193", name="Đăng ký khai sinh (mới)",
            search_text="1.001193 dang ky khai sinh (moi)", sector_id=old.sector_id, levels="xa",
            valid_from=TODAY + dt.timedelta(days=1),
        )
    )  # fmt: skip
    raise_revision(catalogue, "catalogue")
    today = by_code(catalogue, "1.001193.000.00.00.H50", TODAY)
    tomorrow = by_code(catalogue, "1.001193", TODAY + dt.timedelta(days=1))
    assert today is not None
    assert tomorrow is not None
    assert (today.version_id, today.name) == (old.version_id, "Đăng ký khai sinh")
    assert tomorrow.name == "Đăng ký khai sinh (mới)"
    assert by_code(catalogue, "1.001193", on("Tue 2019-12-31")) is None


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        pytest.param("1.001193", ["1.001193"], id="a code"),
        pytest.param("Đăng ký lại khai sinh (1.004884)", ["1.004884"], id="what the list puts in the field"),
        pytest.param("đăng ký khai sinh", ["1.001193"], id="a full name, of which others hold the words"),
        pytest.param("9.999999", [], id="a code that is none"),
        pytest.param("khai sinh", ["1.001193", "1.004884"], id="words that several hold"),
    ],
)
def test_a_text_nobody_chose_is_resolved(catalogue: "Session", typed: str, codes: list[str]) -> None:
    assert [choice.code for choice in resolve(catalogue, typed, TODAY)] == codes


def test_papers_come_in_their_order(catalogue: "Session") -> None:
    choice = by_code(catalogue, "1.001193", TODAY)
    assert choice is not None
    assert [paper.name for paper in papers_of(catalogue, choice.version_id)] == ["Tờ khai 1.001193"]
