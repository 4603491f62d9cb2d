"""`flask retention`: erase the personal data whose term is over."""

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.queries import retention as reads
from tthc_tracker.services import fieldreportprivacy, retention
from tthc_tracker.services.erasure import Erased
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

    Erased 200 at a time, each part whole; a run that was broken off is simply started again.
    """
    today = clock.now().date()
    with database.reading() as session:
        due, known = reads.due(session, today), reads.rules(session, today)
        reports = reads.due_reports(session, today)
    if not known:
        click.echo("Chưa đặt thời hạn lưu nào (màn hình Vận hành): không xoá gì.")
    for one in due:
        click.echo(f"{one.procedure_code}  {one.months} tháng  {one.dossiers} hồ sơ  từ {one.earliest}")
    click.echo(f"Đến hạn xoá: {sum(one.dossiers for one in due)} hồ sơ, {reports} phản ánh hiện trường.")
    if apply:
        done = _erase()
        click.echo(erased_words(done.dossiers, done.papers, done.lines))
        click.echo(f"Đã xoá dữ liệu cá nhân trong {done.reports} phản ánh hiện trường.")
    elif due or reports:
        click.echo("Chạy thử, chưa xoá gì. Sao lưu rồi chạy lại với --apply để xoá.")


def _erase() -> Erased:
    done = Erased()
    for erase_next in (retention.erase_next, fieldreportprivacy.erase_next):
        while True:
            with database.transaction() as session:
                part = erase_next(session, now=clock.now())
            if not part.dossiers and not part.reports:
                break
            erasedfiles.remove(current_app.config["SETTINGS"].var, part)
            done.add(part)
            click.echo(f"  đã xoá {done.dossiers + done.reports}", err=True)
    return done
