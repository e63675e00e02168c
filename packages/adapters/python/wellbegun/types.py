"""Types for annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from typing import Protocol

    from numpy.typing import NDArray

    Array = NDArray[Any]

    class OrderedIds(Protocol):
        """Raw IDs in row order: a list, tuple, range, array, tensor or pandas index. Not a mapping, set or iterator."""

        def __len__(self) -> int: ...

        def __getitem__(self, row: int, /) -> Any: ...

else:
    # Types of older NumPy cannot be subscripted at run time.
    Array = np.ndarray
    OrderedIds = Any
