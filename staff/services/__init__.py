"""Every write about people, clients and keys."""
