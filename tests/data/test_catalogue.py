"""Agencies, successions, procedures and their papers hang together."""

import re
from collections import Counter, defaultdict

import pytest

from tests.data.shipped import rows

TODAY = rows("agencies/quang_tri.csv")
HISTORY = rows("agencies/history.csv")
AGENCIES = {row["code"]: row for row in TODAY + HISTORY}
SUCCESSIONS = [(row["predecessor"], row["successor"]) for row in rows("agencies/successions.csv")]
HEIRS = defaultdict(set)
for _old, _new in SUCCESSIONS:
    HEIRS[_old].add(_new)
PROCEDURES = {row["code"]: row for row in rows("procedures/procedures.csv")}


def _of(level: str, prefix: str) -> list[str]:
    return [row["code"] for row in HISTORY if row["level"] == level and row["code"].startswith(prefix)]


def test_agency_codes_are_unique_and_can_stand_in_a_dossier_code() -> None:
    assert len(AGENCIES) == len(TODAY) + len(HISTORY)
    assert not [code for code in AGENCIES if not re.fullmatch(r"H(46|50)(\.[0-9]{1,5})*", code)]


def test_parents_exist_in_the_file_or_in_the_one_loaded_before() -> None:
    known: set[str] = set()
    for file in (TODAY, HISTORY):
        known |= {row["code"] for row in file}
        assert not [row["code"] for row in file if row["parent"] and row["parent"] not in known]


@pytest.mark.parametrize("last", ["H46", "H50"])
def test_every_agency_leads_up_to_a_province_without_going_round(last: str) -> None:
    for code in [code for code in AGENCIES if code.startswith(last)]:
        steps, at = 0, code
        while AGENCIES[at]["parent"]:
            at, steps = AGENCIES[at]["parent"], steps + 1
            assert steps <= 3
        assert at == last


def test_quang_tri_has_69_communes_8_wards_and_an_island() -> None:
    communes = [row["name"].split()[4:5] for row in TODAY if row["level"] == "xa"]
    assert Counter(kind[0] for kind in communes) == {"xã": 69, "phường": 8, "đặc": 1}


def test_the_old_provinces_had_8_districts_with_145_and_10_with_119_communes() -> None:
    assert [len(_of("huyen", "H46.")), len(_of("xa", "H46."))] == [8, 145]
    assert [len(_of("huyen", "H50.")), len(_of("xa", "H50."))] == [10, 119]


def test_what_is_history_ended_on_30_6_2025_and_what_is_there_has_no_end() -> None:
    assert {row["active_to"] for row in HISTORY} == {"2025-06-30"}
    assert {row["active_to"] for row in TODAY} == {""}
    assert {row["active_from"] for row in TODAY if row["level"] == "xa"} == {"2025-07-01"}


def test_everything_closed_has_an_heir_that_is_there_today() -> None:
    today = {row["code"] for row in TODAY}
    assert set(HEIRS) == {row["code"] for row in HISTORY}
    assert {heir for heirs in HEIRS.values() for heir in heirs} <= today


def test_successions_are_dated_the_day_after_the_end_and_invent_no_decision() -> None:
    dates = {(row["on"], row["decision"]) for row in rows("agencies/successions.csv")}
    assert dates == {("2025-07-01", "")}
    assert len(set(SUCCESSIONS)) == len(SUCCESSIONS)


def test_every_commune_of_today_has_forerunners_and_every_old_one_a_single_heir() -> None:
    communes = {row["code"] for row in TODAY if row["level"] == "xa"}
    old = _of("xa", "H")
    assert {heir for code in old for heir in HEIRS[code]} | HEIRS["H50.471"] == communes
    assert {len(HEIRS[code]) for code in old} == {1}


def test_a_district_is_succeeded_by_the_communes_that_succeed_its_communes() -> None:
    for district in _of("huyen", "H"):
        below = [code for code in _of("xa", "H") if AGENCIES[code]["parent"] == district]
        if below:
            assert HEIRS[district] == {heir for code in below for heir in HEIRS[code]}
    assert HEIRS["H50.471"] == {"H50.19742"}


def test_quang_binh_goes_over_to_quang_tri_whose_identifier_stays() -> None:
    assert HEIRS["H46"] == {"H50"}
    assert AGENCIES["H50"]["active_from"] == ""


def test_units_stand_once_in_agencies_that_exist() -> None:
    units = [(row["agency"], row["code"]) for row in rows("agencies/units.csv")]
    assert len(set(units)) == len(units)
    assert {agency for agency, _ in units} <= set(AGENCIES)


def test_the_forty_procedures_have_their_code_sector_levels_and_limit() -> None:
    assert len(PROCEDURES) == 40
    for code, row in PROCEDURES.items():
        assert re.fullmatch(r"[0-9]\.[0-9]{6}", code)
        assert row["sector"]
        assert set(row["levels"].split(";")) <= {"tinh", "huyen", "xa"}
        assert row["unit"] in {"working_day", "working_hour", "calendar_day", "month"}
        assert float(row["amount"]) == float(row["legal_amount"]) >= 0
        assert row["service_level"] in {"toan_trinh", "mot_phan"}


def test_every_level_has_procedures() -> None:
    levels = Counter(level for row in PROCEDURES.values() for level in row["levels"].split(";"))
    assert {level for level, count in levels.items() if count >= 10} == {"tinh", "huyen", "xa"}


def test_a_sector_is_written_in_one_way() -> None:
    sectors = {row["sector"] for row in PROCEDURES.values()}
    assert len({sector.casefold() for sector in sectors}) == len(sectors)


def test_every_procedure_asks_for_two_papers_or_more_each_named_once_and_counted() -> None:
    papers = rows("procedures/components.csv")
    named = Counter(row["procedure"] for row in papers)
    assert set(named) == set(PROCEDURES)
    assert min(named.values()) >= 2
    assert max(Counter((row["procedure"], row["name"]) for row in papers).values()) == 1
    assert all(int(row["originals"]) + int(row["certified"]) + int(row["copies"]) >= 1 for row in papers)


def test_names_for_made_people_have_weights_and_both_sexes() -> None:
    for name in ("family_names", "middle_names", "given_names"):
        drawn = rows(f"demo/{name}.csv")
        assert all(int(row["weight"]) >= 1 for row in drawn)
        assert {row.get("sex", "") for row in drawn} in ({""}, {"male", "female"})
