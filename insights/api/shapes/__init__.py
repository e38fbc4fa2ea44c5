"""What the API of this package answers with."""
