"""Beside the program, where its imports are found."""

import torch
from torch import nn


class Model(nn.Module):
    """Users and items under the paths that a codebase has, initialized in the constructor."""

    def __init__(self, shape, users, items, width):
        super().__init__()
        if shape == "freerec":
            # A module of fields, whose tables are initialized at the constructor's end.
            self.User, self.Item = nn.Module(), nn.Module()
            self.User.add_module("embeddings", nn.Embedding(users, width))
            self.Item.add_module("embeddings", nn.Embedding(items, width))
            for table in self.tables():
                nn.init.normal_(table, std=1e-4)
        elif shape == "padded":
            self.users, self.items = nn.Embedding(users, width, padding_idx=0), nn.Embedding(9, width)
        elif shape == "mmssl":
            self.user_id_embedding = nn.Embedding(users, width)
            self.item_id_embedding = nn.Embedding(items, width)
            for table in self.tables():
                nn.init.xavier_uniform_(table)
        else:
            self.uEmbeds = nn.Parameter(nn.init.xavier_uniform_(torch.empty(users, width)))
            self.iEmbeds = nn.Parameter(nn.init.xavier_uniform_(torch.empty(items, width)))

    def tables(self):
        # By name where it can be: a program need not ask a module for its parameters.
        return [self.uEmbeds, self.iEmbeds] if hasattr(self, "uEmbeds") else list(self.parameters())

    def loss(self, users, items):
        return -torch.nn.functional.logsigmoid(users @ items.T).mean()
