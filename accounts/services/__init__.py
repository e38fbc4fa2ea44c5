"""Every write about platforms, accounts and what they did."""
