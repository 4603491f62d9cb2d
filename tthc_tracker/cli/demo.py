"""`flask demo`: believable data to try the tracker with."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.queries.accounts import demo_people
from tthc_tracker.queries.demo import is_untouched
from tthc_tracker.services.accounts import DEMO_PASSWORD
from tthc_tracker.services.demo import filling

demo_group = AppGroup("demo", help="Believable data of people who do not exist.")


@demo_group.command("fill")
@click.option("--dossiers", type=click.IntRange(1, 1_000_000), default=filling.DOSSIERS, show_default=True)
@click.option("--seed", type=int, default=filling.SEED, show_default=True, help="The same makes the same.")
def fill(dossiers: int, seed: int) -> None:
    """Fill an empty database; to begin again remove it (var/) and upgrade."""
    if not _fill_if_untouched(dossiers, seed):
        click.echo(
            "Cơ sở dữ liệu đã có tài khoản hoặc hồ sơ, không trộn dữ liệu dùng thử vào. "
            "Hãy dùng cơ sở dữ liệu khác, hoặc xoá thư mục var/ rồi chạy «flask db upgrade».",
            err=True,
        )
        sys.exit(1)
    show_demo_accounts()


def fill_demo_when_empty() -> None:
    """Fill the demo into a database in which there is no account and no dossier; else do nothing."""
    _fill_if_untouched(filling.DOSSIERS, filling.SEED)


def show_demo_accounts() -> None:
    """Print with which accounts one can sign in."""
    with database.reading() as session:
        people = demo_people(session)
    if not people:
        return
    click.echo(f"  Tài khoản dùng thử, mật khẩu chung: {DEMO_PASSWORD}")
    for person in people:
        click.echo(f"    {person.username:<12} {person.role_label}, {person.agency_name}")


def _fill_if_untouched(dossiers: int, seed: int) -> bool:
    """Fill in one transaction: stopped half-way, the next start finds an empty database again."""
    with database.transaction() as session:
        if not is_untouched(session):
            return False
        with click.progressbar(length=dossiers, label="Tạo dữ liệu dùng thử") as bar:
            filling.fill(
                session, now=clock.now(), secret=current_app.config["SETTINGS"].secret_key,
                dossiers=dossiers, seed=seed, progress=bar.update,
            )  # fmt: skip
    return True
