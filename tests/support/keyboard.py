"""A clerk who has a keyboard and a card scanner, and whose keys are counted."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass
class Measured:
    """What a piece of work took: keys pressed by hand (a chord is one), cards scanned, seconds."""

    name: str
    keys: int = 0
    cards: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        cards = f" + {self.cards} card" + ("s" if self.cards > 1 else "") if self.cards else ""
        return f"{self.name}: {self.keys} keys{cards}, {self.seconds:.1f} s"


@dataclass
class Clerk:
    """Types, presses chords and scans cards on one page; never touches the mouse."""

    page: "Page"
    work: list[Measured] = field(default_factory=list)

    def press(self, *chords: str) -> None:
        """Press keys, one chord after the other."""
        for chord in chords:
            self.page.keyboard.press(chord)
            self._count(keys=1)

    def type(self, words: str) -> None:
        """Type words."""
        self.page.keyboard.type(words)
        self._count(keys=len(words))

    def scan(self, card: str) -> None:
        """What a desk scanner does: types, then Enter. No key of the clerk's."""
        self.page.keyboard.type(card)
        self.page.keyboard.press("Enter")
        self._count(cards=1)

    def choose(self, words: str) -> None:
        """Type into the procedure's field, which has the focus, and take the first of the list."""
        expect(self.page.locator("#procedure")).to_be_focused()
        self.type(words)
        expect(self.page.locator("#procedure-list [role=option]").first).to_be_visible()
        self.press("Enter")
        expect(self.page.locator("#thanh-phan input").first).to_be_visible()

    def move_to(self, selector: str) -> None:
        """Go on with Tab until a field has the focus."""
        for _ in range(60):
            if self.page.evaluate("(one) => document.activeElement?.matches(one) ?? false", selector):
                return
            self.press("Tab")
        raise AssertionError(f"no way by Tab to {selector}")

    def received(self) -> str:
        """The code of the dossier whose page the reception has led to."""
        self.page.wait_for_url(re.compile(r"/ho-so/[^?]+\?moi=1"))
        found = re.search(r"/ho-so/([^?]+)", self.page.url)
        assert found
        return found[1]

    def given(self) -> str:
        """The code of the dossier whose result was just given on the spot."""
        self.page.wait_for_url(re.compile(r"/tiep-nhan\?xong="))
        return self.page.url.partition("xong=")[2]

    @contextmanager
    def measured(self, name: str) -> Iterator[Measured]:
        """Count what a piece of work takes. The time is told, never asserted."""
        self.work.append(Measured(name))
        began = time.perf_counter()
        yield self.work[-1]
        self.work[-1].seconds = time.perf_counter() - began

    def _count(self, *, keys: int = 0, cards: int = 0) -> None:
        if self.work:
            self.work[-1].keys += keys
            self.work[-1].cards += cards
