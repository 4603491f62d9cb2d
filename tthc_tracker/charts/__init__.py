"""Figures as SVG. Pictures repeat what a table beside them says."""
