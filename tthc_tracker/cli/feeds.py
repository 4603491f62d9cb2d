"""`flask feeds`: where sources are fetched from, and how that goes."""

from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.feeds import FeedKind
from tthc_tracker.domain.webhooks import Allowed
from tthc_tracker.extensions import database
from tthc_tracker.queries import feeds as queries
from tthc_tracker.queries.feeds import FeedLine
from tthc_tracker.services import feeds
from tthc_tracker.services.feeds import Premises, SetFeed
from tthc_tracker.wording.formats import moment

feeds_group = AppGroup("feeds", help="Folders and addresses that sources are fetched from.")

_SOURCE = click.argument("source_code", metavar="SOURCE")


@feeds_group.command("set")
@_SOURCE
@click.option("--folder", default="", help="A folder below TTHC_FEED_ROOT.")
@click.option("--url", default="", help="An address that speaks the portal's contract, https://…")
@click.option("--every", "every", type=int, default=15, show_default=True, help="Minutes between two looks.")
@click.option("--token-from", "token", type=click.File("r"), default=None,
              help="A file with the token, - for standard input; the present one stays without.")  # fmt: skip
@click.option("--no-token", is_flag=True, help="Take the token away.")
@click.option("--off", is_flag=True, help="Keep the settings, and look no more.")
@click.option("--from-start", is_flag=True, help="Ask an address for everything again.")
def set_feed(
    source_code: str, folder: str, url: str, every: int, token: TextIO | None, no_token: bool, off: bool,
    from_start: bool,
) -> None:  # fmt: skip
    """Say where SOURCE is fetched from. Exit status 1 when it cannot be."""
    if bool(folder) == bool(url):
        raise click.UsageError("either --folder or --url")
    kind = FeedKind.FOLDER if folder else FeedKind.HTTP
    secret = None if no_token else token.read().strip() if token else ""
    command = SetFeed(source_code, kind, folder or url, every, not off, secret, from_start)
    settings = current_app.config["SETTINGS"]
    allowed = Allowed.of(settings.webhook_allow)
    premises = Premises(allowed, settings.feed_root is not None, settings.secret_key)
    try:
        with database.transaction() as session:
            feeds.set_feed(session, command, None, premises, actor=None, now=clock.now())
    except InvalidInput as error:
        click.echo(f"{error.field}: {error.message}", err=True)
        raise click.exceptions.Exit(1) from error
    except NotFound as error:
        raise click.ClickException(f"Không có nguồn «{source_code}».") from error
    click.echo(f"Nguồn «{source_code}» được lấy từ {folder or url}, {every} phút một lần.")


@feeds_group.command("list")
def list_feeds() -> None:
    """List feeds: source, state, place, next look, last success, last news, data as of, failures, fault."""
    with database.reading() as session:
        lines = queries.lines(session)
    for line in lines:
        click.echo("\t".join(_cells(line)))


def _cells(line: FeedLine) -> list[str]:
    states = (
        (not line.enabled, "off"), (bool(line.last_error), "failing"),
        (line.silent_since is not None, "silent"), (line.is_taking, "taking"),
    )  # fmt: skip
    state = next((name for holds, name in states if holds), "running")
    moments = (line.next_look_at, line.last_ok_at, line.last_news_at, line.as_of)
    told = [moment(each) if each else "-" for each in moments]
    return [line.source_code, state, line.place, *told, str(line.failures), line.last_error or "-"]


@feeds_group.command("look")
@_SOURCE
def look(source_code: str) -> None:
    """Have SOURCE looked at with the next run of fetch-sources."""
    try:
        with database.transaction() as session:
            feeds.look_now(session, source_code, actor=None, now=clock.now())
    except NotFound as error:
        raise click.ClickException(
            f"Nguồn «{source_code}» không được lấy từ đâu. Xem: flask feeds list"
        ) from error
    click.echo(f"Sẽ xem nguồn «{source_code}» ở lần chạy tới.")
