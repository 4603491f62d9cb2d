"""Headless Chromium through Playwright, and what every page must keep to: no script error, CSP, axe."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    ViewportSize,
    sync_playwright,
)

AXE = Path(__file__).parent / "axe" / "axe.min.js"
DESKTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 360, "height": 740}

# Without the last five Chromium looks for hosts of its maker at every start.
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


# What passed stays in the browser: it is long, and nobody reads it.
_VIOLATIONS = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


class ChromiumMissingError(Exception):
    """The browser tests need Chromium and never go on without it."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with an empty profile of its own."""
    executable = os.environ.get("TTHC_TEST_CHROMIUM") or shutil.which("chromium")
    if not executable:
        raise ChromiumMissingError("Chromium is missing: run tools/system_packages.sh (make test does).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, headless=True, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Complaints:
    """What the browser said against the pages it showed."""

    lines: list[str] = field(default_factory=list)
    tolerated: tuple[str, ...] = ()  # parts of lines a test expects: "status of 403", say

    def attach(self, page: Page) -> None:
        """Listen to a page; Chromium reports breaches of the CSP on the console too."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.lines.append(f"{page.url}: {error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.lines.append(f"{message.location.get('url', '')}: {message.text}")

    def check(self) -> None:
        """Fail on every complaint that was not expected."""
        left = [line for line in self.lines if not any(part in line for part in self.tolerated)]
        assert not left, "the browser complained:\n" + "\n".join(left)


@contextmanager
def context(
    browser: Browser, base_url: str | None = None, *, viewport: ViewportSize = DESKTOP, dark: bool = False
) -> Iterator[tuple[BrowserContext, Complaints]]:
    """A fresh visitor: Vietnamese, in Hà Nội's time, no cookies; fails at the end on a console error."""
    opened = browser.new_context(
        base_url=base_url, viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
        color_scheme="dark" if dark else "light", accept_downloads=True,
    )  # fmt: skip
    opened.set_default_timeout(20_000)
    complaints = Complaints()
    opened.on("page", complaints.attach)
    try:
        yield opened, complaints
    finally:
        opened.close()
    complaints.check()


def axe_violations(page: Page, *, impacts: tuple[str, ...] = ("serious", "critical")) -> list[str]:
    """What axe-core finds on the page (WCAG 2.2 AA and best practice), a line a finding and place."""
    # evaluate() goes past the page's CSP, as a browser extension does; a <script> element would be refused.
    if not page.evaluate("() => 'axe' in window"):  # the same page may be looked at in two windows
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(_VIOLATIONS)
    return [
        f"{page.url} [{violation['impact']}] {violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in impacts
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fail with every serious or critical finding of axe-core on the page as it stands."""
    found = axe_violations(page)
    assert not found, "\n".join(found)


def sideways_overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window (0: nothing to scroll sideways)."""
    return int(
        page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def held_back(page: Page, addresses: str) -> list[Route]:
    """A slow line: what the page asks of these addresses is kept here, each until its `continue_()`."""
    kept: list[Route] = []

    def keep(route: Route) -> None:
        kept.append(route)

    page.route(addresses, keep)
    return kept


@contextmanager
def scripts_on_their_way(page: Page) -> Iterator[None]:
    """A slow line: what is done within, from a navigation on, finds no script but the one of the theme."""
    held = held_back(
        page, "**/htmx*.js*"
    )  # the first of those that wait for the page: the others run after it
    yield
    for route in held:
        route.continue_()
