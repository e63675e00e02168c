"""Kills one Spark worker: the first that has written a part while the file that WELLBEGUN_TEST_KILL names exists."""

import hashlib
import os
import signal
import sys

make = hashlib.sha256


class Deadly:
    """A SHA-256 whose result the marked worker does not live to see; its part is then complete on the disk."""

    def __init__(self, *data):
        self.digest = make(*data)

    def update(self, data):
        self.digest.update(data)

    def hexdigest(self):
        try:
            os.remove(os.environ["WELLBEGUN_TEST_KILL"])
        except FileNotFoundError:
            return self.digest.hexdigest()
        os.kill(os.getpid(), signal.SIGKILL)


if "WELLBEGUN_TEST_KILL" in os.environ and "pyspark.daemon" in sys.orig_argv:
    hashlib.sha256 = Deadly
