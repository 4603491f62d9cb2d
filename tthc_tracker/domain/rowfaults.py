"""Why a row of the exchange vocabulary is not taken, and what is wrong with one that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Refusal(StrEnum):
    """Why a row is not taken. Stable: files of errors carry these codes."""

    BROKEN_ROW = "broken_row"
    LONG_CELL = "long_cell"
    SURPLUS_CELLS = "surplus_cells"
    REPEATED_NAME = "repeated_name"
    NO_DOSSIER = "no_dossier"
    ERROR_CELL = "error_cell"
    SPOILED_TEXT = "spoiled_text"
    NO_CODE = "no_code"
    BAD_CODE = "bad_code"
    NO_OWNER = "no_owner"
    LONG_NAME = "long_name"
    UNCLEAN_TEXT = "unclean_text"
    BAD_PROCEDURE = "bad_procedure"
    BAD_CHANNEL = "bad_channel"
    BAD_APPLICANT_KIND = "bad_applicant_kind"
    BAD_STATUS = "bad_status"
    BAD_DATE = "bad_date"
    NO_MOMENT = "no_moment"
    NO_ACCEPTANCE = "no_acceptance"
    DUE_BEFORE_ACCEPTANCE = "due_before_acceptance"
    FINISHED_BEFORE_ACCEPTANCE = "finished_before_acceptance"
    NO_FINISH = "no_finish"
    UNKNOWN_AGENCY = "unknown_agency"
    OUT_OF_SCOPE = "out_of_scope"
    CODE_TAKEN = "code_taken"
    ARCHIVED = "archived"
    CONFLICT_IN_FILE = "conflict_in_file"
    CONFLICT_WITH_SOURCE = "conflict_with_source"
    CONFLICT_WITH_STORED = "conflict_with_stored"
    BACKWARD_STATUS = "backward_status"


class RowWarning(StrEnum):
    """What was taken although something about it is wrong."""

    NO_DUE_DATE = "no_due_date"
    DUE_ON_DAY_OFF = "due_on_day_off"
    FINISH_FROM_RETURN = "finish_from_return"
    NO_DECISION_DATE = "no_decision_date"
    NEW_PROCEDURE = "new_procedure"
    ODD_ID = "odd_id"
    LOST_ID = "lost_id"
    LOST_PHONE = "lost_phone"
    UNKNOWN_CALENDAR = "unknown_calendar"


class RowRefusedError(Exception):
    """A row that cannot be taken: the reason and the field (its name in the vocabulary) it lies in.

    `others`: what else is wrong with it, (reason, field) each.
    """

    others: Sequence[tuple[Refusal, str]] = ()

    def __init__(self, reason: Refusal, field: str = "") -> None:
        self.reason = reason
        self.field = field
        super().__init__(f"{reason.value} {field}")


_SAID_OF_EACH = ("MaHoSo", "ChuHoSo", "TrangThaiHoSo")


def holds_no_dossier(row: Mapping[str, str]) -> bool:
    """Whether a row is a sum, a signature or a date beneath a table: of what is said of each dossier alone it
    says one thing at most."""
    return sum(not row.get(name, "").strip() for name in _SAID_OF_EACH) > 1


class BrokenRow(dict[str, str]):
    """A row whose cells cannot be trusted: what could be read of it, and why it is refused."""

    def __init__(self, cells: Mapping[str, str], reason: Refusal, field: str = "") -> None:
        super().__init__(cells)
        self.reason, self.field = reason, field
