"""The people who work here, and the API clients with their keys. (Accounts under review are `accounts`.)"""
