"""Reads wellbegun's bundles, and puts their vectors into recommenders. Computes nothing.

``Bundle`` reads what ``wellbegun init`` wrote; ``Wire`` reads what ``wellbegun wire`` wrote for one model, and ``load``
puts that into a PyTorch module. The modules ``mmrec``, ``recbole``, ``cornac``, ``implicit`` and ``lightfm`` know those
codebases, and ``train`` any program that trains with PyTorch; they import a codebase only when it is used.
"""

from .bundle import Bundle
from .errors import WellbegunError
from .load import load
from .loaded import Loaded
from .parameter import WireParameter
from .wire import Wire

__all__ = ["Bundle", "Loaded", "WireParameter", "WellbegunError", "Wire", "load"]
__version__ = "0.0.0"
