"""Signs: which are alerts, and when a code disagrees with the days of its dossier."""

from datetime import date

import pytest

from tthc_tracker.domain.alerting import DEEDS
from tthc_tracker.domain.anomalies import RULE_OF, SIGN_OF, Sign, code_disagrees

NINTH, FIFTH = date(2026, 11, 9), date(2026, 11, 5)


def test_every_deed_that_raises_an_alert_is_a_sign() -> None:
    assert set(RULE_OF.values()) >= DEEDS
    assert {SIGN_OF[rule] for rule in RULE_OF.values()} == set(RULE_OF)
    assert set(Sign) - set(RULE_OF) == {Sign.DUE_ON_DAY_OFF, Sign.CODES_DISAGREE, Sign.UNBALANCED}


@pytest.mark.parametrize(
    ("code", "filed", "wrong"),
    [
        ("H50.19000-261109-0001", None, False),
        ("H50.19000-261108-0001", None, True),
        ("H50.19000-261107-0001", FIFTH, False),
        ("H50.19000-261104-0001", FIFTH, True),
        ("H50.19000-261110-0001", FIFTH, True),
        ("BTP/2026/123456", None, False),
    ],
)
def test_a_code_names_a_day_from_filing_to_acceptance(code: str, filed: date | None, wrong: bool) -> None:
    assert code_disagrees(code, filed, NINTH) is wrong
