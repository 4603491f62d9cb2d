"""What a list is asked that may name somebody: it stays in the reader's own session cookie.

An address, and so the history of a browser, a log and a saved view, holds a key that means nothing to anybody
else and nothing after signing out (decision 0022).
"""

import secrets

from flask import session

FIELD = "lan"
SLOT = "asked"
MOST = 4
"""How many questions a session keeps: a cookie holds four kilobytes, and one goes back a step or two."""

Words = dict[str, str]


def keep(words: Words) -> str:
    """Keep the words of a question; the key that an address may hold. The same words keep their key."""
    for key, known in _kept():
        if known == words:
            return key
    key = secrets.token_hex(16)
    session[SLOT] = [*_kept(), (key, words)][-MOST:]
    return key


def recall(key: str) -> Words:
    """The words kept under a key; none where this session knows no such key, or knows it no longer."""
    return next((words for known, words in _kept() if known == key), {})


def _kept() -> list[tuple[str, Words]]:
    return [(key, words) for key, words in session.get(SLOT, ())]
