"""Where two systems say different things of one dossier, field by field."""

import pytest

from tests.support.moments import at
from tthc_tracker.domain.differing import Field, Said, differing

MONDAY, TUESDAY = at("Mon 2026-11-16 09:00"), at("Tue 2026-11-17 09:00")


@pytest.mark.parametrize(
    ("own", "other", "found"),
    [
        pytest.param({Field.DUE: MONDAY}, {Field.DUE: TUESDAY}, {Field.DUE: TUESDAY.isoformat()}, id="a day"),
        pytest.param({Field.DUE: MONDAY}, {Field.DUE: None}, {}, id="what it leaves empty is no difference"),
        pytest.param({}, {Field.DUE: MONDAY}, {Field.DUE: MONDAY.isoformat()}, id="what is not known here"),
        pytest.param({Field.DUE: MONDAY}, {Field.DUE: MONDAY}, {}, id="the same"),
        pytest.param({Field.STATE: "received"}, {Field.STATE: "processing"}, {}, id="a step more, both open"),
        pytest.param(
            {Field.STATE: "received"}, {Field.STATE: "finished"}, {Field.STATE: "finished"},
            id="statuses that count as different things",
        ),
        pytest.param({Field.CODE: ""}, {Field.CODE: "H50.1"}, {Field.CODE: "H50.1"}, id="the very same code"),
    ],
)  # fmt: skip
def test_what_another_system_says_otherwise(own: Said, other: Said, found: dict[Field, str]) -> None:
    assert differing(own, other) == found
