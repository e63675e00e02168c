"""A stand-in of our own for torchrec's configuration of a table."""

import functools

import torch


class EmbeddingBagConfig:
    """With the initializer that torchrec takes where none is given: uniform, by the number of rows."""

    def __init__(self, name, embedding_dim, num_embeddings, feature_names, init_fn=None):
        self.name, self.embedding_dim, self.num_embeddings = name, embedding_dim, num_embeddings
        self.feature_names = feature_names
        bound = (1 / num_embeddings) ** 0.5
        self.init_fn = init_fn or functools.partial(torch.nn.init.uniform_, a=-bound, b=bound)
