"""The API of this package."""
