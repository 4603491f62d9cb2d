"""tthc_tracker: the case tracker of one-stop desks for administrative procedures (hồ sơ TTHC)."""

__version__ = "0.1.0"
