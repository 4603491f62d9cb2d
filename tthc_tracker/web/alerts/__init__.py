"""Alerts: the list behind the bell, one alert, and what people answer to it."""

from tthc_tracker.web.alerts import answers, listed
from tthc_tracker.web.alerts.blueprint import blueprint

__all__ = ["answers", "blueprint", "listed"]
