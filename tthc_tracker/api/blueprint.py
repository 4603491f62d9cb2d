"""The blueprint that the views hang on, and what their documentation shares."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint
from werkzeug.routing import BaseConverter

from tthc_tracker.api.bodies import Parser
from tthc_tracker.api.once import HEADER
from tthc_tracker.api.problems import MEDIA_TYPE
from tthc_tracker.api.schemas import ProblemBody
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.wording import problems as words

View = TypeVar("View", bound=Callable[..., Any])

CODE = r"[0-9A-Za-z][0-9A-Za-z.\-/]{2,39}"


class StrictBlueprint(Blueprint):
    """A blueprint whose arguments are read strictly."""

    ARGUMENTS_PARSER = Parser()


blueprint = StrictBlueprint("dossiers", __name__, url_prefix="/v1", description="Hồ sơ của nguồn")


class CodeConverter(BaseConverter):
    """A dossier's code in an address. Old codes have slashes in them."""

    regex = rf"{CODE}(?<!/status)"
    part_isolating = False


def code_shape(_converter: CodeConverter) -> dict[str, str]:
    """The code as the document describes it."""
    return {"type": "string", "pattern": f"^{CODE}$"}


IDEMPOTENCY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
    "description": "Gửi lại cùng khoá và cùng nội dung trong 48 giờ: nhận lại đúng câu trả lời trước.",
}

IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETag đã biết; không đổi thì trả lời 304.",
}


IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETag của hồ sơ đã đọc; hồ sơ đã đổi thì trả lời 412 và không ghi gì.",
}


def documented(scope: ApiScope, *statuses: int, **more: Any) -> Callable[[View], View]:
    """Document the problems a view may answer with, besides those every view may, and its key's scope."""

    def document(view: View) -> View:
        for status in sorted({401, 403, 422, 429, 500, 503, *statuses}):
            headers = {"Retry-After": {"schema": {"type": "string"}}} if status in {429, 503} else None
            view = blueprint.alt_response(
                status, schema=ProblemBody, content_type=MEDIA_TYPE, description=words.title(status),
                headers=headers,
            )(view)  # fmt: skip
        described: View = blueprint.doc(security=[{"token": [scope.value]}], **more)(view)
        return described

    return document
