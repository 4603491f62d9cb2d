"""How somebody found the service once his result was returned: three levels, and no word of his own."""

from enum import StrEnum


class Rating(StrEnum):
    """A choice of ours: the papers name no levels."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"


class RatedAt(StrEnum):
    """Where a rating was given."""

    LOOKUP = "lookup"
    DESK = "desk"
