"""A platform that is only simulated: a process of its own, with an HTTP API, a page, and faults to switch on.

Standard library only, and no import from the rest of Caseload: it knows us no better than a real platform would.
"""
