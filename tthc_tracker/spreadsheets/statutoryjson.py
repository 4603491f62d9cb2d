"""The statutory table as JSON: one shape for the command and for other systems."""

from collections.abc import Mapping
from typing import Any

from tthc_tracker.domain.performance import Rate, RateName, StatutoryRow
from tthc_tracker.queries.statistics import Line, Statistics


def table(found: Statistics) -> dict[str, Any]:
    """A table, its rows and its total."""
    return {
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "as_of": found.as_of.isoformat(),
        "rows": [row(line) for line in found.rows],
        "total": row(found.total),
    }


def row(line: Line) -> dict[str, Any]:
    """A line of a table."""
    return told(line.key, line.label, line.row, line.rates)


def told(key: str | None, label: str, row: StatutoryRow, rates: Mapping[RateName, Rate]) -> dict[str, Any]:
    """One row: its columns, memo columns and rates."""
    return {
        "key": key,
        "label": label,
        "received": {
            "online": row.online, "direct": row.direct, "carried": row.carried, "total": row.received,
        },
        "resolved": {
            "early": row.early, "on_time": row.on_time, "late": row.late, "total": row.resolved,
        },
        "open": {"within": row.open_within, "overdue": row.open_overdue, "total": row.open},
        "memo": row.memo,
        "rates": {
            name.value: {"num": rate.num, "den": rate.den, "percent": percent(rate)}
            for name, rate in rates.items()
        },
        "balances": row.balances,
    }  # fmt: skip


def percent(rate: Rate) -> float | None:
    """A rate in percent; None where there is nothing to have a rate of."""
    return None if rate.percent is None else float(rate.percent)
