"""The platform accounts that get flagged, and what is known of them. (The people who work here are `staff`.)"""
