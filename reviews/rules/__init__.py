"""Pure decisions of the review: what is legal, and what comes first. No ORM, no clock: facts in, answer out."""
