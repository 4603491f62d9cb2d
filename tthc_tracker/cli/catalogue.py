"""`flask catalogue`: agencies, units, successions, procedures and their papers from files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.cli.files import read_text, refuse, tell
from tthc_tracker.extensions import database
from tthc_tracker.queries import formtitles, processes
from tthc_tracker.services import catalogue
from tthc_tracker.services.tablerows import BadRows
from tthc_tracker.spreadsheets import csvtext

catalogue_group = AppGroup("catalogue", help="Agencies, units, procedures and their papers.")


@catalogue_group.group("load")
def load_group() -> None:
    """Load a CSV file; loading it again changes nothing, a bad row stops all of it (status 1)."""


def _load(kind: str, file: Path) -> None:
    text = read_text(file)
    try:
        with database.transaction() as session:
            outcome = catalogue.LOADERS[kind](session, text, actor_id=None, now=clock.now())
    except BadRows as error:
        refuse(file.name, error)
    else:
        tell(file.name, outcome)


def _command(kind: str, columns: str) -> None:
    @load_group.command(kind, help=f"Columns {columns}.")
    @click.argument("file", type=click.Path(path_type=Path))
    def command(file: Path) -> None:
        _load(kind, file)


_command("agencies", "code,name,level,parent [active_from,active_to,address,phone]")
_command("units", "agency,code,name [active]")
_command("successions", "predecessor,successor,on [decision]")
_command(
    "procedures",
    "code,name,sector,levels,amount,unit "
    "[case,case_name,channels,legal_amount,service_level,rounding,same_day,valid_from]",
)
_command("components", "procedure,name,originals,certified,copies")
_command("processes", "procedure,step,name,holder,amount,limit_unit [case,unit,agency,signature]")
_command("sources", "code,url: the address at which people work in a source")
_command("pauses", "reason,policy,lasts_days [restart_within,procedure,basis,valid_from]")
_command("forms", "form_key,title,valid_from [number,basis]: what printed forms are called from a day on")
_command("reportkinds", "code,name,amount,unit [ended]: kinds of field reports, with their limits")


@catalogue_group.group("export")
def export_group() -> None:
    """Write a CSV file to standard output, as `load` reads it again."""


@export_group.command("processes")
def export_processes() -> None:
    """The latest version of every electronic process, a row a step."""
    with database.reading() as session:
        _write(processes.COLUMNS, processes.export_rows(session))


@export_group.command("forms")
def export_forms() -> None:
    """What every printed form is called, with its number and basis, from which day to which."""
    with database.reading() as session:
        _write(formtitles.COLUMNS, formtitles.export_rows(session))


def _write(columns: Sequence[str], rows: Iterator[Sequence[object]]) -> None:
    for line in csvtext.lines(columns, rows):
        click.echo(line, nl=False)


@load_group.command("shipped")
def load_shipped() -> None:
    """Load what is shipped: Quảng Trị after the merger, its history, procedures and their papers."""
    try:
        with database.transaction() as session:
            outcomes = catalogue.load_shipped(session, clock.now())
    except BadRows as error:
        refuse("danh mục kèm theo", error)
    else:
        for name, outcome in outcomes.items():
            tell(name, outcome)
