"""How figures and dates are written, where it differs from what Django has for a language."""
