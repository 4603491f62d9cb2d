"""A dossier in a line of a list: the names that lists show beside columns of their own."""

from typing import Any

from sqlalchemy.orm import aliased

from tthc_tracker.domain.people import listed_name
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion


def with_resolver(statement: Any) -> Any:
    """`described`, and the agency that resolves it."""
    return described(statement.join(Agency, Agency.id == Dossier.resolving_agency_id))


def described(statement: Any) -> Any:
    """A statement over dossiers and an agency of theirs, with procedure_code, procedure, owner, owner_kind,
    agency_code, agency, unit and officer. The owner's name is whole: `told_by` masks it."""
    owner, officer = aliased(Person), aliased(User)
    return (
        statement.join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .outerjoin(Unit, Unit.id == Dossier.holding_unit_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .add_columns(
            Procedure.code.label("procedure_code"), ProcedureVersion.name.label("procedure"),
            owner.full_name.label("owner"), owner.kind.label("owner_kind"),
            Agency.code.label("agency_code"), Agency.name.label("agency"), Unit.name.label("unit"),
            officer.full_name.label("officer"),
        )
    )  # fmt: skip


def told_by(row: Any) -> dict[str, Any]:
    """What a line shows of these names, the owner's masked, as the fields of the same names take it."""
    return {
        "procedure_code": row.procedure_code, "procedure": row.procedure,
        "owner": listed_name(row.owner, row.owner_kind), "agency_code": row.agency_code,
        "agency": row.agency, "unit": row.unit, "officer": row.officer,
    }  # fmt: skip
