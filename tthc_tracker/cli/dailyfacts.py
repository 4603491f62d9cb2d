"""`flask reports verify` and `rebuild`: are the daily facts what the dossiers come to; making them anew."""

import datetime as dt
import json
import sys
from collections.abc import Callable
from dataclasses import asdict

import click

from tthc_tracker.extensions import database
from tthc_tracker.queries import agencies, factchecks
from tthc_tracker.queries.factchecks import Difference, Report
from tthc_tracker.queries.scoping import agency_ids
from tthc_tracker.services import dailyfacts

_DAY = click.DateTime(["%Y-%m-%d"])
MOST_SHOWN = 200  # in words; as JSON all are told


@click.command("verify")
@click.option("--from", "first", type=_DAY, required=True, help="First day (YYYY-MM-DD).")
@click.option("--to", "last", type=_DAY, required=True, help="Last day, included.")
@click.option("--agency", "code", default="", metavar="CODE", help="Only this agency and those below it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify_command(first: dt.datetime, last: dt.datetime, code: str, form: str) -> None:
    """Count the days of a period anew from every dossier, and name each fact that is kept otherwise.

    Exit status 1 when something differs. Dossiers that wait for the job fold-facts are compared as they were.
    """
    if first > last:
        raise click.ClickException("ngày đầu sau ngày cuối.")
    with database.reading() as session:
        names = {0: ""} | agencies.codes(session)
        if code and agencies.agency_id(session, code) is None:
            raise click.ClickException(f"không có cơ quan nào mang mã {code}.")
        below = agency_ids(session, code)
    with database.reading() as session:
        report = factchecks.verify(session, first.date(), last.date(), below, _progress())
    click.echo(err=True)
    if form == "json":
        click.echo(json.dumps(_as_json(report, names, first, last), ensure_ascii=False))
    else:
        _say(report, names)
    sys.exit(1 if report.differences else 0)


def _progress() -> Callable[[int], None]:
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        click.echo(f"\rđã đếm lại {done} hồ sơ", nl=False, err=True)

    return tell


def _as_json(
    report: Report, names: dict[int, str], first: dt.datetime, last: dt.datetime
) -> dict[str, object]:
    return {
        "from": first.date().isoformat(), "to": last.date().isoformat(), "ok": not report.differences,
        "dossiers": report.dossiers, "waiting": report.waiting, "standing": report.standing,
        "differences": [_named(each, names) for each in report.differences],
    }  # fmt: skip


def _named(difference: Difference, names: dict[int, str]) -> dict[str, object]:
    return asdict(difference) | {
        "agency": names.get(difference.agency, "?"),
        "day": difference.day.isoformat(),
    }  # fmt: skip


def _say(report: Report, names: dict[int, str]) -> None:
    click.echo(
        f"{report.dossiers} hồ sơ, {report.waiting} đang chờ cộng dồn; {len(report.differences)} số sai khác."
    )
    if report.standing != "ready":
        click.echo("Tổng theo kỳ chưa lập xong: chạy flask jobs run fold-facts.")
    for each in report.differences[:MOST_SHOWN]:
        where = f" ({each.of})" if each.of else ""
        click.echo(
            f"{names.get(each.agency) or 'toàn tỉnh'} {each.day} {each.measure}{where}: "
            f"đang lưu {each.kept}, đếm lại {each.found}"
        )
    if len(report.differences) > MOST_SHOWN:
        click.echo(f"… và {len(report.differences) - MOST_SHOWN} số nữa (xem đủ: --format json).")


@click.command("rebuild")
def rebuild_command() -> None:
    """Forget all daily facts and make them anew from the dossiers; tables are counted live meanwhile.

    A run cut short is gone on with by the job fold-facts.
    """
    with database.transaction() as session:
        number = dailyfacts.begin_anew(session)
    run = dailyfacts.Run()
    while run.more:
        with database.transaction() as session:
            dailyfacts.fold_next(session, run)
        told = f"cộng dồn: {run.summed}" if run.summed else f"đã đếm {run.many} / {number} hồ sơ"
        click.echo(f"\r{told:<60}", nl=False, err=True)
    click.echo(err=True)
    click.echo(f"Đã lập lại số liệu ngày của {number} hồ sơ.")
