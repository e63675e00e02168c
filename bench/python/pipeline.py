"""One run, from the files to the scaled tables, each stage timed apart."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp

import steps
from clock import Clock

KMeans = Callable[[np.ndarray, int, int], steps.Clusters]


def run(args: argparse.Namespace, clock: Clock, k_means: KMeans) -> dict[str, Any]:
    """Runs the stages that the clock wants; returns what is known about the result."""
    with clock.stage("load"):
        features = steps.load_features(args.dataset, args.modalities)
        interactions = steps.load_train_matrix(args.dataset, len(next(iter(features.values()))))
    facts: dict[str, Any] = {
        "input": {
            "users": interactions.shape[0],
            "items": interactions.shape[1],
            "train_interactions": interactions.nnz,
            "modalities": {name: x.shape[1] for name, x in features.items()},
        }
    }
    if clock.finished:
        return facts

    with clock.stage("prepare"):
        for x in features.values():
            steps.prepare(x)
    if clock.finished:
        return facts

    with clock.stage("cluster"):
        clusters = {name: k_means(x, args.clusters, args.seed) for name, x in features.items()}
    facts["inertia"] = {name: found.inertia for name, found in clusters.items()}
    facts["iterations"] = {name: found.iterations for name, found in clusters.items()}
    if clock.finished:
        return facts

    if args.dim > 0 and args.order == "project-first":
        user_table, item_table = project_first(args, clock, interactions, features, clusters, facts)
    else:
        user_table, item_table = aggregate_first(args, clock, interactions, features, clusters, facts)

    with clock.stage("scale"):
        steps.scale_to_xavier(user_table, item_table)
    if args.out is not None:
        with clock.stage("write"):
            args.out.mkdir(parents=True, exist_ok=True)
            np.save(args.out / "users.npy", user_table)
            np.save(args.out / "items.npy", item_table)
    facts["output"] = {"users": user_table.shape, "items": item_table.shape, "dtype": str(user_table.dtype)}
    return facts


def project_first(
    args: argparse.Namespace,
    clock: Clock,
    interactions: sp.csr_matrix,
    features: dict[str, np.ndarray],
    clusters: dict[str, steps.Clusters],
    facts: dict[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """Projects items and centroids, then aggregates rows that are `dim` wide."""
    with clock.stage("concat"):
        wide = steps.side_by_side(features)
    with clock.stage("project"):
        axes, singular_values = steps.principal_axes(wide, args.dim, args.seed)
        item_table = wide @ axes
        parts = np.split(axes, np.cumsum([x.shape[1] for x in features.values()])[:-1])
        short = [found.centroids @ part for found, part in zip(clusters.values(), parts, strict=True)]
    with clock.pause():
        facts["explained"] = steps.explained_share(wide, singular_values)
    del wide

    with clock.stage("local"):
        user_table = steps.local_weights(interactions, args.norm) @ item_table
    with clock.stage("global"):
        mean = steps.mean_weights(interactions)
        global_table = np.zeros_like(user_table)
        for found, centroids in zip(clusters.values(), short, strict=True):
            global_table += steps.cluster_histogram(mean, found.labels, args.clusters) @ centroids
    with clock.stage("fuse"):
        steps.fuse(user_table, global_table, args.lam, interactions, item_table)
    return user_table, item_table


def aggregate_first(
    args: argparse.Namespace,
    clock: Clock,
    interactions: sp.csr_matrix,
    features: dict[str, np.ndarray],
    clusters: dict[str, steps.Clusters],
    facts: dict[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """Aggregates each modality at its full width, then (with a dim) projects users and items."""
    tables: dict[str, np.ndarray] = {}
    for name, x in features.items():
        found = clusters[name]
        with clock.stage("local"):
            tables[name] = steps.local_weights(interactions, args.norm) @ x
        with clock.stage("global"):
            histogram = steps.cluster_histogram(steps.mean_weights(interactions), found.labels, args.clusters)
            global_table = histogram @ found.centroids
        with clock.stage("fuse"):
            steps.fuse(tables[name], global_table, args.lam, interactions, x)
        del global_table
    with clock.stage("concat"):
        user_table = steps.side_by_side(tables)
        item_table = steps.side_by_side(features)
    tables.clear()
    if args.dim == 0:
        return user_table, item_table
    with clock.stage("project"):
        axes, singular_values = steps.principal_axes(item_table, args.dim, args.seed)
        short_users, short_items = user_table @ axes, item_table @ axes
    with clock.pause():
        facts["explained"] = steps.explained_share(item_table, singular_values)
    return short_users, short_items
