"""On paper a list says which part of it it is."""

import pytest

from tests.support.moments import at
from tthc_tracker.queries.lists import LISTS
from tthc_tracker.wording.listparts import PARTS, named

TODAY = at("Tue 2026-11-24 09:00").date()


@pytest.mark.parametrize(
    ("name", "question", "said"),
    [
        pytest.param("online", {"xem": "late"}, ["Chậm tiếp nhận"], id="a part of the queue"),
        pytest.param("day_received", {"ngay": "2026-11-23"}, ["Ngày 23/11/2026"], id="a day"),
        pytest.param("day_received", {"ngay": "25/11/2026"}, [], id="a day to come, whose list is today's"),
        pytest.param("day_received", {"ngay": "hôm qua"}, [], id="what is no day"),
        pytest.param("overdue", {}, [], id="a list without parts"),
    ],
)
def test_a_part_is_called_as_its_tab(name: str, question: dict[str, str], said: list[str]) -> None:
    assert list(named(name, question, TODAY)) == said


def test_every_part_is_asked_for_by_its_list() -> None:
    assert {name for name, (asked, _) in PARTS.items() if asked not in LISTS[name].asks} == set()
