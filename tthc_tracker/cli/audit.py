"""`flask audit`: whether history is as it was written."""

import datetime as dt
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.queries import agencies, trailchecks
from tthc_tracker.queries.trailchecks import Break, Report, Span
from tthc_tracker.services import sealfiles
from tthc_tracker.services.trailkeys import NAME, Keyring
from tthc_tracker.wording import trail as words

audit_group = AppGroup("audit", help="The tamper-evident trail of history.")
_DAY = click.DateTime(["%Y-%m-%d"])


def _var() -> Path:
    var: Path = current_app.config["SETTINGS"].var
    return var


@audit_group.command("verify")
@click.option("--agency", "code", default=None, help="Only this agency's chain.")
@click.option("--from", "since", type=_DAY, default=None, help="Only links from this day (YYYY-MM-DD).")
@click.option("--to", "until", type=_DAY, default=None, help="Only links up to this day, included.")
@click.option(
    "--seals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="The file of seals kept elsewhere (default: var/trail.seals).",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(
    code: str | None, since: dt.datetime | None, until: dt.datetime | None, seals: Path | None, form: str
) -> None:
    """Check every chain, every row under it and every seal. Exit status 1 when something is wrong.

    A whole run (no --agency, --from, --to) also finds rows that were added and compares with the seals.
    """
    keys = Keyring(_var() / NAME).all()
    try:
        laid_down = sealfiles.read(seals or _var() / sealfiles.NAME)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    with database.reading() as session:
        names = {0: "-"} | agencies.codes(session)
        span = Span(_agency(names, code), _opening(since), _opening(until, days=1))
        report = trailchecks.verify(session, keys, span, laid_down)
    if form == "json":
        click.echo(json.dumps(_as_json(report, names), ensure_ascii=False))
    else:
        _say(report, names)
    sys.exit(1 if report.breaks else 0)


def _agency(names: dict[int, str], code: str | None) -> int | None:
    if code is None:
        return None
    for agency_id, name in names.items():
        if name == code:
            return agency_id
    raise click.ClickException(f"không có cơ quan nào mang mã {code}")


def _opening(day: dt.datetime | None, days: int = 0) -> dt.datetime | None:
    return None if day is None else day.replace(tzinfo=clock.HANOI) + dt.timedelta(days=days)


def _as_json(report: Report, names: dict[int, str]) -> dict[str, object]:
    breaks = [asdict(each) | {"agency": names.get(each.agency_id, "?")} for each in report.breaks]
    return {
        "ok": not report.breaks, "chains": report.chains, "links": report.links, "events": report.events,
        "entries": report.entries, "erased": report.erased, "seals": report.seals, "breaks": breaks,
        "archived": report.archived,
        "archives": [asdict(one) | {"at": one.at.isoformat()} for one in report.archives],
    }  # fmt: skip


def _say(report: Report, names: dict[int, str]) -> None:
    click.echo(
        f"{report.chains} chuỗi, {report.links} mắt xích, {report.events} sự kiện hồ sơ, "
        f"{report.entries} dòng nhật ký, {report.erased} phần riêng tư đã xoá, {report.seals} niêm phong."
    )
    for one in report.archives:
        click.echo(words.archived(one.year, one.at, one.by, one.events, one.hash, read=one.found is not None))
    for each in report.breaks:
        click.echo(f"SAI: {_where(each, names)}: {words.FAULTS[each.fault]}.")
    if not report.breaks:
        click.echo("Nhật ký nguyên vẹn.")


def _where(each: Break, names: dict[int, str]) -> str:
    return words.where(names.get(each.agency_id, "?"), each.link, each.place, each.kind, each.row, each.day)


@audit_group.command("seals")
def seals_command() -> None:
    """Print the seals of the file, to be compared with those that came by mail."""
    for seal in sealfiles.read(_var() / sealfiles.NAME):
        click.echo(f"{seal.day}  {seal.root}")


@audit_group.command("new-key")
def new_key() -> None:
    """Sign the trail with a new key from now on; the old ones are kept to check what they signed."""
    click.echo(f"Khoá số {Keyring(_var() / NAME).add().id}. Khởi động lại web và tiến trình định kỳ.")
