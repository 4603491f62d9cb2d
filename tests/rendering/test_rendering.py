"""Pictures and papers are made in a child of the process: killed, hanging, at fault or without work."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import rendering as work
from tthc_tracker import rendering
from tthc_tracker.rendering import NotRenderedError, Renderer, RenderingFaultError


@pytest.fixture
def renderer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Renderer]:
    """A renderer that loses patience soon, in place of the process's own."""
    made = Renderer(patience=5)
    monkeypatch.setattr(rendering, "renderer", made)
    yield made
    made.close()


def _pid() -> int:
    return int(rendering.elsewhere(work.own_pid))


@pytest.mark.usefixtures("renderer")
def test_one_child_does_the_work_of_this_process() -> None:
    first = _pid()
    assert first != os.getpid()
    assert _pid() == first


@pytest.mark.usefixtures("renderer")
def test_an_answer_larger_than_a_pipe_arrives_whole() -> None:
    assert rendering.elsewhere(work.doubled, b"x" * 3_000_000) == b"x" * 6_000_000


def test_a_child_that_was_killed_is_replaced_unnoticed(renderer: Renderer) -> None:
    assert renderer.child_pid is None
    first = _pid()
    os.kill(first, signal.SIGKILL)
    assert _pid() != first


@pytest.mark.usefixtures("renderer")
def test_work_whose_child_is_killed_in_the_middle_is_done_once_more(tmp_path: Path) -> None:
    assert rendering.elsewhere(work.killed_the_first_time, str(tmp_path / "tried")) == b"done"


def test_work_that_kills_every_child_is_given_up_after_the_second(renderer: Renderer, tmp_path: Path) -> None:
    with pytest.raises(NotRenderedError):
        rendering.elsewhere(work.killed_every_time, str(tmp_path / "tries"))
    assert (tmp_path / "tries").read_text() == "xx"
    assert renderer.child_pid is None
    assert _pid()


def test_work_without_end_is_given_up_and_the_next_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    hasty = Renderer(patience=1)
    monkeypatch.setattr(rendering, "renderer", hasty)
    with pytest.raises(NotRenderedError, match="not done"):
        rendering.elsewhere(work.without_end)
    assert _pid()
    hasty.close()


def test_a_fault_of_the_work_says_where_and_never_what(
    renderer: Renderer, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RenderingFaultError):
        rendering.elsewhere(work.faulty, "Trần Thị Bí Mật")
    said = capfd.readouterr().err
    assert "ValueError at" in said
    assert "Bí Mật" not in said
    assert renderer.child_pid is None


def test_a_child_without_work_ends_and_the_next_work_starts_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renderer = Renderer(idle=0.01)
    monkeypatch.setattr(rendering, "renderer", renderer)
    first = _pid()
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert _pid() != first
    renderer.close()


@pytest.mark.usefixtures("renderer")
def test_the_child_is_told_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTHC_SECRET_KEY", "geheim" * 8)
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://u:geheim@localhost/x")
    assert b"geheim" not in rendering.elsewhere(work.environment)
