"""Requests read strictly: UTF-8, JSON without duplicate names, NaN or deep nesting, known fields only."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs.flaskparser import FlaskParser

from tthc_tracker.api.problems import FieldError, Problem, invalid
from tthc_tracker.domain.errors import UncleanText
from tthc_tracker.domain.folding import clean
from tthc_tracker.wording import problems as words

LONGEST = 2000  # of one field; what the register keeps is shorter still
_DEEPEST = 4


class Parser(FlaskParser):
    """Reads arguments for flask-smorest, and refuses them as a problem."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 (webargs declares it of an instance)
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE,
    }  # fmt: skip

    def load_json(self, req: Request, _schema: ma.Schema) -> Any:
        """The body as an object; numbers stay the text they were sent as."""
        if req.mimetype != "application/json":
            raise Problem(415)
        body = parse(req.get_data(cache=True))
        if not isinstance(body, dict):
            raise Problem(422, words.NOT_AN_OBJECT)
        return body

    def handle_error(self, error: ma.ValidationError, *_where: Any, **_status: Any) -> NoReturn:
        """Tell every field that is wrong."""
        by_place = error.messages_dict
        raise invalid([found for fields in by_place.values() for found in _faults("", fields)])


def parse(body: bytes) -> Any:
    """The value of a body of JSON.

    Raises:
        Problem: 400 with what is wrong.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, words.NOT_UTF8) from None
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=_constant
        )
    except RecursionError:
        raise Problem(400, words.TOO_DEEP) from None
    except ValueError:
        raise Problem(400, words.NOT_JSON) from None
    if _is_deeper(value, _DEEPEST):
        raise Problem(400, words.TOO_DEEP)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise Problem(400, words.duplicate(_shown(twice)))
    return found


def _constant(_name: str) -> NoReturn:
    raise Problem(400, words.NOT_ABOUT_NUMBERS)


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)


def _faults(path: str, found: Any) -> list[FieldError]:
    """Marshmallow's nested messages as a list, fields as `DanhSachHoSoBoSung.0.NgayBoSung`."""
    if isinstance(found, Mapping):
        return [
            fault for name, inner in found.items() for fault in _faults(f"{path}.{name}".strip("."), inner)
        ]
    messages = found if isinstance(found, list) else [found]
    return [FieldError(_shown(path), str(message)) for message in messages]


def _shown(path: str) -> str:
    """A name as it may be repeated: whatever was sent, it is clean and short."""
    try:
        return clean(path)[:100].removesuffix("._schema")
    except UncleanText:
        return "?"


class Text(ma.fields.Field[str]):
    """A text or number of the vocabulary, clean and in NFC; null is nothing."""

    default_error_messages = {  # noqa: RUF012 (marshmallow declares it of an instance)
        "required": words.MISSING_FIELD,
        "null": words.MISSING_FIELD,
        "text": words.NOT_A_TEXT,
        "long": words.TOO_LONG.format(longest=LONGEST),
        "unclean": words.UNCLEAN,
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:  # noqa: ARG002 (marshmallow')
        if isinstance(value, bool):
            return "1" if value else "0"
        if not isinstance(value, str):
            raise self.make_error("text")
        if len(value) > LONGEST:
            raise self.make_error("long")
        try:
            return clean(value)
        except UncleanText:
            raise self.make_error("unclean") from None
