"""Every read: published statistics, definitions, and the log as an auditor reads it."""
