"""The fenced lease: one owner, a token that rises with each change of hands, no write by a former owner."""

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from tthc_tracker.jobs.work import is_gone, own_name
from tthc_tracker.models.job import JobLease
from tthc_tracker.services import leases
from tthc_tracker.services.leases import LeaseLost

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def run_out(session: "Session") -> None:
    session.execute(update(JobLease).values(expires_at=PAST))


def test_a_lease_has_one_owner(write: "Session") -> None:
    assert leases.acquire(write, "scheduler", "a") == 1
    assert leases.acquire(write, "scheduler", "b") is None


def test_renewing_in_time_keeps_the_token(write: "Session") -> None:
    assert [leases.acquire(write, "scheduler", "a") for _ in range(3)] == [1, 1, 1]


def test_every_change_of_hands_raises_the_token(write: "Session") -> None:
    tokens = []
    for owner in ("a", "b", "b", "a"):
        run_out(write)
        tokens.append(leases.acquire(write, "scheduler", owner))
    assert tokens == [1, 2, 3, 4]


def test_a_former_owner_cannot_write(write: "Session") -> None:
    leases.acquire(write, "scheduler", "a")
    run_out(write)
    leases.acquire(write, "scheduler", "b")
    with pytest.raises(LeaseLost):
        leases.hold(write, "scheduler", 1)
    leases.hold(write, "scheduler", 2)


def test_an_owner_whose_lease_ran_out_cannot_write_even_if_nobody_took_it(write: "Session") -> None:
    leases.acquire(write, "scheduler", "a")
    run_out(write)
    with pytest.raises(LeaseLost):
        leases.hold(write, "scheduler", 1)


def test_a_lease_given_up_is_free_at_once(write: "Session") -> None:
    leases.acquire(write, "scheduler", "a")
    assert not leases.is_free(write, "scheduler")
    leases.release(write, "scheduler", "a", 1)
    assert leases.is_free(write, "scheduler")
    assert leases.acquire(write, "scheduler", "b") == 2


def test_a_lease_that_is_no_longer_ones_own_cannot_be_given_up(write: "Session") -> None:
    leases.acquire(write, "scheduler", "a")
    leases.release(write, "scheduler", "b", 1)
    assert leases.acquire(write, "scheduler", "b") is None


def test_an_owner_known_to_be_gone_leaves_its_lease_at_once(write: "Session") -> None:
    leases.acquire(write, "scheduler", "a")
    assert leases.acquire(write, "scheduler", "b", lambda owner: owner == "a") == 2


def test_this_process_is_not_gone_and_one_that_has_ended_is() -> None:
    mine = own_name()
    place, _, _ = mine.rpartition(":")[0].rpartition(":")
    assert not is_gone(mine)
    assert is_gone(f"{place}:{2**22 + 1}:abcd")
    assert not is_gone(f"elsewhere/x/y:{2**22 + 1}:abcd")
    assert not is_gone("")
