"""Tables of PyTorch modules: how to find them, which modules hold them, and their values as arrays."""

from __future__ import annotations

from typing import Any, Iterator, List, Tuple

from .errors import WellbegunError
from .types import Array


def resolve(model: Any, path: str) -> Any:
    """The object at a path of attributes, keys and positions, such as ``embedding_dict.user_emb``."""
    found = model
    for name in path.split("."):
        if hasattr(found, "keys") and name in found.keys():
            found = found[name]
        elif name.isdigit() and hasattr(found, "__getitem__") and int(name) < len(found):
            found = found[int(name)]
        elif hasattr(found, name):
            found = getattr(found, name)
        else:
            there = "no {!r} in {}".format(name, type(found).__name__)
            raise WellbegunError("finding a table", path, there, type(model).__name__)
    return found


def unwrapped(model: Any) -> Any:
    """The module inside ``DataParallel`` and ``DistributedDataParallel``, which holds the parameters."""
    import torch

    parallel = torch.nn.parallel
    while isinstance(model, (parallel.DataParallel, parallel.DistributedDataParallel)):
        model = model.module
    return model


def check_table(tensor: Any, path: str, doing: str) -> None:
    """Raises if vectors cannot be copied into the object: it is no tensor, has no memory, is a view, or holds
    integers."""
    import torch

    if not isinstance(tensor, torch.Tensor):
        raise WellbegunError(doing, "a tensor", type(tensor).__name__, path, "Name the table itself, such as users.weight.")
    if torch.nn.parameter.is_lazy(tensor):
        hint = "Run the module once on an example, so that it makes its parameters."
        raise WellbegunError(doing, "a table with a shape", "an uninitialized parameter", path, hint)
    if hasattr(tensor, "local_shards") or hasattr(tensor, "to_local"):
        hint = "Load the vectors before the module is sharded."
        raise WellbegunError(doing, "the whole table", "a sharded one", path, hint)
    if tensor.is_meta:
        hint = "Load the vectors once the module has memory, after to_empty() and its initialization."
        raise WellbegunError(doing, "a table with memory", "one on the device meta", path, hint)
    if tensor.layout != torch.strided or not tensor.is_floating_point():
        found = "{}, {}".format(tensor.dtype, tensor.layout)
        raise WellbegunError(doing, "a dense table of floating-point numbers", found, path)


def embeddings_of(model: Any, tensor: Any) -> "List[Any]":
    """The modules ``Embedding`` and ``EmbeddingBag`` of the model whose weight is this tensor."""
    import torch

    kinds = (torch.nn.Embedding, torch.nn.EmbeddingBag)
    return [module for module in model.modules() if isinstance(module, kinds) and module.weight is tensor]


def tied_paths(model: Any, path: str, tensor: Any) -> List[str]:
    """The other paths under which the model holds this tensor's memory as a parameter."""
    return [
        other
        for other, parameter in _parameters(model)
        if other != path and (parameter is tensor or (tensor.numel() and parameter.data_ptr() == tensor.data_ptr()))
    ]


def _parameters(model: Any) -> "Iterator[Tuple[str, Any]]":
    """Every path of every parameter; ``named_parameters`` lists a tied parameter only once."""
    import torch

    for prefix, module in model.named_modules(remove_duplicate=False):
        for name, parameter in module._parameters.items():
            if parameter is not None and not torch.nn.parameter.is_lazy(parameter):
                yield "{}.{}".format(prefix, name) if prefix else name, parameter


def is_parameter(model: Any, tensor: Any) -> bool:
    """Whether an optimizer over ``model.parameters()`` trains the tensor."""
    return any(tensor is parameter for parameter in model.parameters())


def as_array(tensor: Any) -> Array:
    """A tensor's values, from any device: 16-bit floats as float32, which represents them exactly; others unchanged."""
    import torch

    narrow = tensor.dtype in (torch.bfloat16, torch.float16)
    values: Array = (tensor.detach().float() if narrow else tensor.detach()).cpu().numpy()
    return values


def as_held(values: Array, tensor: Any) -> Array:
    """These values rounded to the tensor's type."""
    import torch

    return as_array(torch.from_numpy(values).to(tensor.dtype))
