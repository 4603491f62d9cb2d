"""Tracks administrative-procedure dossiers against the time limits the law gives them."""
