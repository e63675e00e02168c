"""Writes small ONNX models into the folder of the first argument: with axes of fixed length, in float16, with outputs that hold no
vector for each content. The second argument is MiniLM's model."""

import json
import sys
import wave
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

folder = Path(sys.argv[1])
rng = np.random.default_rng(5)


def declare(name: str, spec: dict) -> Path:
    place = folder / name
    place.mkdir()
    (place / "encoder.json").write_text(json.dumps({"name": name, **spec}))
    return place / "model.onnx"


def write(name, spec, nodes, source, target, constants):
    (input_type, shape), output_type = source, target
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, outputs, **attributes) for kind, inputs, outputs, attributes in nodes],
        name,
        [helper.make_tensor_value_info("input_ids" if spec["modality"] == "text" else "x", input_type, shape)],
        [helper.make_tensor_value_info("y", output_type, None)],
        [numpy_helper.from_array(value, key) for key, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, declare(name, spec))


image = {"modality": "image", "size": [32, 32]}
weights = rng.normal(size=(16, 3, 8, 8))
conv = [("Conv", ["x", "w"], ["c"], {"strides": [8, 8]}), ("GlobalAveragePool", ["c"], ["y"], {})]
for name, kind, dtype, rows in (("image", TensorProto.FLOAT, "f4", "n"), ("half", TensorProto.FLOAT16, "f2", 1)):
    write(name, image, conv, (kind, [rows, 3, 32, 32]), kind, {"w": weights.astype(dtype)})
mean = [("GlobalAveragePool", ["x"], ["c"], {}), ("ReduceMean", ["c"], ["y"], {"axes": [0]})]
write("one-row", image, mean, (TensorProto.FLOAT, ["n", 3, 32, 32]), TensorProto.FLOAT, {})

cast = [("Cast", ["input_ids"], ["y"], {"to": TensorProto.FLOAT})]
write("tokens", {"modality": "text"}, cast, (TensorProto.INT64, ["n", "t"]), TensorProto.FLOAT, {})

# Windows of 25 ms of the samples: shorter sounds have none.
windows = [
    ("Unsqueeze", ["x", "axis"], ["u"], {}),
    ("Conv", ["u", "w"], ["c"], {"strides": [160]}),
    ("Transpose", ["c"], ["y"], {"perm": [0, 2, 1]}),
]
constants = {"w": rng.normal(size=(16, 1, 400)).astype("f4"), "axis": np.array([1])}
sound = {"modality": "audio", "sampleRate": 16000}
write("windows", sound, windows, (TensorProto.FLOAT, ["n", "t"]), TensorProto.FLOAT, constants)
# The mean over the frames of CLAP's extractor, here of one second.
mean = [("ReduceMean", ["x"], ["y"], {"axes": [1, 2], "keepdims": 0})]
write("clap", {**sound, "input": "extractor"}, mean, (TensorProto.FLOAT, [1, 1, "t", 64]), TensorProto.FLOAT, {})
extractor = {
    "feature_extractor_type": "ClapFeatureExtractor",
    "feature_size": 64,
    "fft_window_size": 1024,
    "frequency_max": 7000,
    "frequency_min": 50,
    "hop_length": 480,
    "nb_frequency_bins": 513,
    "nb_max_samples": 16000,
    "padding": "repeatpad",
    "sampling_rate": 16000,
    "truncation": "rand_trunc",
}
(folder / "clap" / "preprocessor_config.json").write_text(json.dumps(extractor))
for name, samples in (("long", 32000), ("short", 100)):
    with wave.open(str(folder / f"{name}.wav"), "wb") as file:
        file.setparams((1, 2, 16000, samples, "NONE", ""))
        file.writeframes(rng.integers(-30000, 30000, samples).astype("<i2").tobytes())

fixed = onnx.load(sys.argv[2])
for one in fixed.graph.input:
    for axis, length in zip(one.type.tensor_type.shape.dim, (1, 32)):
        axis.dim_value = length
del fixed.graph.value_info[:]
onnx.save(fixed, declare("fixed", {"modality": "text", "normalize": True}))
