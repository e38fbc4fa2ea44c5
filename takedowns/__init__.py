"""The enforcement ledger and how it reaches platforms. It knows only `cause` and `wave`, never why somebody decided."""
