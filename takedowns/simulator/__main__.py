"""`python -m takedowns.simulator`: the same as `manage.py simulator`, without Django."""

from takedowns.simulator.serving import main

if __name__ == "__main__":
    main()
