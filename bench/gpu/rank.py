"""Seconds that PyTorch takes on the GPU for what bench/gpu/rank.mjs does: float32 products (TF32 off), then topk."""
import argparse, time
import torch

a = argparse.ArgumentParser()
a.add_argument("--users", type=int, default=100000)
a.add_argument("--items", type=int, default=1000000)
o = a.parse_args()
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.backends.cuda.matmul.allow_tf32 = False
catalog = torch.rand(o.items, 64, device=device) - 0.5
block = torch.rand(min(4096, o.users), 64, device=device) - 0.5


def rank():
    found = torch.topk(block @ catalog.T, 20, dim=1).indices
    return int(found[0, 0])  # waits for the device


rank()
start, ranked = time.perf_counter(), 0
while ranked < o.users:
    rank()
    ranked += len(block)
seconds = time.perf_counter() - start
name = torch.cuda.get_device_name() if device == "cuda" else "CPU"
print(f"PyTorch {torch.__version__} on {name}: {ranked} users x {o.items} items x 64, top 20")
print(f"{seconds:.2f} s, {ranked / seconds:.0f} users a second, {2 * ranked * o.items * 64 / seconds / 1e12:.2f} TFLOP/s")
