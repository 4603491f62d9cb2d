"""What a proxy says counts only when the operator named it."""

from typing import Any

import pytest

from tthc_tracker.web.proxies import TrustedProxies


def seen_through(trusted: list[str], peer: str) -> tuple[str, str]:
    """The address and scheme the application sees of a request that claims others."""
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        return []

    environ = {
        "REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_FOR": "198.51.100.9",
        "HTTP_X_FORWARDED_PROTO": "https",
    }  # fmt: skip
    TrustedProxies(app, trusted)(environ, None)
    return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("trusted", "peer", "expected"),
    [
        pytest.param([], "10.0.0.5", ("10.0.0.5", "http"), id="nobody is named"),
        pytest.param(["10.0.0.0/24"], "10.0.1.5", ("10.0.1.5", "http"), id="somebody else is named"),
        pytest.param(["10.0.0.0/24"], "10.0.0.5", ("198.51.100.9", "https"), id="this one is named"),
        pytest.param(["10.0.0.0/24"], "unix:", ("unix:", "http"), id="no address at all"),
    ],
)
def test_forwarded_headers(trusted: list[str], peer: str, expected: tuple[str, str]) -> None:
    assert seen_through(trusted, peer) == expected
