"""`flask agencies`: an agency ends, and its dossiers go to its heirs."""

import datetime as dt
import sys

import click
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.extensions import database
from tthc_tracker.queries.successions import Preview
from tthc_tracker.services import endings, transfers
from tthc_tracker.services.endings import EndAgency
from tthc_tracker.wording.formats import day

agencies_group = AppGroup("agencies", help="Agencies that end, and their heirs.")


@agencies_group.command("close")
@click.argument("code")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="YYYY-MM-DD, included.")
@click.option("--decision", required=True, help="Number and date of the decision.")
@click.option("--heir", required=True, help="Code of the agency that takes over.")
@click.option("--sector", "sectors", multiple=True, metavar="SECTOR=HEIR", help="A sector's own heir.")
@click.option("--dry-run", is_flag=True, help="Say what would go where, and change nothing.")
def close(
    code: str, last_day: dt.datetime, decision: str, heir: str, sectors: tuple[str, ...], dry_run: bool
) -> None:
    """Give an agency its last day and its heirs; its dossiers follow once the day has passed."""
    pairs = [pair.partition("=") for pair in sectors]
    shares = {sector.strip(): to.strip() for sector, _, to in pairs}
    command = EndAgency(code, None, last_day.date(), decision, heir, shares)
    try:
        with database.reading() as session:
            ending = endings.check(session, command, actor=None)
            _say(endings.foresee(session, ending), ending.last_day)
        if dry_run:
            return
        with database.transaction() as session:
            endings.end(session, command, actor=None, now=clock.now())
    except NotFound as error:
        raise click.ClickException(f"Không có cơ quan mã {code}.") from error
    except InvalidInput as error:
        raise click.ClickException(error.message) from error
    click.echo(f"Đã ghi: {code} làm việc đến hết ngày {day(last_day.date())}.")
    _move()


@agencies_group.command("move")
def move() -> None:
    """Move now what the scheduler would move: the open dossiers of agencies that have ended."""
    _move()


def _say(preview: Preview, last_day: dt.date) -> None:
    click.echo(f"Sau ngày {day(last_day)} sẽ chuyển {preview.total} hồ sơ đang mở:")
    for one in preview.goes:
        to = f"{one.heir[0]} {one.heir[1]}" if one.heir else "chưa có nơi nhận"
        click.echo(
            f"  {one.sector}: {one.running} đang giải quyết, {one.waiting} chờ tiếp nhận, "
            f"{one.returning} trả kết quả hoặc phối hợp → {to}"
        )
    click.echo(
        f"  Kết quả chờ nhận: {preview.uncollected} (nơi kế thừa trả, không chuyển). "
        f"Cơ quan trực thuộc còn hoạt động: {preview.below}. Tài khoản: {preview.people}."
    )


def _move() -> None:
    run = transfers.Run()
    while run.more:
        with database.transaction() as session:
            transfers.move_next(session, run, now=clock.now())
        if sys.stderr.isatty():
            click.echo(f"\rĐã chuyển {run.moved} hồ sơ …", nl=False, err=True)
    if sys.stderr.isatty():
        click.echo("", err=True)
    click.echo(f"Đã chuyển {run.moved} hồ sơ sang cơ quan kế thừa.")
    if run.stuck:
        raise click.ClickException(
            f"{run.stuck} hồ sơ chưa chuyển được: chưa có cơ quan nhận cho lĩnh vực hoặc nơi trả kết quả."
        )
