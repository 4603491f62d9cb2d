"""`flask users`: the first administrator, and links for those who are locked out."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import database
from tthc_tracker.services import accounts

users_group = AppGroup("users", help="Accounts.")


def _print_link(token: str, lasts: str) -> None:
    public_url = current_app.config["SETTINGS"].public_url
    click.echo(f"{public_url}/lien-ket/{token}")
    click.echo(f"Liên kết dùng một lần, trong {lasts}. Chỉ đưa cho đúng người.", err=True)


@users_group.command("invite-admin")
@click.option("--email", required=True, help="The address the administrator signs in with.")
@click.option("--agency", required=True, help="Code of the agency whose subtree is administered.")
@click.option("--name", default="Quản trị viên", show_default=True, help="Full name.")
def invite_admin(email: str, agency: str, name: str) -> None:
    """Make an administrator and print a one-time link to set the password by."""
    try:
        with database.transaction() as session:
            agency_id = accounts.agency_id_of(session, agency)
            command = accounts.InvitePerson(email, name, (Membership(Role.ADMINISTRATOR, agency_id),))
            _, token = accounts.invite(session, command, actor=None, now=clock.now())
    except InvalidInput as error:
        click.echo(f"{error.field}: {error.message}", err=True)
        sys.exit(1)
    _print_link(token, "24 giờ")


@users_group.command("reset-link")
@click.option("--email", required=True, help="The address of the account.")
def reset_link(email: str) -> None:
    """Print a one-time link by which somebody sets a new password."""
    try:
        with database.transaction() as session:
            user_id = accounts.user_id_of(session, email)
            token = accounts.reset_link(session, user_id, actor=None, now=clock.now())
    except InvalidInput as error:
        click.echo(f"{error.field}: {error.message}", err=True)
        sys.exit(1)
    _print_link(token, "30 phút")
