"""What one test's application and engine have put together is kept for the next.

An engine keeps its statements for itself, an application its templates and its routes. The product has one of
each a process; a test run has thousands, and making the same things again was half of its time. Nor does a
process of tests rest between its units.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from tthc_tracker import engine, extensions

_STATEMENTS = 4000

_first: dict[str, Engine] = {}


def _make_engine(url: str, **options: Any) -> Engine:
    made = engine.make_engine(url, **options)
    first = _first.setdefault(made.dialect.name, made)
    if first is made:
        made._compiled_cache = LRUCache(_STATEMENTS)
    else:
        own, made.dialect, made._compiled_cache = made.dialect, first.dialect, first._compiled_cache
        event.listen(made, "connect", lambda *_: _catch_up(first.dialect, own))
    return made


def _catch_up(shared: Dialect, own: Dialect) -> None:
    """What a dialect learns of its server with a connection: the first engine may never have had one."""
    if shared.server_version_info is None and own.server_version_info is not None:
        vars(shared).update(vars(own))


class _Templates(BytecodeCache):
    """Templates as Jinja has compiled them; it finds out by their checksum when a source has changed."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_builders: dict[tuple[object, ...], Callable[..., Any]] = {}
_compile_builder = Rule._compile_builder


def _builder_kept(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """What builds the addresses of a rule; it depends on nothing but this key."""
    key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


def share() -> None:
    """Let every engine and application of this process go on from the one before."""
    extensions.make_engine = _make_engine
    engine.REST = 0.0  # a process rests after a long unit for others at the same file: here is none
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    Rule._compile_builder = _builder_kept  # type: ignore[method-assign]  # only in tests
