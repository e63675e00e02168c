"""``python -m wellbegun_mmrec``: see ``wellbegun.mmrec``."""

from wellbegun.mmrec import main

if __name__ == "__main__":
    main()
