"""SQLAlchemy mappings, one table family a module; no queries, no verbs."""

from tthc_tracker.models import (
    account,
    agency,
    alert,
    api,
    calendar,
    dossier,
    handover,
    history,
    importing,
    job,
    keptlist,
    pausing,
    person,
    procedure,
    process,
    reception,
    setting,
)
from tthc_tracker.models.base import Base

__all__ = [
    "Base",
    "account",
    "agency",
    "alert",
    "api",
    "calendar",
    "dossier",
    "handover",
    "history",
    "importing",
    "job",
    "keptlist",
    "pausing",
    "person",
    "procedure",
    "process",
    "reception",
    "setting",
]
