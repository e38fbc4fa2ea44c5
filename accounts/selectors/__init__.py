"""Reads of platforms and accounts."""
