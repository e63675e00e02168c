"""Texts through sentence-transformers, on one thread; and the same weights as an ONNX file.

usage: python encode_texts.py encode MODEL-FOLDER TEXTS.json VECTORS.f32   prints the seconds of encoding, without loading the model
       python encode_texts.py export MODEL-FOLDER OUT-FOLDER                writes model.onnx, tokenizer.json and encoder.json
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import sentence_transformers
import torch

torch.set_num_threads(1)
what, model_folder, *paths = sys.argv[1:]
model = sentence_transformers.SentenceTransformer(model_folder, device="cpu")
if what == "export":
    network, out = model[0].auto_model.eval(), Path(paths[0])
    out.mkdir(parents=True, exist_ok=True)
    names = ["input_ids", "attention_mask", "token_type_ids"]

    class Tokens(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            return self.network(**dict(zip(names, inputs))).last_hidden_state

    ones = torch.ones(2, 8, dtype=torch.int64)
    axes = {name: {0: "batch", 1: "length"} for name in [*names, "last_hidden_state"]}
    torch.onnx.export(Tokens(), (ones, ones, ones * 0), str(out / "model.onnx"), input_names=names, output_names=["last_hidden_state"], dynamic_axes=axes, opset_version=14)
    shutil.copy(Path(model_folder) / "tokenizer.json", out / "tokenizer.json")
    spec = {"name": "MiniLM float32", "modality": "text", "maxTokens": model.max_seq_length, "pooling": "mean", "normalize": True}
    (out / "encoder.json").write_text(json.dumps(spec))
else:
    texts = json.loads(Path(paths[0]).read_text())
    model.encode(texts[:32])
    cpu, wall = time.process_time(), time.perf_counter()
    vectors = model.encode(texts, batch_size=32, show_progress_bar=False, normalize_embeddings=True)
    seconds = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    vectors.astype("<f4").tofile(paths[1])
    print(json.dumps({**seconds, "runtime": f"sentence-transformers {sentence_transformers.__version__}, PyTorch {torch.__version__}"}))
