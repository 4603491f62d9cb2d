"""Who sees a dossier, and who may act on it."""

import pytest

from tthc_tracker.domain.permissions import (
    EVERYTHING,
    NOTHING,
    OVERSIGHT,
    PERMISSIONS_OF,
    READING,
    Membership,
    Permission,
    Role,
    Scope,
    may_act,
    permissions_of,
    permissions_on,
    scope_of,
)

PROVINCE, DEPARTMENT, COMMUNE, OTHER_COMMUNE, OLD_COMMUNE = 1, 2, 3, 4, 5
_BELOW = {
    PROVINCE: {PROVINCE, DEPARTMENT, COMMUNE, OTHER_COMMUNE, OLD_COMMUNE},
    COMMUNE: {COMMUNE, OLD_COMMUNE},  # the predecessor counts as a child of its successor
}


def subtree_of(agency_id: int) -> set[int]:
    return _BELOW.get(agency_id, {agency_id})


@pytest.mark.parametrize("role", Role)
def test_every_role_has_permissions(role: Role) -> None:
    assert Permission.VIEW_DOSSIERS in PERMISSIONS_OF[role]


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_is_somebodys(permission: Permission) -> None:
    assert any(permission in held for held in PERMISSIONS_OF.values())


def test_an_auditor_reads_and_changes_nothing() -> None:
    assert PERMISSIONS_OF[Role.AUDITOR] <= READING
    assert {each for each in Permission if each.value.startswith("view_")} <= PERMISSIONS_OF[Role.AUDITOR]


def test_a_superior_reads_and_remarks_but_does_not_work() -> None:
    assert not OVERSIGHT & {Permission.RECEIVE_DOSSIERS, Permission.FINISH_DOSSIER, Permission.CANCEL_DOSSIER}


def test_only_the_controller_consents_to_cancelling_what_is_late() -> None:
    holders = {role for role, held in PERMISSIONS_OF.items() if Permission.CANCEL_LATE_DOSSIER in held}
    assert holders == {Role.CONTROLLER}


ACTS = {
    "the clerk of the receiving desk": (Role.CLERK, COMMUNE, Permission.RETURN_RESULT, {COMMUNE}, True),
    "the officer of the resolving agency": (
        Role.OFFICER,
        DEPARTMENT,
        Permission.FINISH_DOSSIER,
        {COMMUNE, DEPARTMENT},
        True,
    ),
    "a clerk of another commune": (Role.CLERK, OTHER_COMMUNE, Permission.VIEW_DOSSIERS, {COMMUNE}, False),
    "a head above sees": (Role.HEAD_OF_AGENCY, PROVINCE, Permission.VIEW_DOSSIERS, {COMMUNE}, True),
    "a head above does not finish": (
        Role.HEAD_OF_AGENCY,
        PROVINCE,
        Permission.FINISH_DOSSIER,
        {COMMUNE},
        False,
    ),
    "a controller above consents": (
        Role.CONTROLLER,
        PROVINCE,
        Permission.CANCEL_LATE_DOSSIER,
        {COMMUNE},
        True,
    ),
    "a head of a commune does not see the province's": (
        Role.HEAD_OF_AGENCY,
        COMMUNE,
        Permission.VIEW_DOSSIERS,
        {PROVINCE, DEPARTMENT},
        False,
    ),
    "a successor sees its predecessor's": (
        Role.HEAD_OF_UNIT,
        COMMUNE,
        Permission.VIEW_SUPERVISION,
        {OLD_COMMUNE},
        True,
    ),
    "an auditor does not note": (Role.AUDITOR, COMMUNE, Permission.ADD_NOTE, {COMMUNE}, False),
}


@pytest.mark.parametrize(
    ("role", "agency_id", "permission", "organisations", "allowed"), ACTS.values(), ids=ACTS
)
def test_who_may_act(
    role: Role, agency_id: int, permission: Permission, organisations: set[int], allowed: bool
) -> None:
    assert may_act([Membership(role, agency_id)], permission, organisations, subtree_of) is allowed


def test_each_role_acts_at_its_own_agency_only() -> None:
    held = [Membership(Role.CLERK, COMMUNE), Membership(Role.AUDITOR, PROVINCE)]
    assert Permission.RECEIVE_DOSSIERS in permissions_of(held)
    assert permissions_on(held, {OTHER_COMMUNE}, subtree_of) == PERMISSIONS_OF[Role.AUDITOR]
    assert permissions_on(held, {99}, subtree_of) == frozenset()


def test_a_scope_is_all_subtrees_together() -> None:
    scope = scope_of([Membership(Role.CLERK, COMMUNE, 7), Membership(Role.HEAD_OF_UNIT, 8)], subtree_of)
    assert scope == Scope(all=False, agency_ids=frozenset({COMMUNE, OLD_COMMUNE, 8}))
    assert scope.sees([PROVINCE, OLD_COMMUNE])
    assert not scope.sees([PROVINCE, OTHER_COMMUNE])


def test_all_and_nothing() -> None:
    assert EVERYTHING.sees([COMMUNE])
    assert not NOTHING.sees([COMMUNE])
