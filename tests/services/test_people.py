"""Invitations, one-time links, and what an administrator may do to whom."""

import datetime as dt

import pytest
from sqlalchemy import select

from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import Database
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import OneTimeLink, User
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries import accounts as queries
from tthc_tracker.queries import people as people_queries
from tthc_tracker.services import accounts, people
from tthc_tracker.services.accounts import InvitePerson
from tthc_tracker.services.logins import token_hash
from tthc_tracker.services.people import EditPerson

NOW = at("Mon 2026-11-23 08:00")
GOOD = "con trâu ăn cỏ đồng xa"


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def identity_of(
    user_id: int, memberships: tuple[Membership, ...], agency_id: int | None = None
) -> queries.Identity:
    """A signed-in person as the services see him."""
    from tthc_tracker.domain.permissions import NOTHING, permissions_of

    return queries.Identity(
        user_id=user_id, username="x", full_name="Quản trị", memberships=memberships,
        permissions=permissions_of(memberships), scope=NOTHING, role=None, home_agency_id=agency_id,
        home_agency_code="", home_agency_name="", home_unit_id=None, home_unit_name="",
        must_change_password=False, session_hash="", last_seen_at=NOW,
    )  # fmt: skip


@pytest.fixture
def ward_admin(database: Database, office: Office) -> queries.Identity:
    """Somebody who administers the ward and nothing else."""
    held = (Membership(Role.ADMINISTRATOR, office.ward),)
    with database.transaction() as session:
        command = InvitePerson("admin@example.invalid", "Quản trị phường", held)
        return identity_of(accounts.create(session, command, now=NOW).id, held)


def invite(database: Database, command: InvitePerson, actor: queries.Identity | None) -> tuple[int, str]:
    with database.transaction() as session:
        return accounts.invite(session, command, actor=actor, now=NOW)


def a_clerk_at(agency_id: int, email: str = "moi@example.invalid", **more: str) -> InvitePerson:
    return InvitePerson(email, "Hoàng Thị Mới", (Membership(Role.CLERK, agency_id),), **more)


def test_an_invitation_makes_an_account_that_its_link_opens_once(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    user_id, token = invite(database, a_clerk_at(office.ward), ward_admin)
    with database.reading() as session:
        found = queries.invitation(session, token_hash(token), NOW)
        assert found is not None
        assert (found.user_id, found.username, found.purpose) == (user_id, "moi", "invite")
    with database.transaction() as session:
        assert accounts.redeem_link(session, token_hash(token), GOOD, now=NOW) == user_id
    with database.transaction() as session, pytest.raises(NotFound):
        accounts.redeem_link(session, token_hash(token), GOOD, now=NOW)


def test_a_refused_password_leaves_the_link_good(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    _, token = invite(database, a_clerk_at(office.ward), ward_admin)
    with pytest.raises(InvalidInput), database.transaction() as session:
        accounts.redeem_link(session, token_hash(token), "password1234", now=NOW)
    with database.transaction() as session:
        accounts.redeem_link(session, token_hash(token), GOOD, now=NOW)


@pytest.mark.parametrize("token", ["", " ", "A" * 43, "'; --"])
def test_a_made_up_token_opens_nothing(
    database: Database, office: Office, ward_admin: queries.Identity, token: str
) -> None:
    invite(database, a_clerk_at(office.ward), ward_admin)
    with database.transaction() as session, pytest.raises(NotFound):
        accounts.redeem_link(session, token_hash(token), GOOD, now=NOW)


@pytest.mark.parametrize(
    ("has_password", "lasts"),
    [
        pytest.param(False, dt.timedelta(hours=24), id="an invitation lasts a day"),
        pytest.param(True, dt.timedelta(minutes=30), id="a reset lasts half an hour"),
    ],
)
def test_a_link_ends_by_itself(
    database: Database, office: Office, has_password: bool, lasts: dt.timedelta
) -> None:
    user_id, token = invite(database, a_clerk_at(office.ward), None)
    if has_password:
        with database.transaction() as session:
            accounts.redeem_link(session, token_hash(token), GOOD, now=NOW)
    with database.transaction() as session:
        token = accounts.reset_link(session, user_id, actor=None, now=NOW)
    with database.reading() as session:
        assert queries.invitation(session, token_hash(token), NOW + lasts - dt.timedelta(seconds=1))
        assert queries.invitation(session, token_hash(token), NOW + lasts) is None


def test_a_new_link_makes_the_old_one_worthless(database: Database, office: Office) -> None:
    user_id, old = invite(database, a_clerk_at(office.ward), None)
    with database.transaction() as session:
        new = accounts.reset_link(session, user_id, actor=None, now=NOW)
    with database.transaction() as session:
        assert [row.token_hash for row in session.execute(select(OneTimeLink)).scalars()] == [token_hash(new)]
        assert old not in session.execute(select(OneTimeLink.token_hash)).scalars().all()


def test_an_administrator_invites_into_his_own_subtree_only(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    for agency_id in (office.other, office.province):
        with pytest.raises(NotAllowed):
            invite(database, a_clerk_at(agency_id), ward_admin)


def test_who_administers_nothing_invites_nobody(database: Database, office: Office) -> None:
    clerk = identity_of(office.clerk.user_id, office.clerk.memberships)
    with pytest.raises(NotAllowed):
        invite(database, a_clerk_at(office.ward), clerk)


@pytest.mark.parametrize(
    ("email", "username", "field"),
    [
        pytest.param("not an address", "", "email", id="an address without a domain"),
        pytest.param("a@b.vn\r\nBcc: c@d.vn", "", "email", id="an address with a line end in it"),
        pytest.param("ADMIN@example.invalid", "", "email", id="an address that is taken in other letters"),
        pytest.param("moi@example.invalid", "Có Dấu", "username", id="a user name with marks and blanks"),
        pytest.param("moi@example.invalid", "admin", "username", id="a user name that is taken"),
    ],
)
def test_an_unusable_name_is_refused_beside_its_field(
    database: Database, office: Office, ward_admin: queries.Identity, email: str, username: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        invite(database, a_clerk_at(office.ward, email, username=username), ward_admin)
    assert refused.value.field == field


def test_two_people_of_one_name_get_two_user_names(database: Database, office: Office) -> None:
    invite(database, a_clerk_at(office.ward, "an@mot.example"), None)
    invite(database, a_clerk_at(office.ward, "an@hai.example"), None)
    with database.reading() as session:
        names = session.execute(select(User.username).where(User.email.like("an@%"))).scalars().all()
    assert sorted(names) == ["an0", "an02"]


def test_a_unit_must_be_of_the_agency(database: Database, office: Office) -> None:
    held = (Membership(Role.OFFICER, office.other, office.land_unit),)
    with pytest.raises(InvalidInput) as refused:
        invite(database, InvitePerson("x@example.invalid", "Ai Đó", held), None)
    assert refused.value.field == "unit_id"


def roles_of(database: Database, user_id: int) -> set[Membership]:
    with database.reading() as session:
        rows = session.execute(select(MembershipRow).where(MembershipRow.user_id == user_id)).scalars()
        return {Membership(row.role, row.agency_id, row.unit_id) for row in rows}


def test_roles_change_inside_the_subtree_and_stay_outside_it(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    elsewhere = Membership(Role.OFFICER, office.other)
    with database.transaction() as session:
        command = InvitePerson(
            "hai@example.invalid", "Hai Nơi", (Membership(Role.CLERK, office.ward), elsewhere)
        )
        user_id = accounts.create(session, command, now=NOW).id
    wanted = Membership(Role.HEAD_OF_UNIT, office.ward, office.civil_unit)
    with database.transaction() as session:
        people.give_roles(session, user_id, 1, [wanted], actor=ward_admin, now=NOW)
    assert roles_of(database, user_id) == {wanted, elsewhere}
    with database.reading() as session:
        entry = session.execute(select(AuditEntry).where(AuditEntry.action == "roles_changed")).scalar_one()
    assert entry.actor_id == ward_admin.user_id
    assert entry.facts["old"] == sorted([f"clerk@{office.ward}", f"officer@{office.other}"])


def test_nobody_changes_his_own_roles(database: Database, ward_admin: queries.Identity) -> None:
    with database.transaction() as session, pytest.raises(NotAllowed):
        people.give_roles(session, ward_admin.user_id, 1, (), actor=ward_admin, now=NOW)


def test_roles_outside_the_subtree_cannot_be_given(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    wanted = [Membership(Role.ADMINISTRATOR, office.province)]
    with database.transaction() as session, pytest.raises(NotAllowed):
        people.give_roles(session, office.clerk.user_id, 1, wanted, actor=ward_admin, now=NOW)


def test_somebody_who_works_elsewhere_is_not_there(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    with database.transaction() as session, pytest.raises(NotFound):
        people.give_roles(session, office.stranger.user_id, 1, (), actor=ward_admin, now=NOW)
    for verb in (people.end_sessions, people.require_new_password):
        with database.transaction() as session, pytest.raises(NotAllowed):
            verb(session, office.stranger.user_id, actor=ward_admin, now=NOW)


def test_who_also_works_elsewhere_cannot_be_closed_from_here(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    with database.transaction() as session:
        held = (Membership(Role.CLERK, office.ward), Membership(Role.CLERK, office.province))
        user_id = accounts.create(session, InvitePerson("b@example.invalid", "Ở Tỉnh", held), now=NOW).id
    with database.transaction() as session, pytest.raises(NotAllowed):
        people.set_active(session, user_id, 1, active=False, actor=ward_admin, now=NOW)
    with database.transaction() as session, pytest.raises(NotAllowed):
        accounts.reset_link(session, user_id, actor=ward_admin, now=NOW)


def test_a_closed_account_loses_its_links_and_can_be_opened_again(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    user_id, token = invite(database, a_clerk_at(office.ward), ward_admin)
    with database.transaction() as session:
        people.set_active(session, user_id, 1, active=False, actor=ward_admin, now=NOW)
    with database.reading() as session:
        assert queries.invitation(session, token_hash(token), NOW) is None
    with database.transaction() as session, pytest.raises(NotFound):
        accounts.reset_link(session, user_id, actor=ward_admin, now=NOW)
    with database.transaction() as session:
        people.set_active(session, user_id, 2, active=True, actor=ward_admin, now=NOW)
    with database.reading() as session:
        assert session.get_one(User, user_id).active


def test_nobody_closes_himself(database: Database, ward_admin: queries.Identity) -> None:
    with database.transaction() as session, pytest.raises(NotAllowed):
        people.set_active(session, ward_admin.user_id, 1, active=False, actor=ward_admin, now=NOW)


def test_of_two_who_edit_one_person_the_second_is_told(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    user_id, _ = invite(database, a_clerk_at(office.ward), ward_admin)
    command = EditPerson("Hoàng Thị Mới", "moi@example.invalid", "Công chức", "")
    with database.transaction() as session:
        people.edit(session, user_id, 1, command, actor=ward_admin, now=NOW)
    with database.transaction() as session, pytest.raises(StaleVersion):
        people.edit(session, user_id, 1, command, actor=ward_admin, now=NOW)


def test_the_list_walks_by_name_within_the_subtree(database: Database, office: Office) -> None:
    search = people_queries.PeopleSearch(agency_ids=frozenset({office.ward}))
    with database.reading() as session:
        names, after = [], 0
        while page := people_queries.people(session, search, after=after, limit=1)[:1]:
            names.append(page[0].full_name)
            after = page[0].id
    assert names == ["Lê Thị Một Cửa", "Phạm Thị Trưởng", "Trần Văn Thụ Lý"]


def test_a_name_is_found_without_its_marks(database: Database, office: Office) -> None:
    every = frozenset({office.ward, office.other, office.province})
    with database.reading() as session:
        found = people_queries.people(session, people_queries.PeopleSearch("mot cua", agency_ids=every))
        heads = people_queries.people(
            session, people_queries.PeopleSearch(role=Role.HEAD_OF_UNIT, agency_ids=every)
        )
    assert [line.full_name for line in found] == ["Lê Thị Một Cửa"]
    assert [line.full_name for line in heads] == ["Phạm Thị Trưởng"]


def test_an_account_shows_its_log_newest_first(
    database: Database, office: Office, ward_admin: queries.Identity
) -> None:
    user_id, token = invite(database, a_clerk_at(office.ward), ward_admin)
    with database.transaction() as session:
        accounts.redeem_link(session, token_hash(token), GOOD, now=NOW)
    with database.reading() as session:
        page = people_queries.person_page(session, user_id, NOW)
    assert page is not None
    assert [(entry.action, entry.actor) for entry in page.entries] == [
        ("password_set", "Hoàng Thị Mới"),
        ("person_invited", "Quản trị phường"),
    ]
