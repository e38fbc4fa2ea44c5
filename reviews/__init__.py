"""Policies, flags, cases, the queue, decisions and batches. It knows no platform's HTTP."""
