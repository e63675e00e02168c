"""A text-image pair and a sound network with seeded weights: exported to ONNX, with PyTorch's vectors of texts, images and sounds.

usage: python pair-models.py OUT-FOLDER, with a JSON object on standard input: tokens, one list of token numbers for each text;
prints paths and vectors as JSON
"""

import json
import sys
import wave
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

out = Path(sys.argv[1])
request = json.load(sys.stdin)
torch.manual_seed(20)
WIDTH, SHARED, SIDE, PATCH = 32, 24, 64, 16


class Block(nn.Module):
    """One layer of a transformer, four heads."""

    def __init__(self):
        super().__init__()
        self.norm, self.all, self.up, self.down = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, 64), nn.Linear(64, WIDTH)

    def forward(self, x, bias):
        heads = self.all(self.norm(x)).reshape(x.shape[0], -1, 3, 4, WIDTH // 4).permute(2, 0, 3, 1, 4)
        weights = (heads[0] @ heads[1].transpose(-1, -2) / (WIDTH // 4) ** 0.5 + bias).softmax(-1)
        x = x + (weights @ heads[2]).transpose(1, 2).reshape(x.shape[0], -1, WIDTH)
        return x + self.down(torch.relu(self.up(x)))


class Text(nn.Module):
    """The vector of the last token, as CLIP pools."""

    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(30522, WIDTH), nn.Embedding(77, WIDTH)
        self.block, self.norm, self.project = Block(), nn.LayerNorm(WIDTH), nn.Linear(WIDTH, SHARED, bias=False)

    def forward(self, input_ids, attention_mask):
        x = self.tokens(input_ids) + self.places(torch.arange(input_ids.shape[1]))
        bias = (attention_mask.float() - 1)[:, None, None, :] * 1e9
        last = attention_mask.sum(1) - 1
        x = self.norm(self.block(x, bias))
        return self.project(x.gather(1, last[:, None, None].expand(-1, 1, WIDTH))[:, 0])


class Vision(nn.Module):
    """The mean over a class token and the patches."""

    def __init__(self):
        super().__init__()
        patches = (SIDE // PATCH) ** 2
        self.cut, self.first = nn.Conv2d(3, WIDTH, PATCH, PATCH), nn.Parameter(torch.randn(1, 1, WIDTH))
        self.places = nn.Parameter(0.1 * torch.randn(1, patches + 1, WIDTH))
        self.block, self.norm, self.project = Block(), nn.LayerNorm(WIDTH), nn.Linear(WIDTH, SHARED, bias=False)

    def forward(self, pixel_values):
        x = 4 * self.cut(pixel_values).flatten(2).transpose(1, 2)
        x = torch.cat([0.1 * self.first.expand(x.shape[0], -1, -1), x], 1) + self.places
        return self.project(self.norm(self.block(x, torch.zeros(1)).mean(1)))


class Sound(nn.Module):
    """Convolutions over a log-mel spectrogram, batch x 80 x frames."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv1d(80, WIDTH, 3, 2), nn.ReLU(), nn.Conv1d(WIDTH, WIDTH, 3, 2), nn.Tanh())
        self.project = nn.Linear(WIDTH, SHARED, bias=False)

    def forward(self, input_features):
        return self.project(self.layers(input_features).mean(2))


class Wave(nn.Module):
    """Convolutions over samples, batch x samples."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv1d(1, WIDTH, 64, 16), nn.Tanh())

    def forward(self, input_values):
        return self.layers(input_values[:, None]).abs().mean(2)


def picture(seed, width, height):
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    planes = [np.sin(random.uniform(3, 9) * x + random.uniform(3, 9) * y) + ((x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.05) for _ in range(3)]
    values = np.stack(planes, 2)
    return Image.fromarray((255 * (values - values.min()) / np.ptp(values)).astype(np.uint8))


def pixels(path):
    """CLIP's preprocessing by Pillow: the shorter side to 64 with a bicubic filter, the center, mean and deviation 0.5."""
    image = Image.open(path).convert("RGB")
    factor = SIDE / min(image.size)
    image = image.resize([max(SIDE, round(side * factor)) for side in image.size], Image.BICUBIC)
    left, top = (image.width - SIDE) // 2, (image.height - SIDE) // 2
    values = np.asarray(image.crop((left, top, left + SIDE, top + SIDE)), np.float32) / 255
    return torch.from_numpy(((values - 0.5) / 0.5).transpose(2, 0, 1))


RATE, SECONDS = 16000, 5


def sound(seed, seconds):
    """Gliding tones below 3 kHz with noise, from -1 to 1."""
    random = np.random.default_rng(seed)
    t = np.arange(int(RATE * seconds)) / RATE
    tones = [np.sin(2 * np.pi * (random.uniform(100, 1500) * t + random.uniform(-150, 150) * t**2)) for _ in range(4)]
    return np.clip(0.2 * sum(tones) + 0.01 * random.normal(size=t.shape), -1, 1)


def log_mel(samples):
    """Whisper's log-mel spectrogram (Radford et al. 2022, section 2.2), by the published constants."""
    samples = np.pad(samples[: RATE * SECONDS], (0, max(0, RATE * SECONDS - len(samples))))
    framed = np.lib.stride_tricks.sliding_window_view(np.pad(samples, 200, mode="reflect"), 400)[::160]
    power = np.abs(np.fft.rfft(framed * np.hanning(401)[:-1])) ** 2

    def mel(hertz):
        return np.where(hertz < 1000, hertz * 3 / 200, 15 + 27 * np.log(np.maximum(hertz, 1) / 1000) / np.log(6.4))

    points = np.linspace(mel(0.0), mel(8000.0), 82)
    edges = np.where(points < 15, points * 200 / 3, 1000 * 6.4 ** ((points - 15) / 27))
    bins = np.linspace(0, 8000, 201)[:, None]
    rising, falling = (bins - edges[:-2]) / np.diff(edges)[:-1], (edges[2:] - bins) / np.diff(edges)[1:]
    filters = np.maximum(0, np.minimum(rising, falling)) * 2 / (edges[2:] - edges[:-2])
    decades = np.log10(np.maximum(power[:-1] @ filters, 1e-10))
    return ((np.maximum(decades, decades.max() - 8) + 4) / 4).T.astype(np.float32)


def export(network, name, inputs, output):
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    axes = {input: {i: f"{input}{i}" for i in range(value.dim())} for input, value in inputs.items()}
    if "pixel_values" in axes:
        axes["pixel_values"] = {0: "batch"}
    torch.onnx.export(network, tuple(inputs.values()), str(out / name), input_names=list(inputs), output_names=[output], dynamic_axes=axes, opset_version=13)


text, vision, hearing, waves = Text().eval(), Vision().eval(), Sound().eval(), Wave().eval()
sys.stdout, printed = sys.stderr, sys.stdout
images = []
for seed, size in enumerate([(160, 120), (64, 64), (90, 200), (40, 30)]):
    images.append(out / f"{seed}.png")
    picture(seed, *size).save(images[-1])
sounds, samples = [], []
for seed, seconds in enumerate([2.0, 5.0, 1.3, 7.0]):
    sounds.append(out / f"{seed}.wav")
    values = np.round(sound(seed, seconds) * 32767).astype("<i2")
    samples.append(values.astype(np.float64) / 32768)
    with wave.open(str(sounds[-1]), "wb") as file:
        # The third file has two channels that are equal.
        file.setparams((2 if seed == 2 else 1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.repeat(values, 2) if seed == 2 else values).tobytes())
with torch.no_grad():
    export(text, "onnx/text_model.onnx", {"input_ids": torch.ones(2, 5, dtype=torch.int64), "attention_mask": torch.ones(2, 5, dtype=torch.int64)}, "text_embeds")
    export(vision, "onnx/vision_model.onnx", {"pixel_values": torch.zeros(1, 3, SIDE, SIDE)}, "image_embeds")
    export(hearing, "onnx/audio_model.onnx", {"input_features": torch.zeros(1, 80, 500)}, "audio_embeds")
    export(waves, "wave.onnx", {"input_values": torch.zeros(1, 4000)}, "audio_embeds")
    ids = [torch.tensor([one]) for one in request["tokens"]]
    vectors = {
        "text": torch.cat([text(one, torch.ones_like(one)) for one in ids]),
        "image": vision(torch.stack([pixels(path) for path in images])),
        "sound": hearing(torch.from_numpy(np.stack([log_mel(one) for one in samples]))),
        "wave": torch.cat([waves(torch.from_numpy(one[None, : RATE * SECONDS].astype(np.float32))) for one in samples]),
    }
flat = {name: value.double().flatten().tolist() for name, value in vectors.items()}
print(json.dumps({"images": [str(path) for path in images], "sounds": [str(path) for path in sounds], "vectors": flat}), file=printed)
