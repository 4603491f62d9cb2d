"""Nhập dữ liệu: exports of other systems, sent by people."""

from tthc_tracker.web.imports import columns
from tthc_tracker.web.imports.views import blueprint

__all__ = ["blueprint", "columns"]
