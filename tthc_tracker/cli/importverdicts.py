"""What became of every row of a file, as `flask imports run --format json` tells it."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

import click

from tthc_tracker.services.importjudging import Judged, Outcome
from tthc_tracker.wording import importing

VERDICTS = {
    Outcome.NEW: "accepted",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.REPEAT: "accepted",
    Outcome.REFUSED: "refused",
}


class Verdicts:
    """The verdicts of a file, kept in another until its counts are known: it may have a million rows."""

    def __init__(self, kept: TextIO) -> None:
        self._file = kept

    def note(self, judged: Iterable[Judged]) -> None:
        """Write down what became of a batch."""
        self._file.writelines(json.dumps(_by_row(item), ensure_ascii=False) + "\n" for item in judged)

    def tell(self, counts: dict[str, Any]) -> None:
        """Print the counts and, a line each, the rows as one JSON object."""
        head = json.dumps(counts, ensure_ascii=False, indent=1).removesuffix("\n}")
        click.echo(f'{head},\n "by_row": [', nl=False)
        self._file.seek(0)
        between = "\n"
        for line in self._file:
            click.echo(f"{between}  {line[:-1]}", nl=False)
            between = ",\n"
        click.echo("\n ]\n}")


def _verdict(item: Judged) -> str:
    return (
        "accepted with warning" if item.outcome is Outcome.NEW and item.warnings else VERDICTS[item.outcome]
    )


def _by_row(item: Judged) -> dict[str, Any]:
    remarks = importing.remarks(item)
    return {
        "row": item.number,
        "MaHoSo": item.code,
        "verdict": _verdict(item),
        "reason": remarks[0][0] if remarks else ("repeat" if item.outcome is Outcome.REPEAT else ""),
        "why": importing.why(item),
    }
