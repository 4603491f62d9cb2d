"""Whether a file is a full list, and whether one that lacks so much is believed."""

import pytest

from tests.support.moments import at
from tthc_tracker.domain.importing import Sends, Whole, is_too_much, is_whole, next_refresh


@pytest.mark.parametrize(
    ("said", "sends", "whole"),
    [
        pytest.param(Whole.AS_DECLARED, Sends.CHANGES, False, id="a source of changes"),
        pytest.param(Whole.AS_DECLARED, Sends.FULL, True, id="a source of full lists"),
        pytest.param(Whole.NO, Sends.FULL, False, id="this one is none"),
        pytest.param(Whole.YES, Sends.CHANGES, True, id="this one is one"),
        pytest.param(Whole.SURE, Sends.CHANGES, True, id="this one is one, whatever it lacks"),
    ],
)
def test_a_file_is_what_it_is_said_to_be_else_what_its_source_sends(
    said: Whole, sends: Sends, whole: bool
) -> None:
    assert is_whole(said, sends) is whole


@pytest.mark.parametrize(
    ("missing", "known", "too_much"),
    [
        pytest.param(0, 0, False, id="nothing was known"),
        pytest.param(20, 100, False, id="as much as may be missing"),
        pytest.param(21, 100, True, id="more than that"),
        pytest.param(1, 1, True, id="the only one"),
    ],
)
def test_a_list_that_lacks_more_than_its_share_is_not_believed(
    missing: int, known: int, too_much: bool
) -> None:
    assert is_too_much(missing, known, 20) is too_much


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(["Mon 2026-11-23 05:00"], "Tue 2026-11-24 00:00", id="its first file"),
        pytest.param(
            ["Mon 2026-11-23 05:00", "Sun 2026-11-22 05:00", "Sat 2026-11-21 05:00"], "Tue 2026-11-24 05:00",
            id="every morning",
        ),
        pytest.param(["Mon 2026-11-23 05:00", "Mon 2026-11-16 05:00"], "Mon 2026-11-30 05:00", id="weekly"),
        pytest.param(
            ["Mon 2026-11-23 05:00", "Mon 2026-11-16 05:00", "Sun 2026-11-15 05:00", "Sat 2026-11-14 05:00"],
            "Tue 2026-11-24 05:00", id="a week without a file does not make a daily source a weekly one",
        ),
        pytest.param(
            ["Mon 2026-11-23 05:00", "Mon 2026-11-23 04:00"], "Tue 2026-11-24 00:00",
            id="never before the next working day",
        ),
    ],
)  # fmt: skip
def test_a_source_speaks_again_after_its_usual_gap(told: list[str], expected: str) -> None:
    assert next_refresh([at(one) for one in told], at("Tue 2026-11-24 00:00")) == at(expected)
