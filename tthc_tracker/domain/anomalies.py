"""Signs that the record of a dossier may not be what happened (dấu hiệu bất thường), for the controller.

Most are alerts that a deed or a scan has raised; this module says which, and the rest by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.dossiercode import parse_code


class Sign(StrEnum):
    """What looks wrong, in the order in which it is shown."""

    NO_DUE_DATE = "no_due_date"
    DUE_ON_DAY_OFF = "due_on_day_off"
    FINISH_TYPED_LATE = "finish_typed_late"
    DUE_CHANGED_LATE = "due_changed_late"
    PAUSED_ON_LAST_DAY = "paused_on_last_day"
    STATUS_BACKWARDS = "status_backwards"
    CODES_DISAGREE = "codes_disagree"
    NO_RECIPIENT = "no_recipient"
    ENDED_AGENCY = "ended_agency"
    UNBALANCED = "unbalanced"


RULE_OF: Mapping[Sign, Rule] = {
    Sign.NO_DUE_DATE: Rule.NO_DUE_DATE,
    Sign.FINISH_TYPED_LATE: Rule.FINISH_TYPED_LATE,
    Sign.DUE_CHANGED_LATE: Rule.DUE_CHANGED_LATE,
    Sign.PAUSED_ON_LAST_DAY: Rule.PAUSED_ON_LAST_DAY,
    Sign.STATUS_BACKWARDS: Rule.STATUS_BACKWARDS,
    Sign.NO_RECIPIENT: Rule.NO_RECIPIENT,
    Sign.ENDED_AGENCY: Rule.ENDED_AGENCY,
}
"""The alert whose standing is the sign; a sign without one is asked of the dossiers themselves."""

SIGN_OF: Mapping[Rule, Sign] = {rule: sign for sign, rule in RULE_OF.items()}


def code_disagrees(code: str, filed_on: date | None, accepted_on: date) -> bool:
    """Whether a code names a day on which the dossier was neither filed nor accepted, nor any between.

    filed_on: None for what was handed in at the counter. A code that names no day agrees with every one.
    Source: docs/law.md, flags.
    """
    read = parse_code(code)
    return read is not None and not (filed_on or accepted_on) <= read.day <= accepted_on
