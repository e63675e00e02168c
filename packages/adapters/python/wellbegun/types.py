"""Types for annotations."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    # Older NumPy cannot be subscripted when a program runs.
    Array = np.ndarray
