"""Types for annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from typing import Protocol

    from numpy.typing import NDArray

    Array = NDArray[Any]

    class OrderedIds(Protocol):
        """Raw IDs by row: a list, a tuple, a range, an array, a tensor, a pandas index. No mapping, set or iterator."""

        def __len__(self) -> int: ...

        def __getitem__(self, row: int, /) -> Any: ...

else:
    # Older NumPy cannot be subscripted when a program runs.
    Array = np.ndarray
    OrderedIds = Any
