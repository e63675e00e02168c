"""Texts through sentence-transformers, on one thread; the same weights as an ONNX file; and that file through Python's onnxruntime.

usage: python encode_texts.py encode MODEL-FOLDER TEXTS.json VECTORS.f32   prints the seconds of encoding, without loading the model
       python encode_texts.py onnx ENCODER-FOLDER TEXTS.json VECTORS.f32   the same, by onnxruntime
       python encode_texts.py export MODEL-FOLDER OUT-FOLDER               writes model.onnx, tokenizer.json and encoder.json
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
what, folder, *paths = sys.argv[1:]
BATCH = 32


def sentence_transformer():
    """The model on one thread."""
    import sentence_transformers
    import torch

    torch.set_num_threads(1)
    return sentence_transformers.SentenceTransformer(folder, device="cpu")


def export() -> None:
    import torch

    model = sentence_transformer()
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
    shutil.copy(Path(folder) / "tokenizer.json", out / "tokenizer.json")
    spec = {"name": "MiniLM float32", "modality": "text", "maxTokens": model.max_seq_length, "pooling": "mean", "normalize": True}
    (out / "encoder.json").write_text(json.dumps(spec))


def by_sentence_transformers():
    """Encodes texts, and what does so."""
    import sentence_transformers
    import torch

    model = sentence_transformer()
    encode = lambda texts: model.encode(texts, batch_size=BATCH, show_progress_bar=False, normalize_embeddings=True)
    return encode, f"sentence-transformers {sentence_transformers.__version__}, PyTorch {torch.__version__}"


def by_onnxruntime():
    """As sentence-transformers encodes: texts of similar length share a batch."""
    import numpy as np
    import onnxruntime
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.enable_truncation(json.loads((Path(folder) / "encoder.json").read_text())["maxTokens"])
    tokenizer.enable_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(Path(folder) / "model.onnx"), options, providers=["CPUExecutionProvider"])

    def encode(texts):
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        vectors = np.zeros((len(texts), session.get_outputs()[0].shape[2]), np.float32)
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            found = tokenizer.encode_batch([texts[row] for row in rows])
            ids, mask = (np.array([getattr(one, name) for one in found]) for name in ["ids", "attention_mask"])
            [states] = session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})
            pooled = (states * mask[:, :, None]).sum(1)
            vectors[rows] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return vectors

    return encode, f"Python's onnxruntime {onnxruntime.__version__}, the same ONNX file"


if what == "export":
    export()
else:
    encode, runtime = by_onnxruntime() if what == "onnx" else by_sentence_transformers()
    texts = json.loads(Path(paths[0]).read_text())
    encode(texts[:BATCH])
    cpu, wall = time.process_time(), time.perf_counter()
    vectors = encode(texts)
    seconds = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    vectors.astype("<f4").tofile(paths[1])
    print(json.dumps({**seconds, "runtime": runtime}))
