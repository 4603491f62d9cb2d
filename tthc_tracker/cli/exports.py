"""`flask exports dossiers`: dossiers as a file that `flask imports run` of another installation takes in."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.domain.exchangeobject import DossierFacts
from tthc_tracker.extensions import database
from tthc_tracker.queries import exchange, scoping
from tthc_tracker.queries.exchange import Exported
from tthc_tracker.services import audit
from tthc_tracker.spreadsheets import exchangelines, exportfiles
from tthc_tracker.wording.formats import number

exports_group = AppGroup("exports", help="Dossiers for another installation.")

BATCH = 2_000
_DAY = click.DateTime(["%Y-%m-%d"])


@exports_group.command("dossiers")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--source", "source_code", default="desk", show_default=True, help="Code of their source.")
@click.option("--agency", default="", help="Only of this agency and those below it.")
@click.option("--from", "first", type=_DAY, help="Accepted (or else submitted) on this day or later.")
@click.option("--to", "last", type=_DAY, help="On this day or earlier.")
@click.option("--format", "form", type=click.Choice(exchangelines.FORMS), default="csv", show_default=True)
def dossiers(
    path: Path, source_code: str, agency: str, first: dt.datetime | None, last: dt.datetime | None, form: str
) -> None:
    """Write dossiers to PATH in the exchange vocabulary: CSV, or JSON with a dossier a line.

    Names and numbers of people stand in it unmasked: it is made for the owner's eyes, and the audit says so.
    """
    if path.exists() and not path.is_file():  # it would be replaced, not written to
        raise click.ClickException(f"«{path}» không phải là tệp thường.")
    which = _which(source_code, agency, first, last)
    with database.transaction() as session:
        audit.note(
            session, "dossiers_exported", actor_id=None, now=clock.now(),
            facts={
                "source": source_code, "agency": agency, "form": form, "from": _day(first), "to": _day(last),
            },
        )  # fmt: skip
    counted = _Counted()
    with exportfiles.written(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        file.writelines(exchangelines.lines(form, counted.passing(_read(which))))
    click.echo(f"{path}: {number(counted.number)} hồ sơ.")


def _which(source: str, agency: str, first: dt.datetime | None, last: dt.datetime | None) -> Exported:
    with database.reading() as session:
        agencies = scoping.agency_ids(session, agency)
        if agencies is not None and not agencies:
            raise click.ClickException(f"Không có cơ quan mã «{agency}».")
        found = exchange.source(session, source)
    if found is None:
        raise click.ClickException(f"Không có nguồn «{source}».")
    return Exported(found, agencies, first and first.date(), last and last.date())


def _read(which: Exported) -> Iterator[DossierFacts]:
    """A session for each batch: a long file holds no snapshot of the database."""
    after = 0
    while True:
        with database.reading() as session:
            rows = exchange.exported(session, which, after, BATCH)
        yield from (facts for _, facts in rows)
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


def _day(given: dt.datetime | None) -> str:
    return given.date().isoformat() if given else ""


class _Counted:
    """How many have passed."""

    def __init__(self) -> None:
        self.number = 0

    def passing(self, dossiers: Iterator[DossierFacts]) -> Iterator[DossierFacts]:
        """Each as it comes, counted."""
        for one in dossiers:
            self.number += 1
            yield one
