"""How gunicorn serves wsgi:app: two processes of four threads, loaded once and forked."""

import os
from pathlib import Path
from typing import Any

from tthc_tracker import memory
from tthc_tracker.extensions import database

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_WORKERS") or "2")
worker_class = "gthread"
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 6  # flask serve gives nine seconds to all of it
keepalive = 5
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (gunicorn's own heartbeat files)
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def post_fork(_server: object, _worker: object) -> None:
    """No connection opened before the fork is used after it; two heaps for all threads, not one for each.

    What four threads free, each in a heap of its own, never goes back: it was a quarter of a worker.
    """
    database.forget_connections()
    memory.share_heaps(2)


def post_worker_init(worker: Any) -> None:
    """A dead scheduler cannot mail about its own death: each web process keeps a lookout."""
    worker.wsgi.extensions["lookout"].start()
