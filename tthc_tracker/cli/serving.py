"""`flask serve`: migrate, fill the demo on the first start, then web and scheduler in the foreground.

The web is forked from this process, which has loaded the application already: the first page need not wait
for another to load it. The scheduler is a program of its own, which needs no screen (decision 0077).
"""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo
from gunicorn.app.base import Application

from tthc_tracker.cli.database import bring_up_to_date
from tthc_tracker.cli.demo import fill_demo_when_empty, show_demo_accounts
from tthc_tracker.cli.jobs import SCHEDULER
from tthc_tracker.extensions import database

ROOT = Path(__file__).resolve().parents[2]
GRACE = 9  # seconds until a child that does not end is killed: both are gone within ten
RESTARTS = 5  # of the scheduler, before serving without it would hide a fault


class Web(Application):
    """Gunicorn around an application that stands already, as gunicorn.conf.py says and no other words."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        """Take the settings of the file beside wsgi.py."""
        self.load_config_from_file(str(ROOT / "gunicorn.conf.py"))

    def load(self) -> Any:
        """What gunicorn serves."""
        return self._app


class Children:
    """The two processes, ended together."""

    def __init__(self, web: Callable[[], None]) -> None:
        self.ending = threading.Event()
        # Each in a session of its own so that Ctrl-C reaches it once, through us.
        self._web = multiprocessing.get_context("fork").Process(target=_become, args=[web], name="web")
        self._restarts = 0

    def start(self) -> None:
        """Start both."""
        self._web.start()
        self._scheduler = _scheduler()

    def watch(self) -> int:
        """Wait until told to end or the web ends; a scheduler that ends is started again."""
        while not self.ending.wait(0.3):
            if (status := self._web.exitcode) is not None:
                click.echo("tthc_tracker: the web server ended; see the lines above.", err=True)
                return status or 1
            if self._scheduler.poll() is not None:
                self._restarts += 1
                if self._restarts > RESTARTS:
                    click.echo("tthc_tracker: the scheduler keeps ending; see the lines above.", err=True)
                    return 1
                self._scheduler = _scheduler()
        return 0

    def end(self) -> None:
        """Ask every child to end, and kill what has not ended in time."""
        self._web.terminate()
        self._scheduler.terminate()
        until = time.monotonic() + GRACE  # for both together
        self._web.join(GRACE)
        if self._web.exitcode is None:
            _kill_with_its_own(self._web.pid)
            self._web.join()
        try:
            self._scheduler.wait(max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            _kill_with_its_own(self._scheduler.pid)
            self._scheduler.wait()


def _scheduler() -> subprocess.Popen[bytes]:
    return subprocess.Popen(SCHEDULER, start_new_session=True)


def _kill_with_its_own(pid: int | None) -> None:
    """End a child, and what it has started."""
    if pid is not None:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _become(work: Callable[[], None]) -> None:
    """Be a process of one's own that listens to signals by itself."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    database.forget_connections()
    work()


@click.command("serve")
@click.pass_obj
def serve_command(info: ScriptInfo) -> None:
    """Serve web and scheduler in the foreground; Ctrl-C ends both."""
    settings = current_app.config["SETTINGS"]
    _stop_at_an_address_in_use(settings.host, settings.port)
    bring_up_to_date()
    if settings.demo:
        fill_demo_when_empty()
    database.dispose()
    children = Children(web=lambda: Web(info.load_app()).run())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: children.ending.set())
    children.start()
    _greet(settings.demo)
    status = children.watch()
    children.end()
    sys.exit(status)


def _stop_at_an_address_in_use(host: str, port: int) -> None:
    """Say so in one line, before anything is migrated or filled.

    Raises:
        ClickException: somebody listens there, or this machine has no such address.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(
            f"HOST={host} PORT={port}: cannot listen there ({error.strerror})"
        ) from error


def _greet(demo: bool) -> None:
    settings = current_app.config["SETTINGS"]
    click.echo(f"\n  tthc_tracker   {settings.public_url}\n")
    if demo:
        show_demo_accounts()
    else:
        click.echo("  Chưa có cơ quan? .venv/bin/flask catalogue load shipped (hoặc load agencies TỆP.csv)")
        click.echo("  Chưa có tài khoản? .venv/bin/flask users invite-admin --email ĐỊA-CHỈ --agency MÃ")
    if not settings.smtp_url:
        click.echo(f"  Thư được ghi thành tệp trong {settings.mail_directory} (SMTP_URL chưa đặt)")
    if not settings.secure_cookies:
        click.echo("  CẢNH BÁO: http không mã hoá trong mạng; đặt PUBLIC_URL=https://… sau một máy chủ TLS.")
    click.echo("  Ctrl-C để dừng\n")
