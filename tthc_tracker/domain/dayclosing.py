"""What a desk looks for before it closes its day."""

from enum import StrEnum


class Mismatch(StrEnum):
    """What is not right about a dossier that the desk received or finished on a day."""

    NO_PAPERS = "no_papers"
    NO_DUE_DATE = "no_due_date"
    NOT_HANDED_OVER = "not_handed_over"  # accepted for another agency, and its hand-over clock has run out
    NO_RESULT_NUMBER = "no_result_number"
    RETURNED_UNPAID = "returned_unpaid"
