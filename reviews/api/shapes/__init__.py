"""What the API takes and answers: shape and syntax, and how a row looks from outside."""
