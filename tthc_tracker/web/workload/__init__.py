"""Lịch đến hạn: what falls due which day, at whose desk."""

from tthc_tracker.web.workload.views import blueprint

__all__ = ["blueprint"]
