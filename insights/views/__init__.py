"""The pages that look back: parse, ask a selector, present."""
