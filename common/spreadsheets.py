"""Cells of CSV files that people open in spreadsheets."""

from typing import Final

RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r")


def as_text(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula: accounts choose their handles themselves."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUN_BY_SPREADSHEETS) else cell
