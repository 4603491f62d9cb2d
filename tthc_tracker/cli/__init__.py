"""Commands: `flask <group> <command>`; each group is a module."""

import click
from flask import Flask

from tthc_tracker.cli.alerts import alerts_group
from tthc_tracker.cli.backups import backup_command, restore_command
from tthc_tracker.cli.calendars import calendar_group
from tthc_tracker.cli.catalogue import catalogue_group
from tthc_tracker.cli.database import database_group
from tthc_tracker.cli.imports import imports_group
from tthc_tracker.cli.deadlines import deadlines_group
from tthc_tracker.cli.jobs import jobs_group
from tthc_tracker.cli.reports import reports_group
from tthc_tracker.cli.demo import demo_group
from tthc_tracker.cli.serving import serve_command
from tthc_tracker.cli.users import users_group

GROUPS: tuple[click.Command, ...] = (
    alerts_group,
    backup_command,
    calendar_group,
    catalogue_group,
    database_group,
    imports_group,
    deadlines_group,
    demo_group,
    jobs_group,
    reports_group,
    restore_command,
    serve_command,
    users_group,
)


def register(app: Flask) -> None:
    """Put every group of commands on the application."""
    for group in GROUPS:
        app.cli.add_command(group)
