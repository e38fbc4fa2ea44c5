"""Everything that looks back and changes nothing: statistics, dashboards, reports, and the pages of the audit log."""
