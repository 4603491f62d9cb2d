"""Commands: `flask <group> <command>`; each group is a module."""

import click
from flask import Flask

from tthc_tracker.cli.database import database_group
from tthc_tracker.cli.serving import serve_command

GROUPS: tuple[click.Command, ...] = (
    database_group,
    serve_command,
)


def register(app: Flask) -> None:
    """Put every group of commands on the application."""
    for group in GROUPS:
        app.cli.add_command(group)
