"""`flask retention`: erase the personal data whose term is over."""

import datetime as dt

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.domain.errors import NotNow
from tthc_tracker.extensions import database
from tthc_tracker.queries import retention as reads
from tthc_tracker.services import fieldreportprivacy, retention
from tthc_tracker.services.erasure import Erased
from tthc_tracker.services.retention import DryRun
from tthc_tracker.web import erasedfiles
from tthc_tracker.wording.personaldata import erased_words

retention_group = AppGroup("retention", help="How long personal data is kept.")


@retention_group.command("run")
@click.option(
    "--apply/--dry-run", "apply", default=False, show_default=True,
    help="Erase what is due; without it only say what would be.",
)  # fmt: skip
def run(*, apply: bool) -> None:
    """Say, by procedure, of how many ended dossiers the term is over; with --apply erase who they name.

    --apply takes only what a run without it has shown within a week, to the dossier. Erased 200 at a time,
    each part whole; of a run that was broken off look at what is left, and start it again.
    """
    now = clock.now()
    with database.reading() as session:
        due, known = reads.due(session, now.date()), reads.rules(session, now.date())
        shown = DryRun(
            sum(one.dossiers for one in due),
            reads.due_reports(session, now.date()),
            reads.mark_of(session, now.date()),
        )
    if not known:
        click.echo("Chưa đặt thời hạn lưu nào (màn hình Vận hành): không xoá gì.")
    for one in due:
        click.echo(f"{one.procedure_code}  {one.months} tháng  {one.dossiers} hồ sơ  từ {one.earliest}")
    click.echo(f"Đến hạn xoá: {shown.dossiers} hồ sơ, {shown.reports} phản ánh hiện trường.")
    if not shown.dossiers and not shown.reports:
        return
    if not apply:
        with database.transaction() as session:
            retention.note_dry_run(session, shown, now=now)
        click.echo("Chạy thử, chưa xoá gì. Sao lưu rồi chạy lại với --apply để xoá.")
        return
    _begin(shown, now)
    done = _erase(now.date())
    click.echo(erased_words(done.dossiers, done.papers, done.lines))
    click.echo(f"Đã xoá dữ liệu cá nhân trong {done.reports} phản ánh hiện trường.")


def _begin(shown: DryRun, now: dt.datetime) -> None:
    try:
        with database.transaction() as session:
            retention.begin(session, shown, now=now)
    except NotNow:
        raise click.ClickException(
            "Chưa xoá gì: trong 7 ngày qua chưa ai chạy thử đúng những hồ sơ này. Hãy chạy «flask retention "
            "run», xem danh sách, sao lưu, rồi chạy lại với --apply."
        ) from None


def _erase(on: dt.date) -> Erased:
    done = Erased()
    for erase_next in (retention.erase_next, fieldreportprivacy.erase_next):
        while True:
            with database.transaction() as session:
                part = erase_next(session, now=clock.now(), on=on)
            if not part.dossiers and not part.reports:
                break
            erasedfiles.remove(current_app.config["SETTINGS"].var, part)
            done.add(part)
            click.echo(f"  đã xoá {done.dossiers + done.reports}", err=True)
    return done
