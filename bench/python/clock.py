"""Seconds by stage. Imports nothing large, since it is needed before NumPy may be imported."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

STAGES = ("load", "prepare", "cluster", "concat", "project", "local", "global", "fuse", "scale", "write")


class Clock:
    """Adds up the seconds of each stage, and of everything from its making to the end of the last stage."""

    def __init__(self, wanted: list[str]) -> None:
        self.seconds: dict[str, float] = {}
        self.total = 0.0
        self.cpu = 0.0
        self._last = max(STAGES.index(stage) for stage in wanted)
        self._started = time.perf_counter()
        self._cpu_started = time.process_time()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        ended = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + ended - started
        self.total = ended - self._started
        self.cpu = time.process_time() - self._cpu_started

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Excludes the enclosed work from the measured time."""
        started, cpu = time.perf_counter(), time.process_time()
        yield
        self._started += time.perf_counter() - started
        self._cpu_started += time.process_time() - cpu

    @property
    def finished(self) -> bool:
        """Whether the last stage that was asked for has run."""
        return STAGES[self._last] in self.seconds
