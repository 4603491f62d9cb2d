"""The summary: the statutory table, rates, charts, the dossiers behind every number, the public figures."""

from tthc_tracker.web.reports import (
    agency,
    dossiers,
    gallery,
    opendata,
    procedures,
    public,
    ranking,
    satisfaction,
    signed,
    signing,
    statutory,
    views,
    working,
)
from tthc_tracker.web.reports.blueprint import blueprint

__all__ = [
    "agency",
    "blueprint",
    "dossiers",
    "gallery",
    "opendata",
    "procedures",
    "public",
    "ranking",
    "satisfaction",
    "signed",
    "signing",
    "statutory",
    "views",
    "working",
]
