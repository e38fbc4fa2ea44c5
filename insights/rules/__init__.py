"""Pure: periods and their gaps, figures, and what an entry of the log says in words."""
