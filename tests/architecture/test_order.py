"""The order of a run: nothing is lost of it, and no worker is left with what takes longest."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.order import longest_first

LONG = SimpleNamespace(name="long")


def item(name: str, module: str, *, itself: bool = False, its_module: bool = False) -> Any:
    """What is asked of a collected test."""
    return SimpleNamespace(
        name=name, nodeid=f"{module}::{name}", own_markers=[LONG] if itself else [],
        get_closest_marker=lambda _: LONG if itself or its_module else None,
    )  # fmt: skip


ITEMS = [
    item("1", "a"), item("2", "a"), item("3", "b", its_module=True), item("4", "b", its_module=True),
    item("5", "c", itself=True), item("6", "c"), item("7", "c"),
]  # fmt: skip


@pytest.mark.parametrize(("workers", "order"), [(1, "3451267"), (2, "3412567"), (3, "3451267")])
def test_each_workers_share_begins_with_its_part_of_the_long_ones(workers: int, order: str) -> None:
    assert "".join(each.name for each in longest_first(ITEMS, workers)) == order
