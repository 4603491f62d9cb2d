"""What the rows of a table are told apart by: the column of a grouping, and the dossiers of one row."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from tthc_tracker.domain.agencies import Level
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure, Sector, Source
from tthc_tracker.queries.factsources import CHANNELS
from tthc_tracker.queries.statisticscells import By, Condition, units_called

NO_UNIT = "-"  # the key of the row of what no unit has been given


def key_column(by: By, agency: ColumnElement[int]) -> Any:
    """The column whose value a dossier is grouped by: `agency`, of which levels are folded, or its own."""
    match by:
        case By.SECTOR:
            return Dossier.sector_id
        case By.PROCEDURE:
            return Dossier.procedure_id
        case By.UNIT:
            return func.coalesce(Dossier.holding_unit_id, 0)
        case By.CHANNEL:
            return case(*((Dossier.channel == channel, number) for channel, number in CHANNELS.items()))
        case By.SOURCE:
            return Dossier.source_id
        case _:
            return agency


def in_row(by: By, key: str, agency: ColumnElement[int]) -> Condition:
    """The dossiers of the row named `key`."""
    if by is By.CHANNEL:
        return Dossier.channel.in_([channel for channel in CHANNELS if channel == key])
    if by is By.UNIT and key == NO_UNIT:
        return Dossier.holding_unit_id.is_(None)
    column: ColumnElement[int] = key_column(by, agency)
    return column.in_(_named(by, key))


def _named(by: By, key: str) -> Any:
    """The ids of what is called so."""
    match by:
        case By.SECTOR:
            return select(Sector.id).where(Sector.code == key)
        case By.PROCEDURE:
            return select(Procedure.id).where(Procedure.code == key)
        case By.SOURCE:
            return select(Source.id).where(Source.code == key)
        case By.UNIT:
            return units_called(key)
        case By.AGENCY:
            return select(Agency.id).where(Agency.code == key)
        case _:
            return select(Agency.id).where(Agency.level.in_([level for level in Level if level == key]))
