"""What is loaded before the first page, and what waits until it is asked for."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from flask import Flask

from tests.support import databases

ROOT = Path(__file__).resolve().parents[2]

# Each is megabytes in every web worker and in the scheduler; a child beside has them, or a command.
OF_OTHERS = "alembic mako pygments matplotlib numpy PIL fontTools typst docx lxml openpyxl xlsxwriter"


def test_the_screens_stand_before_the_programming_interface_is_loaded(tmp_path: Path) -> None:
    asked = (
        "import sys, wsgi\n"
        "print(any(name.startswith(('tthc_tracker.api', 'marshmallow')) for name in sys.modules))\n"
        "print(wsgi.app.test_client().get('/api/v1/openapi.json').status_code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=os.environ | {"TTHC_VAR": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["False", "200"]


def test_what_pictures_papers_and_migrations_need_is_loaded_by_no_worker(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tthc.sqlite'}"
    databases.migrate(url)
    asked = (
        "import sys, wsgi\n"
        "from tthc_tracker.cli.database import bring_up_to_date\n"
        "with wsgi.app.app_context():\n"
        "    bring_up_to_date()\n"
        "client = wsgi.app.test_client()\n"
        "print(*(client.get(path).status_code for path in ('/readyz', '/dang-nhap')))\n"
        f"print(*sorted(set('{OF_OTHERS}'.split()) & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT,
        env=os.environ | {"TTHC_VAR": str(tmp_path), "DATABASE_URL": url, "TTHC_DEMO": "0"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["200", "200"]


def test_two_who_ask_first_and_at_once_both_get_their_answer(app: Flask) -> None:
    answers: list[Any] = []

    def ask() -> None:
        answers.append(app.test_client().get("/api/v1/openapi.json").status_code)

    both = [threading.Thread(target=ask) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert answers == [200, 200]
