"""A model whose constructor initializes at its end."""

import torch
from torch import nn


class FREEDOM(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.n_users, self.n_items = config["users"], 9
        self.user_embedding = nn.Embedding(self.n_users, 4)
        self.item_id_embedding = nn.Embedding(self.n_items, 4)
        self.apply(self.initialize)

    @staticmethod
    def initialize(module):
        if isinstance(module, nn.Embedding):
            nn.init.xavier_uniform_(module.weight.data)

    def calculate_loss(self):
        return -torch.nn.functional.logsigmoid(self.user_embedding.weight @ self.item_id_embedding.weight.T).mean()
