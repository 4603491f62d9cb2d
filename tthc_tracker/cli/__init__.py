"""Commands: `flask <group> <command>`; each group is a module."""

import functools
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from tthc_tracker.cli.agencies import agencies_group
from tthc_tracker.cli.alerts import alerts_group
from tthc_tracker.cli.api import api_group
from tthc_tracker.cli.audit import audit_group
from tthc_tracker.cli.backups import backup_command, restore_command
from tthc_tracker.cli.calendars import calendar_group
from tthc_tracker.cli.catalogue import catalogue_group
from tthc_tracker.cli.columnmaps import map_command
from tthc_tracker.cli.database import database_group
from tthc_tracker.cli.deadlines import deadlines_group
from tthc_tracker.cli.demo import demo_group
from tthc_tracker.cli.exports import exports_group
from tthc_tracker.cli.feeds import feeds_group
from tthc_tracker.cli.fieldreports import fieldreports_group
from tthc_tracker.cli.imports import imports_group
from tthc_tracker.cli.jobs import jobs_group
from tthc_tracker.cli.reports import reports_group
from tthc_tracker.cli.retention import retention_group
from tthc_tracker.cli.serving import serve_command
from tthc_tracker.cli.sessions import session_command
from tthc_tracker.cli.users import users_group
from tthc_tracker.cli.webhooks import webhooks_group
from tthc_tracker.cli.years import years_group
from tthc_tracker.engine import PoolerMistakenError, is_full
from tthc_tracker.rendering import NotRenderedError, RenderingFaultError

reports_group.add_command(session_command)
imports_group.add_command(map_command)

GROUPS: tuple[click.Command, ...] = (
    agencies_group,
    alerts_group,
    api_group,
    audit_group,
    backup_command,
    calendar_group,
    catalogue_group,
    database_group,
    imports_group,
    deadlines_group,
    demo_group,
    exports_group,
    feeds_group,
    fieldreports_group,
    jobs_group,
    reports_group,
    restore_command,
    retention_group,
    serve_command,
    users_group,
    webhooks_group,
    years_group,
)

# DatabaseError itself: the file is no database.
_OF_THE_DATABASE_ITSELF = (DatabaseError, OperationalError, ProgrammingError)

_NOT_RENDERED: dict[type[Exception], str] = {
    NotRenderedError: "Chưa tạo được tệp in hoặc biểu đồ: máy đang bận. Hãy chạy lại lệnh này sau ít phút.",
    RenderingFaultError: "Không tạo được tệp in hoặc biểu đồ: hãy báo người phụ trách dòng lỗi ở trên.",
}


def register(app: Flask) -> None:
    """Put every group of commands on the application."""
    for group in GROUPS:
        _explain_faults(group)
        app.cli.add_command(group)


def _explain_faults(command: click.Command) -> None:
    """Let a database that cannot be used, and a paper or a picture that could not be made, be one clear line
    and exit status 2, in every command below."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _explain_faults(each)
    elif command.callback is not None:
        command.callback = _explained(command.callback)


def _explained(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def explained(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except (NotRenderedError, RenderingFaultError, PoolerMistakenError, DatabaseError, OSError) as error:
            said = _in_words(error)
            if not said:
                raise
            click.echo(said, err=True)
            raise click.exceptions.Exit(2) from error

    return explained


def _in_words(error: Exception) -> str:
    """What is said of a fault that is none of the program's; '' of any other."""
    reason = str(error.orig).partition("\n")[0] if isinstance(error, DatabaseError) else str(error)
    if is_full(error):
        return (
            f"Đĩa đã đầy ({reason}). Việc đang làm dở không được ghi, những gì đã ghi còn nguyên. "
            "Dọn chỗ rồi chạy lại đúng lệnh này."
        )
    if isinstance(error, PoolerMistakenError):
        return reason
    if type(error) in _OF_THE_DATABASE_ITSELF:
        return f"Không dùng được cơ sở dữ liệu ({reason}). Kiểm tra DATABASE_URL, rồi chạy: flask db upgrade"
    return _NOT_RENDERED.get(type(error), "")
