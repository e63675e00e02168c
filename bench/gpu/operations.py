"""Milliseconds that PyTorch takes on the GPU for the dense and sparse products of bench/kernels.mjs, at the same shapes, in
float32 (TF32 off), over random values. Prints a Markdown table with the names of bench/kernels.mjs.

    python3 bench/gpu/operations.py --sizes tiktok,baby384,baby4096,elec4096 --repeats 5
"""
import argparse, statistics, time
import torch

# items, width, users, pairs: the shapes of packages/synthetic.
SHAPES = {
    "example": (1200, 64, 2000, 24000),
    "tiktok": (6710, 128, 9308, 59541),
    "baby384": (7050, 384, 19445, 118551),
    "baby4096": (7050, 4096, 19445, 118551),
    "elec4096": (63001, 4096, 192403, 1254441),
}
parser = argparse.ArgumentParser()
parser.add_argument("--sizes", default="tiktok,baby384,baby4096")
parser.add_argument("--repeats", type=int, default=5)
options = parser.parse_args()
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.backends.cuda.matmul.allow_tf32 = False
torch.manual_seed(999)


def operations(items, width, users, pairs):
    """By name: floating-point operations and what to run."""
    x = torch.randn(items, width, device=device)
    axes = torch.randn(width, 64, device=device)
    places = torch.stack([torch.randint(users, (pairs,)), torch.randint(items, (pairs,))])
    # As many users as bench/kernels.mjs takes: 256 MiB of them.
    kept = min(users, (1 << 28) // (4 * width))
    places = places[:, places[0] < kept]
    matrix = torch.sparse_coo_tensor(places, torch.ones(places.shape[1]), (kept, items)).coalesce().to_sparse_csr().to(device)
    ranked, catalog = torch.randn(1000, 64, device=device), torch.randn(items, 64, device=device)

    def k_means_pass(k):
        centroids = x[:k].clone()

        def run():
            labels = (centroids.square().sum(1) - 2 * x @ centroids.T).argmin(1)
            return torch.zeros_like(centroids).index_add_(0, labels, x)

        return run

    yield "multiply to 64", 2 * items * width * 64, lambda: x @ axes
    if width <= 1024:
        yield "gram", items * width * (width + 1), lambda: x.T @ x
    yield f"multiplySparse, {kept} users", 2 * places.shape[1] * width, lambda: matrix @ x
    for k in (8, 64):
        yield f"a pass of k-means, K {k}", 2 * items * width * k, k_means_pass(k)
    yield "topK, 1000 users", 2 * 1000 * items * 64, lambda: torch.topk(ranked @ catalog.T, 20, dim=1).indices


def milliseconds(run):
    """The median, after two calls that do not count; each call waits for the device."""
    times = []
    for _ in range(options.repeats + 2):
        started = time.perf_counter()
        run()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[2:])


print(f"PyTorch {torch.__version__} on {torch.cuda.get_device_name() if device == 'cuda' else 'CPU'}\n")
for size in options.sizes.split(","):
    print(f"## {size}\n\n| operation | ms | GFLOP/s |\n| --- | --- | --- |")
    for name, flops, run in operations(*SHAPES[size]):
        ms = milliseconds(run)
        print(f"| {name} | {ms:.3f} | {flops / ms / 1e6:.1f} |")
    print()
