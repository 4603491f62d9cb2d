"""A page with nothing in it: a template that only writes out so many characters, on a server like ours.

The other half of a page's floor: what gunicorn, Flask and HTTP take for as many bytes, before anything is
asked or put together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from tests.bench.measures import percentile, timed
from tests.support import servers
from tests.support.visitor import Visitor

ROUNDS = 60
app = Flask(__name__)
_PAGE = app.jinja_env.from_string("<!DOCTYPE html><html lang=vi><body>{{ text }}</body></html>")


@app.get("/<int:size>")
def page(size: int) -> str:
    """So many characters."""
    return _PAGE.render(text="x" * size)


@contextmanager
def serving(folder: Path) -> Iterator["EmptyPages"]:
    """The empty pages, answering."""
    config, port = folder / "empty.conf.py", servers.free_port()
    config.write_text("", encoding="utf-8")
    settings = ["--config", str(config), "--worker-class", "gthread", "--threads", "4", "--workers", "2",
                "--preload", "--bind", f"127.0.0.1:{port}", "--chdir", str(servers.ROOT)]  # fmt: skip
    env = servers.environment("sqlite://", folder, url="")
    server = servers.spawn(["gunicorn", *settings, "tests.bench.emptypages:app"], env, folder / "empty.log")
    url = f"http://127.0.0.1:{port}"
    try:
        servers.wait_until_answering(f"{url}/0", server)
        yield EmptyPages(url)
        server.stop()
    finally:
        server.kill()


class EmptyPages:
    """How long an empty page of a size takes."""

    def __init__(self, url: str) -> None:
        self._url, self._known = url, dict[int, float]()

    def milliseconds(self, size: int) -> float:
        """The median of one of about so many bytes, over a kept connection."""
        rounded = size // 1024 * 1024
        if rounded not in self._known:
            with Visitor(self._url, "") as visitor:
                taken = timed(lambda _: visitor.get(f"/{rounded}"), requests=ROUNDS, warm_up=10)
            self._known[rounded] = percentile(taken, 50)
        return self._known[rounded]
