"""``python -m wellbegun_train``: see ``wellbegun.train``."""

from wellbegun.train import main

if __name__ == "__main__":
    main()
