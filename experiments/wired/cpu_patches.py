"""What MMRec, MRLib and AlignRec need to run on a CPU with current packages; nothing here touches a model's arithmetic.

- Packages that they import and that the models run here never reach (matplotlib, lmdb, sparsesvd, torchvision) become
  empty modules where they are not installed.
- torch_scatter, which has to be compiled, becomes the two functions they call, by PyTorch's own scatter_reduce.
- ``.cuda()``, called without asking whether there is such a device, returns what it is called on.
- ``numpy.float``, which NumPy 1.24 dropped, is given back.
- MRLib's main.py reads ``arg.gpu_id`` where it means ``args.gpu_id``: a global of that name.
"""

import builtins
import importlib.util
import sys
import types

import numpy
import torch

UNREACHED = {
    "lmdb": [],
    "sparsesvd": ["sparsesvd"],
    "matplotlib": [],
    "matplotlib.pyplot": [],
    "seaborn": [],
    "torchvision": [],
    "torchvision.transforms": [],
    "torchvision.transforms.functional": ["pad", "resize"],
}


def apply():
    """Everything above, before the codebase is imported."""
    for name, members in UNREACHED.items():
        _stand_in(name, {member: None for member in members})
    _stand_in("torch_scatter", {"scatter_add": _scatter_add, "scatter": _scatter, "scatter_max": None})
    if not torch.cuda.is_available():
        for kind in (torch.Tensor, torch.nn.Module):
            kind.cuda = lambda self, *_, **__: self
    if not hasattr(numpy, "float"):
        numpy.float = float
    builtins.arg = types.SimpleNamespace(gpu_id=0)


def _stand_in(name, members):
    parent, _, child = name.rpartition(".")
    if parent and not hasattr(sys.modules.get(parent), "__path__"):
        known = parent not in sys.modules and importlib.util.find_spec(name) is not None
    else:
        known = importlib.util.find_spec(name) is not None
    if known:
        return
    module = types.ModuleType(name)
    for member, value in members.items():
        setattr(module, member, value)
    sys.modules[name] = module
    if parent:
        setattr(sys.modules[parent], child, module)


def _scatter(source, index, dim=-1, out=None, dim_size=None, reduce="sum"):
    dim = dim % source.dim()
    if index.dim() != source.dim():
        shape = [1] * source.dim()
        shape[dim] = -1
        index = index.view(shape).expand_as(source)
    if out is None:
        shape = list(source.shape)
        shape[dim] = dim_size if dim_size is not None else int(index.max()) + 1
        out = source.new_zeros(shape)
    return out.scatter_reduce(dim, index, source, reduce={"add": "sum"}.get(reduce, reduce))


def _scatter_add(source, index, dim=-1, out=None, dim_size=None):
    return _scatter(source, index, dim, out, dim_size, "sum")
