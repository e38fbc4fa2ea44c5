"""From a fresh clone to running processes and back: the `.venv`, the embedded servers, and what keeps them alive."""
