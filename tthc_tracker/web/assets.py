"""Static files and their addresses, which carry the content's hash."""

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@cache
def asset(path: str) -> str:
    """The address of a static file, e.g. `asset("css/app.css")`."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def is_versioned(_path: str, url: str) -> bool:
    """Whether a file under this address never changes: only pinned release files."""
    return url.startswith("/static/vendor/")
