"""A stand-in of our own for torchrec's unsharded collection: the same paths, and initialized at the constructor's end."""

import torch


class EmbeddingBagCollection(torch.nn.Module):
    def __init__(self, tables, device=None):
        super().__init__()
        self.configs = tables
        self.embedding_bags = torch.nn.ModuleDict()
        for config in tables:
            bag = torch.nn.EmbeddingBag(config.num_embeddings, config.embedding_dim, mode="sum", include_last_offset=True, device=device)
            self.embedding_bags[config.name] = bag
        self.reset_parameters()

    def reset_parameters(self):
        for config in self.configs:
            config.init_fn(self.embedding_bags[config.name].weight)

    def forward(self, features):
        return {
            key: self.embedding_bags[config.name](*features.of(key)) for config in self.configs for key in config.feature_names
        }
