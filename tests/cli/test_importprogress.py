"""The line of a long import on a terminal: its rate is that of this run, from its first rows on."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tthc_tracker.cli import importprogress
from tthc_tracker.cli.importprogress import EVERY, Progress


class Terminal:
    """Somebody watches; the clock is moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 1_000.0
        self.said: list[str] = []
        monkeypatch.setattr(importprogress, "monotonic", lambda: self.at)
        monkeypatch.setattr(
            importprogress, "sys", SimpleNamespace(stderr=SimpleNamespace(isatty=lambda: True))
        )
        monkeypatch.setattr(importprogress.click, "echo", lambda text="", **_how: self.said.append(text))


def test_a_file_that_is_gone_on_with_is_told_at_the_pace_of_this_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, progress = Terminal(monkeypatch), Progress(tmp_path / "xuat.csv")
    terminal.at += 60  # the rows of the run before are looked at once more
    progress.tell(400_040)
    assert terminal.said == [], "one transaction is no pace"
    terminal.at += EVERY
    progress.tell(402_040)
    assert "402.040 dòng · 1.000 dòng/giây" in terminal.said[-1]
    terminal.at += EVERY / 2
    progress.tell(403_040)
    assert len(terminal.said) == 1
    progress.end()
    assert terminal.said[-1] == ""


def test_of_a_file_that_is_done_at_once_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, progress = Terminal(monkeypatch), Progress(tmp_path / "xuat.csv")
    progress.tell(10)
    progress.end()
    assert terminal.said == []
