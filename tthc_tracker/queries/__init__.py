"""Reads: `f(session, …)` gives rows or frozen views, always ordered, never more than is shown."""
