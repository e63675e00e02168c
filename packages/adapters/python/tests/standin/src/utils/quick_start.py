"""The search loop: a model for each combination."""

import importlib
import random

import numpy as np
import torch


def get_model(name):
    return getattr(importlib.import_module("models." + name.lower()), name)


def get_trainer():
    return Trainer


class Trainer:
    def __init__(self, config, model):
        if config["hazard"] == "late":
            model.apply(model.initialize)
        rate = 0.0 if config["hazard"] == "untrained" else 0.01
        self.config, self.model = config, model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=rate)

    def fit(self, epochs):
        if self.config["hazard"] == "late-fit":
            self.model.user_embedding.weight.data.normal_()
        for epoch in range(epochs):
            self._train_epoch(epoch)

    def _train_epoch(self, epoch):
        self.optimizer.zero_grad()
        loss = self.model.calculate_loss()
        loss.backward()
        self.optimizer.step()
        # What the sampler would draw next: the same with and without wired vectors.
        print("epoch", epoch, random.random(), np.random.rand(), float(torch.rand(1)))


def quick_start(model, config):
    for seed in (1, 2, 3):
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        built = get_model(config["model"])(config).to("cpu")
        trainer = get_trainer()(config, built)
        trainer.fit(2)
        print("first value", seed, float(built.user_embedding.weight.detach()[0, 0]))
