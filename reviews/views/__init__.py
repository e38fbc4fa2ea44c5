"""The moderators' pages: parse, call one service, present."""
