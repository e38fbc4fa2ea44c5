"""Telling sources: what becomes known of their flags is written down with it, signed, and sent until it arrives."""
