"""Reads of staff."""
