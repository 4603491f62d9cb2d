"""Roles, permissions and scope: who sees a dossier, and who may act on it (docs/law.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is at one agency; a person may hold several."""

    CLERK = "clerk"
    OFFICER = "officer"
    HEAD_OF_UNIT = "head_of_unit"
    HEAD_OF_AGENCY = "head_of_agency"
    CONTROLLER = "controller"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that a screen, a command or a service may ask for."""

    VIEW_DOSSIERS = "view_dossiers"
    RECEIVE_DOSSIERS = "receive_dossiers"
    CORRECT_RECEPTION = "correct_reception"
    CORRECT_AT_WORK = "correct_at_work"
    CANCEL_DOSSIER = "cancel_dossier"
    CANCEL_LATE_DOSSIER = "cancel_late_dossier"
    ASSIGN_DOSSIERS = "assign_dossiers"
    HAND_OVER = "hand_over"
    ADD_NOTE = "add_note"
    PAUSE_DOSSIER = "pause_dossier"
    DRAFT_APOLOGIES = "draft_apologies"
    DECIDE_APOLOGIES = "decide_apologies"
    LOG_OUTAGES = "log_outages"
    DISPUTE_SOURCE = "dispute_source"
    FINISH_DOSSIER = "finish_dossier"
    RETURN_RESULT = "return_result"
    WITHDRAW_DOSSIER = "withdraw_dossier"
    PRINT_RECEIPT = "print_receipt"
    PRINT_REGISTER = "print_register"
    VIEW_SUPERVISION = "view_supervision"
    URGE_UNITS = "urge_units"
    EXPORT_LISTS = "export_lists"
    SHARE_VIEWS = "share_views"
    VIEW_PERSONAL = "view_personal"
    FIND_PERSON = "find_person"
    EXPORT_PERSONAL = "export_personal"
    ERASE_PERSONAL = "erase_personal"
    VIEW_ALERTS = "view_alerts"
    ACKNOWLEDGE_ALERTS = "acknowledge_alerts"
    VIEW_REPORTS = "view_reports"
    VIEW_CATALOGUE = "view_catalogue"
    MANAGE_CATALOGUE = "manage_catalogue"
    MANAGE_CALENDAR = "manage_calendar"
    MANAGE_ALERT_RULES = "manage_alert_rules"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_API_TOKENS = "manage_api_tokens"
    VIEW_OPERATIONS = "view_operations"
    RETRY_MAIL = "retry_mail"
    IMPORT_DOSSIERS = "import_dossiers"
    MATCH_DOSSIERS = "match_dossiers"
    ENTER_INDICATORS = "enter_indicators"
    SIGN_REPORTS = "sign_reports"
    RECEIVE_FIELD_REPORTS = "receive_field_reports"
    HANDLE_FIELD_REPORTS = "handle_field_reports"
    PUBLISH_FIELD_REPORTS = "publish_field_reports"
    VIEW_AUDIT = "view_audit"


_EVERYBODY = frozenset(
    {
        Permission.VIEW_DOSSIERS,
        Permission.VIEW_ALERTS,
        Permission.VIEW_REPORTS,
        Permission.VIEW_CATALOGUE,
    }
)

_WORKS_ON_DOSSIERS = _EVERYBODY | {
    Permission.ASSIGN_DOSSIERS,
    Permission.HAND_OVER,
    Permission.ADD_NOTE,
    Permission.PAUSE_DOSSIER,
    Permission.DRAFT_APOLOGIES,
    Permission.LOG_OUTAGES,
    Permission.FINISH_DOSSIER,
    Permission.VIEW_PERSONAL,
    Permission.EXPORT_LISTS,
    Permission.ACKNOWLEDGE_ALERTS,
    Permission.HANDLE_FIELD_REPORTS,
}

_HEAD_OF_UNIT = _WORKS_ON_DOSSIERS | {
    Permission.CORRECT_AT_WORK,
    Permission.DECIDE_APOLOGIES,
    Permission.DISPUTE_SOURCE,
    Permission.WITHDRAW_DOSSIER,
    Permission.VIEW_SUPERVISION,
    Permission.SHARE_VIEWS,
    Permission.PUBLISH_FIELD_REPORTS,
}

PERMISSIONS_OF: dict[Role, frozenset[Permission]] = {
    Role.CLERK: _WORKS_ON_DOSSIERS
    | {
        Permission.RECEIVE_DOSSIERS,
        Permission.RECEIVE_FIELD_REPORTS,
        Permission.CORRECT_RECEPTION,
        Permission.CANCEL_DOSSIER,
        Permission.RETURN_RESULT,
        Permission.WITHDRAW_DOSSIER,
        Permission.PRINT_RECEIPT,
        Permission.PRINT_REGISTER,
    },
    Role.OFFICER: _WORKS_ON_DOSSIERS,
    Role.HEAD_OF_UNIT: _HEAD_OF_UNIT,
    Role.HEAD_OF_AGENCY: _HEAD_OF_UNIT
    | {
        Permission.PRINT_REGISTER,
        Permission.CORRECT_RECEPTION,
        Permission.CANCEL_DOSSIER,
        Permission.FIND_PERSON,
        Permission.EXPORT_PERSONAL,
        Permission.ERASE_PERSONAL,
        Permission.ENTER_INDICATORS,
        Permission.SIGN_REPORTS,
        Permission.URGE_UNITS,
    },
    Role.CONTROLLER: _EVERYBODY
    | {
        Permission.CORRECT_AT_WORK,
        Permission.CANCEL_DOSSIER,
        Permission.CANCEL_LATE_DOSSIER,
        Permission.ADD_NOTE,
        Permission.ACKNOWLEDGE_ALERTS,
        Permission.VIEW_SUPERVISION,
        Permission.VIEW_PERSONAL,
        Permission.EXPORT_LISTS,
        Permission.SHARE_VIEWS,
        Permission.FIND_PERSON,
        Permission.EXPORT_PERSONAL,
        Permission.ERASE_PERSONAL,
        Permission.IMPORT_DOSSIERS,
        Permission.MATCH_DOSSIERS,
        Permission.ENTER_INDICATORS,
        Permission.RECEIVE_FIELD_REPORTS,
        Permission.MANAGE_ALERT_RULES,
        Permission.URGE_UNITS,
        Permission.VIEW_AUDIT,
    },
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        Permission.MANAGE_ALERT_RULES,
        Permission.MANAGE_CATALOGUE,
        Permission.MANAGE_CALENDAR,
        Permission.MANAGE_ACCOUNTS,
        Permission.MANAGE_API_TOKENS,
        Permission.VIEW_OPERATIONS,
        Permission.RETRY_MAIL,
        Permission.VIEW_AUDIT,
        Permission.IMPORT_DOSSIERS,
    },
    Role.AUDITOR: _EVERYBODY
    | {
        Permission.VIEW_SUPERVISION,
        Permission.VIEW_PERSONAL,
        Permission.FIND_PERSON,
        Permission.EXPORT_LISTS,
        Permission.VIEW_OPERATIONS,
        Permission.VIEW_AUDIT,
    },
}

READING: frozenset[Permission] = frozenset(
    {
        Permission.VIEW_DOSSIERS,
        Permission.VIEW_SUPERVISION,
        Permission.EXPORT_LISTS,
        Permission.VIEW_PERSONAL,
        Permission.FIND_PERSON,
        Permission.EXPORT_PERSONAL,
        Permission.VIEW_ALERTS,
        Permission.VIEW_REPORTS,
        Permission.VIEW_CATALOGUE,
        Permission.VIEW_OPERATIONS,
        Permission.VIEW_AUDIT,
    }
)
"""What changes nothing: all that an auditor can have."""

OVERSIGHT: frozenset[Permission] = READING | {
    Permission.ADD_NOTE,
    Permission.ACKNOWLEDGE_ALERTS,
    Permission.CANCEL_LATE_DOSSIER,
    Permission.MATCH_DOSSIERS,
}
"""What reaches down the tree: a superior reads, remarks, consents and says which dossiers are one, and
leaves the work to the unit."""


AS_DEPUTY: frozenset[Permission] = _EVERYBODY | {
    Permission.ASSIGN_DOSSIERS,
    Permission.ADD_NOTE,
    Permission.DRAFT_APOLOGIES,
    Permission.DECIDE_APOLOGIES,
    Permission.VIEW_SUPERVISION,
    Permission.URGE_UNITS,
    Permission.SIGN_REPORTS,
    Permission.ACKNOWLEDGE_ALERTS,
}
"""What a head's deputy may do in his place: supervise, assign, answer, sign; nobody's personal data."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A role at an agency or at one unit of it; an agency without units is its own unit.

    deputyship: held in a head's place, for as long as this runs (None: one's own).
    """

    role: Role
    agency_id: int
    unit_id: int | None = None
    deputyship: int | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What it gives where it holds."""
        held = PERMISSIONS_OF[self.role]
        return held if self.deputyship is None else held & AS_DEPUTY


@dataclass(frozen=True, slots=True)
class Scope:
    """The agencies whose dossiers a person sees: one of a dossier's three organisations is among them."""

    all: bool
    agency_ids: frozenset[int]

    def sees(self, agency_ids: Iterable[int]) -> bool:
        """True if a dossier of these organisations (receiving, resolving, returning) is within the scope."""
        return self.all or not self.agency_ids.isdisjoint(agency_ids)


EVERYTHING = Scope(all=True, agency_ids=frozenset())
NOTHING = Scope(all=False, agency_ids=frozenset())

SubtreeOf = Callable[[int], Collection[int]]
"""Gives an agency, all below it, and the predecessors of each, which count as children."""


def permissions_of(memberships: Iterable[Membership]) -> frozenset[Permission]:
    """All that the memberships give anywhere: decides on menus, never on what may be done to a dossier."""
    return frozenset(permission for held in memberships for permission in held.permissions)


def scope_of(memberships: Iterable[Membership], subtree_of: SubtreeOf) -> Scope:
    """The subtrees of all memberships together (domain rule 7: scoped to the agency's subtree)."""
    seen = frozenset(agency_id for held in memberships for agency_id in subtree_of(held.agency_id))
    return Scope(all=False, agency_ids=seen)


def permissions_on(
    memberships: Iterable[Membership], agency_ids_of_dossier: Collection[int], subtree_of: SubtreeOf
) -> frozenset[Permission]:
    """What the memberships permit on a dossier of these organisations (receiving, resolving, returning).

    A role acts at its own organisation only; `OVERSIGHT` also reaches dossiers of the agencies below it.
    """
    permitted: set[Permission] = set()
    for held in memberships:
        if held.agency_id in agency_ids_of_dossier:
            permitted |= held.permissions
        elif not set(agency_ids_of_dossier).isdisjoint(subtree_of(held.agency_id)):
            permitted |= held.permissions & OVERSIGHT
    return frozenset(permitted)


def may_act(
    memberships: Iterable[Membership],
    permission: Permission,
    agency_ids_of_dossier: Collection[int],
    subtree_of: SubtreeOf,
) -> bool:
    """True if some membership gives this permission on a dossier of these organisations."""
    return permission in permissions_on(memberships, agency_ids_of_dossier, subtree_of)
