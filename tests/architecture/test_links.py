"""Every address written in a template leads to a screen."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

import config
from tests.architecture.sources import TEMPLATES, templates
from tests.support.servers import environment

if TYPE_CHECKING:
    from werkzeug.routing import MapAdapter

_ADDRESS = re.compile(r"\b(?:href|action|hx-get|hx-post)=\"(/[^\"{}]*)\"")


@pytest.fixture
def addresses(tmp_path: Path) -> "MapAdapter":
    from tthc_tracker.app import create_app

    settings = config.from_environment(
        environment(f"sqlite:///{tmp_path / 'none'}", tmp_path, url="http://x")
    )
    return create_app(settings).url_map.bind("localhost")


def _leads_nowhere(addresses: "MapAdapter", address: str) -> bool:
    if address.startswith("/static/"):
        return not (TEMPLATES.parent / address.lstrip("/")).is_file()
    try:
        addresses.match(re.split(r"[?#]", address, maxsplit=1)[0])
    except (MethodNotAllowed, RequestRedirect):
        return False
    except HTTPException:
        return True
    return False


def test_every_written_address_leads_to_a_screen(addresses: "MapAdapter") -> None:
    lost = [
        f"{path.relative_to(TEMPLATES)}: {address}"
        for path in templates()
        for address in _ADDRESS.findall(path.read_text(encoding="utf-8"))
        if _leads_nowhere(addresses, address)
    ]
    assert not lost, "\n".join(lost)
