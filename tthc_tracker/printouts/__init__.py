"""Statutory slips as PDF: a frozen sheet goes in, bytes come out."""
