"""Every read of the review."""
