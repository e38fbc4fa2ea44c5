"""Pure rules of accounts: how a research data set's words become ours."""
