"""Signing in: throttled before the password is looked at, and a session the database can end."""

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select

from tests.support.desk import OPENED, PASSWORD, Office, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import NotNow
from tthc_tracker.extensions import Database
from tthc_tracker.models.account import LoginSession, RateBucket, User
from tthc_tracker.queries import accounts
from tthc_tracker.services import accounts as account_services
from tthc_tracker.services import logins, people
from tthc_tracker.services.logins import TRIES_PER_ACCOUNT

NOW = at("Mon 2026-11-23 08:00")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def credentials_of(database: Database, user_id: int) -> accounts.Credentials:
    with database.reading() as session:
        found = accounts.credentials_of(session, user_id)
    assert found is not None
    return found


def open_for(database: Database, user_id: int, now: dt.datetime = NOW) -> str:
    """A session of that person; the hash of its token."""
    with database.transaction() as session:
        token = logins.open_session(
            session, credentials_of_in(session, user_id), PASSWORD, network="10.0.0.0/24", agent="x", now=now
        )
    return logins.token_hash(token)


def credentials_of_in(session, user_id: int) -> accounts.Credentials:
    found = accounts.credentials_of(session, user_id)
    assert found is not None
    return found


def identity(database: Database, token_hash: str, now: dt.datetime) -> accounts.Identity | None:
    with database.reading() as session:
        return accounts.identity_by_session(session, token_hash, now)


def count_try(database: Database, login: str, now: dt.datetime = NOW) -> bool:
    """Whether one more try was allowed."""
    try:
        with database.transaction() as session:
            found = accounts.credentials_by_login(session, login)
            logins.count_try(session, found, login=login, network="10.0.0.0/24", now=now)
    except NotNow:
        return False
    return True


def test_a_session_names_its_person_with_roles_and_scope(database: Database, office: Office) -> None:
    person = identity(database, open_for(database, office.officer.user_id), NOW)
    assert person is not None
    assert (person.user_id, person.full_name, person.role_label) == (
        office.officer.user_id,
        "Trần Văn Thụ Lý",
        "Chuyên viên thụ lý",
    )
    assert person.scope.agency_ids == {office.ward}
    assert (person.home_agency_id, person.home_unit_id, person.home_unit_name) == (
        office.ward,
        office.land_unit,
        "Phòng Địa chính",
    )


def test_whoever_holds_every_agency_needs_no_condition(database: Database, office: Office) -> None:
    person = identity(database, open_for(database, office.controller.user_id), NOW)
    assert person is not None
    assert person.scope.all


@pytest.mark.parametrize(
    ("later", "stands"),
    [
        pytest.param(dt.timedelta(minutes=29), True, id="it stands for half an hour without a sign of life"),
        pytest.param(dt.timedelta(minutes=30), False, id="it is over after half an hour without a sign"),
    ],
)
def test_a_session_left_alone_ends(
    database: Database, office: Office, later: dt.timedelta, stands: bool
) -> None:
    token_hash = open_for(database, office.clerk.user_id)
    assert (identity(database, token_hash, NOW + later) is not None) is stands


def test_a_session_in_use_ends_after_twelve_hours(database: Database, office: Office) -> None:
    token_hash = open_for(database, office.clerk.user_id)
    moment = NOW
    while moment < NOW + dt.timedelta(hours=12) - 20 * MINUTE:
        moment += 20 * MINUTE
        with database.transaction() as session:
            logins.note_presence(session, token_hash, now=moment)
    assert identity(database, token_hash, NOW + dt.timedelta(hours=12) - MINUTE) is not None
    assert identity(database, token_hash, NOW + dt.timedelta(hours=12)) is None


def test_a_session_signed_out_of_is_worth_nothing(database: Database, office: Office) -> None:
    token_hash = open_for(database, office.clerk.user_id)
    with database.transaction() as session:
        logins.close_session(session, token_hash, user_id=office.clerk.user_id, now=NOW)
    assert identity(database, token_hash, NOW) is None


@pytest.mark.parametrize("how", ["closed", "new password", "signed out everywhere", "roles changed"])
def test_every_session_of_an_account_ends_when_it_is(database: Database, office: Office, how: str) -> None:
    token_hashes = [open_for(database, office.clerk.user_id) for _ in range(2)]
    admin = administrator(database, office)
    user_id = office.clerk.user_id
    with database.transaction() as session:
        version = session.get_one(User, user_id).version
        if how == "closed":
            people.set_active(session, user_id, version, active=False, actor=admin, now=NOW)
        elif how == "new password":
            account_services.set_own_password(session, user_id, "trời xanh mây trắng nắng", now=NOW)
        elif how == "signed out everywhere":
            people.end_sessions(session, user_id, actor=admin, now=NOW)
        else:
            held = office.clerk.memberships
            people.give_roles(session, user_id, version, held, actor=admin, now=NOW)
    assert [identity(database, token_hash, NOW) for token_hash in token_hashes] == [None, None]


def administrator(database: Database, office: Office) -> accounts.Identity:
    """Somebody who administers the province."""
    from tthc_tracker.domain.permissions import Membership, Role

    with database.transaction() as session:
        command = account_services.InvitePerson(
            "quantri@example.invalid",
            "Quản trị viên tỉnh",
            (Membership(Role.ADMINISTRATOR, office.province),),
        )
        user = account_services.create(session, command, now=OPENED)
        user.password_hash = session.get_one(User, office.clerk.user_id).password_hash
    found = identity(database, open_for(database, user.id), NOW)
    assert found is not None
    return found


def test_the_token_itself_is_kept_nowhere(database: Database, office: Office) -> None:
    with database.transaction() as session:
        token = logins.open_session(
            session,
            credentials_of_in(session, office.clerk.user_id),
            PASSWORD,
            network="10.0.0.0/24",
            agent="Firefox",
            now=NOW,
        )
    with database.reading() as session:
        row = session.execute(select(LoginSession)).scalar_one()
    assert token not in {row.id_hash, row.ip_trunc, row.agent_hash}
    assert len(bytes.fromhex(token)) == 32


def test_the_eleventh_try_in_a_quarter_of_an_hour_is_refused_under_any_name(
    database: Database, office: Office
) -> None:
    names = ["clerk" + str(office.ward), f"CLERK{office.ward}@example.invalid"]
    tries = [count_try(database, logins.login_key(names[i % 2])) for i in range(TRIES_PER_ACCOUNT + 2)]
    assert tries == [True] * TRIES_PER_ACCOUNT + [False, False]


def test_refused_tries_do_not_prolong_the_wait(database: Database, office: Office) -> None:
    login = "clerk" + str(office.ward)
    for _ in range(TRIES_PER_ACCOUNT):
        count_try(database, login)
    for minutes in range(1, 15):
        assert not count_try(database, login, NOW + minutes * MINUTE)
    assert count_try(database, login, NOW + 17 * MINUTE)


def test_a_name_that_nobody_has_is_throttled_just_the_same(database: Database, office: Office) -> None:
    tries = [count_try(database, "khong-co-ai") for _ in range(TRIES_PER_ACCOUNT + 1)]
    assert tries == [True] * TRIES_PER_ACCOUNT + [False]


def test_signing_in_forgives_the_tries_before(database: Database, office: Office) -> None:
    login = "clerk" + str(office.ward)
    for _ in range(TRIES_PER_ACCOUNT):
        count_try(database, login)
    open_for(database, office.clerk.user_id)
    assert count_try(database, login)


def test_fifty_tries_at_one_instant_give_ten_looks_at_the_password(
    database: Database, office: Office
) -> None:
    login = "clerk" + str(office.ward)
    allowed: list[bool] = []
    barrier = threading.Barrier(5)

    def attack() -> None:
        barrier.wait()
        allowed.extend(count_try(database, login) for _ in range(10))

    threads = [threading.Thread(target=attack) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(allowed), sum(allowed)) == (50, TRIES_PER_ACCOUNT)


def test_counts_that_no_window_reaches_are_swept_away(database: Database, office: Office) -> None:
    count_try(database, "khong-co-ai", NOW - dt.timedelta(days=2))
    open_for(database, office.clerk.user_id)
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(RateBucket)).scalar_one() == 0


def test_a_password_is_right_for_its_own_account_only(database: Database, office: Office) -> None:
    clerk = credentials_of(database, office.clerk.user_id)
    assert logins.is_right(clerk, PASSWORD)
    assert not logins.is_right(clerk, PASSWORD + "x")
    assert not logins.is_right(None, PASSWORD)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        pytest.param("203.0.113.77", "203.0.113.0/24", id="an IPv4 address keeps three of its numbers"),
        pytest.param("2001:db8:1:22ff::1", "2001:db8:1:2200::/56", id="an IPv6 address keeps 56 bits"),
        pytest.param(None, "", id="no address is no network"),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str | None, network: str) -> None:
    assert logins.network_of(address) == network
