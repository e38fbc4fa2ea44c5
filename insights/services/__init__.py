"""Everything that writes rollups, definitions and what the log says of exports."""
