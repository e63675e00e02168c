"""Beside the program, where its imports are found."""

import torch
from torch import nn


class Model(nn.Module):
    """With the paths of DiffMM: two parameters, initialised in the constructor."""

    def __init__(self, users, items, width):
        super().__init__()
        self.uEmbeds = nn.Parameter(nn.init.xavier_uniform_(torch.empty(users, width)))
        self.iEmbeds = nn.Parameter(nn.init.xavier_uniform_(torch.empty(items, width)))

    def loss(self):
        return -torch.nn.functional.logsigmoid(self.uEmbeds @ self.iEmbeds.T).mean()
