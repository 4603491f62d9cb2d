"""Receive dossiers over HTTP as the form does, with keys of one's own to try again with."""

import itertools
import re
import secrets
from typing import Any, Self
from urllib.parse import unquote

from tests.support.visitor import Answer, Fields, Visitor, filled, form_of

PATH = "/tiep-nhan"
KEY = "submission_key"

_counter = itertools.count(1)


class NotReceivedError(Exception):
    """The server did not acknowledge a reception."""


class Desk:
    """A clerk's open form, sent again and again with other people and other keys."""

    def __init__(self, visitor: "Visitor | Any", fields: Fields) -> None:
        self.visitor, self._fields = visitor, fields
        self.last_key = ""

    @classmethod
    def at(cls, visitor: "Visitor | Any", procedure_code: str) -> Self:
        """Open the form once for a procedure."""
        page = visitor.get(PATH)
        assert page.status == 200, page.status
        return cls(visitor, filled(form_of(page, PATH), procedure=procedure_code))

    def fill(self) -> Fields:
        """A form with a new key and somebody new."""
        number = next(_counter)
        self.last_key = secrets.token_hex(16)
        person = {
            "full_name": f"Trần Thị Người Thứ {number}",
            "id_number": f"0451900{number % 100000:05}",
        }
        return filled(self._fields, **{KEY: self.last_key}, **person)

    def receive(self) -> str:
        """Receive one dossier; its code.

        Raises:
            NotReceivedError: refused.
        """
        return code_of(self.visitor.post(PATH, self.fill()))


def code_of(answer: Answer) -> str:
    """The code that an acknowledgement leads to.

    Raises:
        NotReceivedError: it is none.
    """
    found = re.search(r"/ho-so/([^/?#&]+)", answer.location)
    if answer.status not in {302, 303} or not found:
        raise NotReceivedError(f"{answer.status} {answer.location}\n{answer.text()[-3000:]}")
    return unquote(found[1])
