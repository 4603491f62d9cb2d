"""How often mails come, the link that lowers it, and which answers of a server mean the address."""

from datetime import date, timedelta

import pytest

from tthc_tracker.domain.mailrhythm import (
    AlertMailKind,
    MailChoice,
    MailFrequency,
    fewer_token,
    is_first_of_week,
    only_statutory,
    read_fewer_token,
    refuses_the_address,
)

SECRET = "s" * 40
AT_ONCE, DAILY, WEEKLY = MailFrequency


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        pytest.param(MailChoice(), AlertMailKind.AT_ONCE, MailChoice(DAILY), id="nothing at once: daily"),
        pytest.param(MailChoice(), AlertMailKind.DIGEST, MailChoice(WEEKLY), id="no daily digest: weekly"),
        pytest.param(MailChoice(WEEKLY), AlertMailKind.AT_ONCE, MailChoice(WEEKLY), id="never more often"),
        pytest.param(MailChoice(DAILY), AlertMailKind.WEEKLY, MailChoice(DAILY, False), id="no summary"),
    ],
)
def test_fewer_mails_of_a_kind(before: MailChoice, kind: AlertMailKind, after: MailChoice) -> None:
    assert before.without(kind) == after
    assert after.without(kind) == after  # providers ask twice


def test_who_wants_one_a_week_hears_on_other_mornings_of_what_is_statutory() -> None:
    assert only_statutory(WEEKLY, first_of_week=False)
    assert not only_statutory(WEEKLY, first_of_week=True)
    assert not only_statutory(DAILY, first_of_week=False)


@pytest.mark.parametrize(
    ("day", "off", "first"),
    [
        pytest.param(date(2026, 11, 23), (), True, id="a Monday"),
        pytest.param(date(2026, 11, 24), (), False, id="a Tuesday"),
        pytest.param(date(2026, 11, 24), (date(2026, 11, 23),), True, id="a Tuesday after a holiday"),
        pytest.param(
            date(2026, 11, 28),
            tuple(date(2026, 11, 23) + timedelta(days=n) for n in range(5)),
            True,
            id="a make-up Saturday",
        ),
    ],
)
def test_the_first_working_day_of_a_week(day: date, off: tuple[date, ...], first: bool) -> None:
    assert is_first_of_week(day, lambda one: one not in off) is first


@pytest.mark.parametrize("kind", list(AlertMailKind))
def test_a_link_means_one_account_and_one_kind(kind: AlertMailKind) -> None:
    assert read_fewer_token(SECRET, fewer_token(SECRET, 41, kind)) == (41, kind)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(fewer_token("t" * 40, 41, AlertMailKind.DIGEST), id="signed with another secret"),
        pytest.param(
            fewer_token(SECRET, 41, AlertMailKind.DIGEST).replace("41-", "42-"), id="of another account"
        ),
        pytest.param(
            fewer_token(SECRET, 41, AlertMailKind.DIGEST).replace("digest", "weekly"), id="of another kind"
        ),
        pytest.param("41-digest-", id="cut short"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_link_that_we_never_gave_out_means_nothing(token: str) -> None:
    assert read_fewer_token(SECRET, token) is None


@pytest.mark.parametrize(
    ("code", "reply", "refuses"),
    [
        pytest.param(550, "5.1.1 No such user here", True, id="no such user"),
        pytest.param(553, "sorry", True, id="no such name, without an enhanced code"),
        pytest.param(550, "5.7.1 Relaying denied", False, id="policy: it is about us"),
        pytest.param(550, "5.6.1 Media not supported", False, id="what the letter holds"),
        pytest.param(
            552, "5.2.2 Mailbox full", False, id="full, said before the letter: it may be of this one"
        ),
        pytest.param(451, "4.3.0 later", False, id="not for ever"),
        pytest.param(None, "", False, id="no answer"),
    ],
)
def test_which_answers_mean_the_address(code: int | None, reply: str, refuses: bool) -> None:
    assert refuses_the_address(code, reply) is refuses


@pytest.mark.parametrize(
    ("code", "reply", "refuses"),
    [
        pytest.param(552, "5.2.2 Mailbox full", True, id="no room for him"),
        pytest.param(554, "Transaction failed", True, id="it failed for ever, nobody says why"),
        pytest.param(554, "5.7.1 Looks like spam", False, id="policy: it is about us"),
        pytest.param(554, "5.6.0 Not a letter", False, id="the letter"),
        pytest.param(
            550, "5.1.1 No such user here", False, id="who is known at the address is known after it"
        ),
        pytest.param(452, "4.2.2 Mailbox full", False, id="not for ever"),
    ],
)
def test_which_answers_to_the_whole_letter_mean_the_address(code: int, reply: str, refuses: bool) -> None:
    assert refuses_the_address(code, reply, after_text=True) is refuses
