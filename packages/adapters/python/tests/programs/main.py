"""A program of our own with the shape of DiffMM's and MMSSL's: everything in one script, no function for an epoch."""

import argparse
import random
import sys

import numpy as np
import torch
from helper import Model

parser = argparse.ArgumentParser()
parser.add_argument("--shape", default="diffmm")
parser.add_argument("--hazard", default="none")
parser.add_argument("--users", type=int, default=12)
parser.add_argument("--width", type=int, default=4)
parser.add_argument("--models", type=int, default=1)
given, rest = parser.parse_known_args()
print(rest)


def train(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    model = Model(given.shape, given.users, 9, given.width)
    users, items = model.tables()
    if given.hazard in ("none", "reset-before"):
        # Asked for before the model is as it will be: to be counted, as programs do.
        print("parameters", sum(parameter.numel() for parameter in model.parameters()))
    if given.hazard == "reset-before":
        torch.nn.init.normal_(users, std=1e-4)
    rate = 0.0 if given.hazard == "untrained" else 0.01
    if given.hazard == "no-optimizer":
        return
    if given.hazard == "groups":
        optimizer = torch.optim.Adam([{"params": [table for _, table in model.named_parameters()]}], lr=rate)
    elif given.hazard == "tensors":
        optimizer = torch.optim.Adam([users, items], lr=rate)
    elif given.hazard == "one-tensor":
        optimizer = torch.optim.Adam([users], lr=rate)
    elif given.hazard == "no-module":
        users, items = users.detach().clone().requires_grad_(), items.detach().clone().requires_grad_()
        optimizer = torch.optim.Adam([users, items], lr=rate)
    elif given.hazard == "other-path":
        model.user_table, model.uEmbeds = model.uEmbeds, None
        optimizer = torch.optim.Adam([users, items], lr=rate)
    elif given.hazard == "wrapped":
        optimizer = torch.optim.Adam(torch.nn.DataParallel(model).parameters(), lr=rate)
    elif given.hazard == "owned":
        # A trainer that is a module and holds the model's tables under their names beside it.
        trainer = torch.nn.Module()
        trainer.model, trainer.uEmbeds, trainer.iEmbeds = model, users, items
        optimizer = torch.optim.Adam(trainer.parameters(), lr=rate)
    elif given.hazard == "added":
        optimizer = torch.optim.Adam(torch.nn.Linear(3, 1).parameters(), lr=rate)
        optimizer.add_param_group({"params": model.parameters()})
    else:
        optimizer = torch.optim.AdamW([{"params": model.parameters()}], lr=rate, weight_decay=0)
    # MMSSL's discriminator: a model and an optimizer with no table to wire, which step first.
    judge = torch.nn.Linear(given.width, 1)
    judges = torch.optim.Adam(judge.parameters())
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.96**epoch)
    if given.hazard == "late":
        torch.nn.init.normal_(users)
    for epoch in range(2):
        judge(users.detach()).sum().backward()
        judges.step()
        optimizer.zero_grad()
        loss = items.sum() if given.hazard == "items-alone" else model.loss(users, items)
        loss.backward()
        optimizer.step()
        scheduler.step()
        print("epoch", epoch, random.random(), np.random.rand(), float(torch.rand(1)))
    print("first value", float(users.detach()[0, 0]))


for seed in range(given.models):
    train(seed)
sys.exit(3 if given.hazard == "fails" else 0)
