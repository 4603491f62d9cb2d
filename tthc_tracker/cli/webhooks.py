"""`flask webhooks`: addresses of other systems that are told of changes."""

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.webhooks import Allowed, WebhookEvent
from tthc_tracker.extensions import database
from tthc_tracker.queries import webhooks as queries
from tthc_tracker.queries.webhooks import EndpointLine
from tthc_tracker.services import webhookoutbox, webhooks
from tthc_tracker.services.webhooks import RegisterEndpoint
from tthc_tracker.wording.formats import moment

_NUMBER = click.argument("endpoint_id", type=click.IntRange(1, 2**63 - 1))

webhooks_group = AppGroup("webhooks", help="Other systems that are told of changes.")


@webhooks_group.command("add")
@click.option("--source", "source_code", required=True, help="Of whose dossiers it is told.")
@click.option("--url", required=True, help="Where it is called, https://…")
@click.option("--name", required=True, help="Whose machine answers there.")
@click.option("--event", "events", multiple=True, type=click.Choice([event.value for event in WebhookEvent]),
              help="What it is told; give it once for each. All when left out.")  # fmt: skip
def add(source_code: str, url: str, name: str, events: tuple[str, ...]) -> None:
    """Register an address and print its secret, this once. Exit status 1 when it cannot be registered."""
    settings = current_app.config["SETTINGS"]
    allowed = Allowed.of(settings.webhook_allow)
    wanted = frozenset(map(WebhookEvent, events)) or frozenset(WebhookEvent)
    command = RegisterEndpoint(source_code, name, url, wanted)
    try:
        with database.transaction() as session:
            endpoint_id, secret = webhooks.register(
                session, command, key=settings.secret_key, allowed=allowed, actor=None, now=clock.now()
            )
    except InvalidInput as error:
        click.echo(f"{error.field}: {error.message}", err=True)
        raise click.exceptions.Exit(1) from error
    click.echo(secret)
    click.echo(f"Nơi nhận số {endpoint_id}. Chuỗi bí mật chỉ hiện một lần; hãy cất ở nơi nhận.", err=True)


@webhooks_group.command("list")
def list_endpoints() -> None:
    """List every address: number, state, source, events, waiting, given up, last taken, last fault, url."""
    with database.reading() as session:
        lines = queries.endpoints(session)
    for line in lines:
        click.echo("\t".join(_cells(line)))


def _cells(line: EndpointLine) -> list[str]:
    resting = line.rest_until is not None and line.rest_until > clock.now()
    state = (
        "stopped" if line.stopped_at else "paused" if line.paused_at else "resting" if resting else "running"
    )
    taken = moment(line.last_ok_at) if line.last_ok_at else "-"
    return [
        str(line.id), state, line.source_code, ",".join(line.events), f"{line.waiting} waiting",
        f"{line.dead} dead", taken, line.last_error or "-", line.url, line.name,
    ]  # fmt: skip


@webhooks_group.command("rotate")
@_NUMBER
def rotate(endpoint_id: int) -> None:
    """Print another secret; for a day calls are signed with the one before too."""
    key = current_app.config["SETTINGS"].secret_key
    try:
        with database.transaction() as session:
            secret = webhooks.rotate(session, endpoint_id, key=key, actor=None, now=clock.now())
    except NotFound as error:
        raise _unknown(endpoint_id) from error
    click.echo(secret)


@webhooks_group.command("stop")
@_NUMBER
def stop(endpoint_id: int) -> None:
    """Tell an address nothing more."""
    try:
        with database.transaction() as session:
            webhooks.stop(session, endpoint_id, actor=None, now=clock.now())
    except NotFound as error:
        raise _unknown(endpoint_id) from error
    click.echo(f"Đã dừng nơi nhận số {endpoint_id}.")


@webhooks_group.command("retry")
@_NUMBER
def retry(endpoint_id: int) -> None:
    """Let what waits, and what was given up, leave with the next run."""
    with database.transaction() as session:
        many = webhookoutbox.retry(session, endpoint_id, actor_id=None, now=clock.now())
    click.echo(f"{many} tin báo sẽ được gửi lại.")


def _unknown(endpoint_id: int) -> click.exceptions.Exit:
    click.echo(f"Không có nơi nhận số {endpoint_id} đang hoạt động. Xem: flask webhooks list", err=True)
    return click.exceptions.Exit(1)
