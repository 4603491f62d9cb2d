"""What a look-up hands out to ask for more with."""

import datetime as dt

import pytest

from tests.support.moments import at
from tthc_tracker.domain.lookuptickets import LIFE, Ticket, issue, read

NOW = at("Thu 2026-11-26 09:00")
ONE = Ticket(20260000000007, "H50.19000-261116-0001|x")


def test_a_ticket_opens_what_it_was_issued_for() -> None:
    assert read("secret", issue("secret", ONE, NOW), NOW) == ONE


def test_it_dies() -> None:
    ticket = issue("secret", ONE, NOW)
    assert read("secret", ticket, NOW + LIFE - dt.timedelta(seconds=1)) == ONE
    assert read("secret", ticket, NOW + LIFE) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("ế|1|2|3", id="letters of no digest"),
        pytest.param(issue("another", ONE, NOW), id="somebody else's"),
        pytest.param(issue("secret", ONE, NOW).replace("0007", "0008"), id="another dossier"),
    ],
)
def test_what_is_none_of_ours_opens_nothing(text: str) -> None:
    assert read("secret", text, NOW) is None
