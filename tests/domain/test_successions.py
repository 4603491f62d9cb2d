"""Where the dossiers of an agency that has ended go."""

import datetime as dt

import pytest

from tthc_tracker.domain.successions import Heirs, NamedUnit, Path, counterpart, follow

ENDED = dt.date(2025, 7, 1)
LATER = dt.date(2026, 1, 1)
DISTRICT, COMMUNE, DEPARTMENT, MERGED = 1, 2, 3, 4
LAND, CIVIL = 10, 11
OF_DISTRICT = Heirs(ENDED, COMMUNE, {LAND: DEPARTMENT}, "NQ 1680")


def test_each_sector_goes_to_its_own_heir_and_the_rest_with_the_desk_to_one() -> None:
    heirs = {DISTRICT: OF_DISTRICT}
    assert follow(DISTRICT, LAND, heirs, ENDED) == Path(DEPARTMENT, ENDED, "NQ 1680")
    assert follow(DISTRICT, CIVIL, heirs, ENDED) == Path(COMMUNE, ENDED, "NQ 1680")
    assert follow(DISTRICT, None, heirs, ENDED) == Path(COMMUNE, ENDED, "NQ 1680")


def test_nothing_moves_before_the_day_nor_from_an_agency_that_works() -> None:
    assert follow(DISTRICT, CIVIL, {DISTRICT: OF_DISTRICT}, ENDED - dt.timedelta(days=1)) is None
    assert follow(COMMUNE, CIVIL, {DISTRICT: OF_DISTRICT}, ENDED) is None


def test_an_heir_that_has_ended_too_passes_on_what_it_got() -> None:
    heirs = {DISTRICT: OF_DISTRICT, COMMUNE: Heirs(LATER, MERGED, {}, "NQ 2")}
    assert follow(DISTRICT, CIVIL, heirs, ENDED) == Path(COMMUNE, ENDED, "NQ 1680")
    assert follow(DISTRICT, CIVIL, heirs, LATER) == Path(MERGED, LATER, "NQ 2")
    # The link that came last decides the day, in whatever order the two were written down.
    early = {DISTRICT: Heirs(LATER, COMMUNE), COMMUNE: Heirs(ENDED, MERGED)}
    assert follow(DISTRICT, CIVIL, early, LATER) == Path(MERGED, LATER, "")


@pytest.mark.parametrize(
    "heirs",
    [
        {DISTRICT: Heirs(ENDED, None)},
        {DISTRICT: Heirs(ENDED, COMMUNE), COMMUNE: Heirs(ENDED, None)},
        {DISTRICT: Heirs(ENDED, COMMUNE), COMMUNE: Heirs(ENDED, DISTRICT)},
    ],
    ids=["nobody named", "nobody named further on", "a circle"],
)
def test_where_no_heir_is_named_a_dossier_stays(heirs: dict[int, Heirs]) -> None:
    assert follow(DISTRICT, CIVIL, heirs, LATER) is None


def test_a_unit_s_counterpart_has_its_code_or_its_name_or_is_the_only_one() -> None:
    land = NamedUnit(1, "DC", "phong dia chinh")
    others = [NamedUnit(5, "DC", "phong kinh te"), NamedUnit(6, "HT", "phong dia chinh")]
    assert counterpart(land, others) == 5
    assert counterpart(land, [NamedUnit(6, "KT", "phong dia chinh"), NamedUnit(7, "HT", "ho tich")]) == 6
    assert counterpart(land, [NamedUnit(8, "X", "mot phong")]) == 8
    assert counterpart(land, []) is None
    assert counterpart(land, [NamedUnit(8, "X", "mot"), NamedUnit(9, "Y", "hai")]) is None
