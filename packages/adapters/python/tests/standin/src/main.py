"""The program that a user runs."""

import argparse

from utils.quick_start import quick_start

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--users", type=int, default=12)
    parser.add_argument("--hazard", default="none")
    given, _ = parser.parse_known_args()
    quick_start(given.model, vars(given))
