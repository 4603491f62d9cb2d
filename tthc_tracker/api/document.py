"""flask-smorest as this interface needs it: OpenAPI 3.1, problems of ours, nothing it adds by itself."""

from threading import Lock
from typing import Any

from flask import Flask, Response
from flask_smorest import Api, Blueprint

from tthc_tracker import __version__
from tthc_tracker.api.blueprint import CodeConverter, blueprint, code_shape
from tthc_tracker.api.schemas import ProblemBody

DESCRIPTION = (
    "Giao diện để hệ thống của một nguồn (Cổng, phần mềm chuyên ngành) gửi hồ sơ, cập nhật trạng thái, "
    "đọc lại hồ sơ của chính mình và hỏi ngày hẹn trả. "
    "Tên trường theo từ vựng trao đổi của Cổng Dịch vụ công quốc gia."
)


class DocumentedApi(Api):
    """The document; errors are answered by `api.problems`, every one of a view is written at the view."""

    ERROR_SCHEMA = ProblemBody()  # one for all: of a class it makes another for each of sixty statuses
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._describing = Lock()
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Put the views on; they are described when the document is asked for: few processes ever are."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undescribed.append(blp)

    def _openapi_json(self) -> Response:
        """The document, written with its first reader."""
        with self._describing:
            while self._undescribed:
                views = self._undescribed.pop()
                views.register_views_in_doc(self, self._app, self.spec, name=views.name, parameters=None)
                self.spec.tag({"name": views.name, "description": views.description})
        answer: Response = super()._openapi_json()
        return answer

    def _register_error_handlers(self) -> None:
        """Leave errors to api.problems."""

    def _register_pagination_header(self) -> None:
        """Pages go by cursor, in the answer itself."""


def settings() -> dict[str, Any]:
    """What flask-smorest reads from the application's configuration."""
    return {
        "API_TITLE": "tthc_tracker",
        "API_VERSION": f"v1 ({__version__})",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {"info": {"description": DESCRIPTION}, "servers": [{"url": "/api"}]},
    }


def register(app: Flask) -> None:
    """Put the views and the document on the application."""
    app.url_map.converters["dossier_code"] = CodeConverter
    api = DocumentedApi(app)
    api.register_converter(CodeConverter, code_shape)
    api.spec.components.security_scheme(
        "token", {"type": "http", "scheme": "bearer", "description": "Khoá do quản trị viên cấp cho nguồn"}
    )
    api.register_blueprint(blueprint)
