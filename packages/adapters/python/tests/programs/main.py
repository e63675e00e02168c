"""A program of our own with the shape of DiffMM's and MMSSL's: everything in one script, no function for an epoch."""

import argparse
import random
import sys

import numpy as np
import torch
from helper import Model

parser = argparse.ArgumentParser()
parser.add_argument("--hazard", default="none")
parser.add_argument("--users", type=int, default=12)
parser.add_argument("--width", type=int, default=4)
parser.add_argument("--models", type=int, default=1)
given = parser.parse_args()


def train(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    model = Model(given.users, 9, given.width)
    # Asked for before the model is as it will be: to be counted, as programs do.
    print("parameters", sum(parameter.numel() for parameter in model.parameters()))
    if given.hazard == "reset-before":
        torch.nn.init.normal_(model.uEmbeds, std=1e-4)
    rate = 0.0 if given.hazard == "untrained" else 0.01
    groups = [model.uEmbeds, model.iEmbeds]
    if given.hazard == "no-optimiser":
        return
    if given.hazard == "groups":
        optimiser = torch.optim.Adam([{"params": [table for _, table in model.named_parameters()]}], lr=rate)
    else:
        optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda epoch: 0.96**epoch)
    if given.hazard == "late":
        torch.nn.init.normal_(model.uEmbeds)
    for epoch in range(2):
        optimiser.zero_grad()
        loss = model.loss() if given.hazard != "items-alone" else model.iEmbeds.sum()
        loss.backward()
        optimiser.step()
        scheduler.step()
        print("epoch", epoch, random.random(), np.random.rand(), float(torch.rand(1)))
    print("first value", float(groups[0].detach()[0, 0]))


for seed in range(given.models):
    train(seed)
sys.exit(3 if given.hazard == "fails" else 0)
