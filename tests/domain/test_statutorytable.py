"""The statutory table laid out: groups that add up, faults that are named, the same again when kept."""

import json

import pytest

from tests.support.moments import on
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.performance import StatutoryRow
from tthc_tracker.domain.statutorytable import Group, Table, TableRow, added, read, shown_levels

LAND = StatutoryRow(online=4, direct=2, carried=1, early=3, late=1, open_within=2, open_overdue=1, paused=1)
CIVIL = StatutoryRow(direct=5, on_time=5, withdrawn=1)
BROKEN = StatutoryRow(online=1)


def table(*rows: StatutoryRow, total: StatutoryRow | None = None) -> Table:
    """A table of one group with these rows."""
    each = tuple(TableRow(f"L{place}", f"Lĩnh vực {place}", row) for place, row in enumerate(rows))
    return Table(
        on("Mon 2026-06-15"), on("Mon 2026-09-14"), on("Mon 2026-09-14"), "level",
        (Group(each, "A", "tinh", "Cấp tỉnh"), Group((), "C", "xa", "Cấp xã")),
        added(rows) if total is None else total,
    )  # fmt: skip


def test_the_head_of_a_group_is_what_its_rows_come_to() -> None:
    group = table(LAND, CIVIL).groups[0]
    assert group.sum == LAND + CIVIL
    assert group.sum.received == group.sum.resolved + group.sum.open == 12


@pytest.mark.parametrize(
    ("one", "faults"),
    [
        pytest.param(table(LAND, CIVIL), (), id="one that balances has none"),
        pytest.param(table(LAND, BROKEN), ("L1", ""), id="a row that does not, and the total with it"),
        pytest.param(table(LAND, total=CIVIL), ("",), id="a total that is not the sum of its rows"),
    ],
)
def test_what_does_not_balance_is_named(one: Table, faults: tuple[str, ...]) -> None:
    assert one.faults == faults


def test_a_kept_table_is_read_as_it_was() -> None:
    one = table(LAND, CIVIL)
    kept = json.loads(json.dumps(one.content()))
    assert read(kept) == one
    assert "late" not in kept["groups"][0]["rows"][1][2], "what is 0 takes no room"


@pytest.mark.parametrize(
    ("start", "filled", "levels"),
    [
        pytest.param("Tue 2021-06-15", (), "ABC", id="districts as long as there were any"),
        pytest.param("Mon 2025-06-30", (), "ABC", id="to their last day"),
        pytest.param("Tue 2025-07-01", (), "AC", id="and then no more"),
        pytest.param("Tue 2025-07-01", (Level.HUYEN, Level.BO), "ABCD", id="what has dossiers always stands"),
    ],
)
def test_the_levels_stand_in_the_order_of_the_form(
    start: str, filled: tuple[Level, ...], levels: str
) -> None:
    letters = {"A": Level.TINH, "B": Level.HUYEN, "C": Level.XA, "D": Level.BO}
    assert shown_levels(on(start), filled) == tuple(letters[letter] for letter in levels)
