"""``python -m wellbegun_recbole``: see ``wellbegun.recbole``."""

from wellbegun.recbole import main

if __name__ == "__main__":
    main()
