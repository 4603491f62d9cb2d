"""Rows of a calendar file, written from what people say on a form or from what a library suggests."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from tthc_tracker.services.calendars import WEEKDAYS, Line, RowKind

SATURDAY = 5
HEAD = ("date", "kind", "windows", "basis", "agency", "weekdays")
SUGGESTED_BY = version("holidays")


WEEKLY = frozenset({RowKind.HOURS, RowKind.INTAKE_HOURS})


@dataclass(frozen=True)
class NewRow:
    """One row to be written. agency: its code, empty for the nation."""

    on: dt.date
    kind: RowKind
    basis: str
    windows: str = ""
    agency: str = ""
    weekdays: str = ""


def as_file(rows: Iterable[NewRow]) -> str:
    """The rows as a calendar file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for row in rows:
        writer.writerow(
            (row.on.isoformat(), row.kind.value, row.windows, row.basis, row.agency, row.weekdays)
        )
    return text.getvalue()


def in_one_form(lines: Iterable[Line], codes: Mapping[int, str]) -> str:
    """What a file was read to say, written as every change is kept. codes: of the agencies, by id."""
    return as_file(
        NewRow(
            line.on, line.kind, line.basis, line.windows,
            "" if line.agency_id is None else codes[line.agency_id],
            ",".join(WEEKDAYS[weekday] for weekday in line.weekdays) if line.kind in WEEKLY else "",
        )
        for line in lines
    )  # fmt: skip


def days(first: dt.date, last: dt.date, kind: RowKind, basis: str, agency: str) -> list[NewRow]:
    """The same for every day of a stretch."""
    many = (last - first).days + 1
    return [NewRow(first + dt.timedelta(number), kind, basis, "", agency) for number in range(many)]


def week(since: dt.date, kind: RowKind, windows: Sequence[str], basis: str, agency: str) -> list[NewRow]:
    """The hours of seven days, Monday first, from a day on; empty: off."""
    return [
        NewRow(since, kind, basis, hours, agency, weekday)
        for weekday, hours in zip(WEEKDAYS, windows, strict=True)
        if hours.strip()
    ]


def suggested(year: int, basis: str) -> list[NewRow]:
    """What the package `holidays` knows of a year: days off, for a year that is provisional by it.

    It misses days that are swapped and errs where the government decided otherwise (docs/law.md): a person
    compares it before it is agreed to. Weekly days off are left out.
    """
    import holidays  # noqa: PLC0415 (asked for once a year; no process that starts should wait for it)

    found = holidays.country_holidays("VN", years=year, language="vi")  # whatever the machine speaks
    named = {on: name for on, name in sorted(found.items()) if on.year == year and on.weekday() < SATURDAY}
    holds = [NewRow(on, RowKind.HOLIDAY, f"{basis}: {name}"[:300]) for on, name in named.items()]
    return [NewRow(dt.date(year, 1, 1), RowKind.YEAR_PROVISIONAL, basis), *holds]
