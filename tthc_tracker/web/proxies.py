"""Who may say where a request came from: only the proxies that the operator named."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

FORWARDED = "tthc.forwarded"
"""Set in the environment of a request that came through a proxy which nobody named."""


class TrustedProxies:
    """WSGI middleware: X-Forwarded-For, -Proto and -Host count from named peers, and from nobody else."""

    def __init__(self, app: Any, trusted: Iterable[str]) -> None:
        self._app = app
        self._behind_proxy = ProxyFix(app, x_for=1, x_proto=1, x_host=1)
        self._networks = tuple(ip_network(item.strip(), strict=False) for item in trusted)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self._is_trusted(environ.get("REMOTE_ADDR", "")):
            return self._behind_proxy(environ, start_response)
        for header in ("FOR", "PROTO", "HOST", "PORT", "PREFIX"):
            if environ.pop(f"HTTP_X_FORWARDED_{header}", None) is not None:
                environ[FORWARDED] = True
        return self._app(environ, start_response)

    def _is_trusted(self, address: str) -> bool:
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self._networks)
