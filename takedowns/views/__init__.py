"""Pages of platforms: parse, call one service, present."""
