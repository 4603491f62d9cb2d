"""`flask api`: keys of other systems."""

from collections.abc import Iterator

import click
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.errors import InvalidInput, NotFound, NotNow
from tthc_tracker.extensions import database
from tthc_tracker.queries import apitokens as queries
from tthc_tracker.queries.apitokens import TokenLine
from tthc_tracker.services import apitokens
from tthc_tracker.services.apitokens import LONGEST_LIFE, LONGEST_OVERLAP, IssueToken, RotateToken
from tthc_tracker.wording.formats import moment

api_group = AppGroup("api", help="Keys of other systems.")


@api_group.command("issue-token")
@click.option("--source", "source_code", required=True, help="Code of the source, e.g. provincial-portal.")
@click.option("--scope", "scopes", multiple=True, required=True,
              type=click.Choice([scope.value for scope in ApiScope]),
              help="What the key may do; give it once for each.")  # fmt: skip
@click.option("--name", required=True, help="Whose machine bears it.")
@click.option("--agency", "agency_code", default="", metavar="CODE",
              help="Whose statistics it reads, for the scope statistics.")  # fmt: skip
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, LONGEST_LIFE))
def issue_token(
    source_code: str, scopes: tuple[str, ...], name: str, agency_code: str, days: int
) -> None:  # fmt: skip
    """Issue a key and print it, this once. Exit status 1 when it cannot be issued."""
    chosen = frozenset(map(ApiScope, scopes))
    command = IssueToken(source_code, name, chosen, days, agency_code=agency_code)
    try:
        with database.transaction() as session:
            token_id, token = apitokens.issue(session, command, actor=None, now=clock.now())
    except InvalidInput as error:
        click.echo(f"{error.field}: {error.message}", err=True)
        raise click.exceptions.Exit(1) from error
    _show(token_id, token)


def _show(token_id: int, token: str) -> None:
    click.echo(token)
    click.echo(f"Khoá số {token_id}. Khoá chỉ hiện một lần ở đây; hãy cất vào nơi giữ bí mật.", err=True)


@api_group.command("rotate-token")
@click.argument("token_id", type=click.IntRange(1, 2**63 - 1))
@click.option("--hours", default=24, show_default=True, type=click.IntRange(0, LONGEST_OVERLAP),
              help="How long the old key goes on.")  # fmt: skip
def rotate_token(token_id: int, hours: int) -> None:
    """Print a key that takes the place of another: same source, name, scopes and length of life."""
    try:
        with database.transaction() as session:
            command = RotateToken(token_id, hours)
            new_id, token = apitokens.rotate(session, command, actor=None, now=clock.now())
    except NotFound as error:
        click.echo(f"Không có khoá số {token_id} còn hiệu lực. Xem: flask api list-tokens", err=True)
        raise click.exceptions.Exit(1) from error
    except NotNow as error:
        raise click.ClickException(str(error)) from error
    _show(new_id, token)


@api_group.command("list-tokens")
def list_tokens() -> None:
    """List every key: number, state, source, scopes, agency, last use, last day, end of the key, name, and
    the key before or after it: `replaces 3`, `replaced by 7`."""
    with database.reading() as session:
        lines = queries.tokens(session)
    for line in lines:
        click.echo("\t".join(_cells(line)))


def _cells(line: TokenLine) -> list[str]:
    state = "revoked" if line.revoked_at else "valid" if line.is_valid(clock.now()) else "expired"
    used = moment(line.last_used_at) if line.last_used_at else "-"
    scopes = ",".join(line.scopes)
    return [
        str(line.id), state, line.source_code, scopes, line.agency_code or "-", used, moment(line.expires_at),
        f"…{line.hint}", line.name, ", ".join(_neighbours(line)) or "-",
    ]  # fmt: skip


def _neighbours(line: TokenLine) -> Iterator[str]:
    if line.replaces:
        yield f"replaces {line.replaces}"
    if line.replaced_by:
        yield f"replaced by {line.replaced_by}"


@api_group.command("revoke-token")
@click.argument("token_id", type=click.IntRange(1, 2**63 - 1))
def revoke_token(token_id: int) -> None:
    """Make the key of this number worth nothing from the next request on."""
    try:
        with database.transaction() as session:
            apitokens.revoke(session, token_id, actor=None, now=clock.now())
    except NotFound as error:
        click.echo(f"Không có khoá số {token_id}. Xem: flask api list-tokens", err=True)
        raise click.exceptions.Exit(1) from error
    click.echo(f"Đã thu hồi khoá số {token_id}.")
