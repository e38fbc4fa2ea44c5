"""The demonstration: people, a platform, real accounts, and flags that are generated and say so."""
