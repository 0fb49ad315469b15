"""What a person writes with PyTorch and pytorch-grad-cam to explain a folder: of each photo a saliency map and Grad-CAM
of the best class, both saved with NumPy, and a picture of each, by OpenCV or by matplotlib."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image


def prepared(image, resize, crop, mean, std):
    """torchvision's evaluation transform: the short side, the middle, scaled colours."""
    width, height = image.size
    short = min(width, height)
    size = (int(resize * width / short), int(resize * height / short))
    left, top = round((size[0] - crop) / 2), round((size[1] - crop) / 2)
    seen = image.resize(size, Image.Resampling.BILINEAR).crop((left, top, left + crop, top + crop))
    scale = short / resize
    frame = (left * scale, top * scale, crop * scale, crop * scale)
    values = torch.from_numpy(np.asarray(seen).copy()).permute(2, 0, 1).float() / 255
    return seen, frame, ((values - mean) / std)[None]


def explain_folder(model, layer, photos, out, draw, preprocessing, progress=lambda: None):
    from cam_family import CAMS
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    mean, std = (torch.tensor(preprocessing[name]).reshape(3, 1, 1) for name in ("mean", "std"))
    with CAMS["grad-cam"](model=model, target_layers=[layer]) as explainer:
        for photo in map(Path, photos):
            image = Image.open(photo).convert("RGB")
            seen, frame, x = prepared(image, preprocessing["resize"], preprocessing["crop"], mean, std)
            x.requires_grad_()
            logits = model(x)
            target = int(logits[0].argmax())
            (slope,) = torch.autograd.grad(logits[0, target], x)
            saliency = slope[0].abs().amax(0).numpy()
            cam = explainer(x, [ClassifierOutputTarget(target)])[0]
            for name, values in (("saliency", saliency), ("grad-cam", cam)):
                place = f"{out}/{photo.stem}.{name}"
                np.save(f"{place}.npy", values)
                draw(f"{place}.png", image, seen, frame, values, f"{name}, class {target}")
            progress()


def opencv_overlay(file, image, seen, frame, values, title):
    """The map in colours over what the network sees, as pytorch-grad-cam's own examples do it."""
    import cv2

    scaled = (values - values.min()) / (np.ptp(values) or 1)
    heat = cv2.applyColorMap(np.uint8(255 * scaled), cv2.COLORMAP_JET)
    below = cv2.cvtColor(np.asarray(seen), cv2.COLOR_RGB2BGR)
    cv2.imwrite(file, cv2.addWeighted(below, 0.5, heat, 0.5, 0))


def matplotlib_figure(width, height):
    """Draws the whole photo with a frame, what the network sees, and the map over it with a colour bar: width × height px."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    def draw(file, image, seen, frame, values, title):
        figure, (whole, left, right) = plt.subplots(1, 3, figsize=(width / 100, height / 100), dpi=100)
        whole.imshow(image)
        whole.add_patch(Rectangle(frame[:2], *frame[2:], fill=False, edgecolor="magenta"))
        left.imshow(seen)
        right.imshow(seen)
        shown = right.imshow(values, cmap="inferno", alpha=0.6, vmax=np.quantile(values, 0.99))
        figure.colorbar(shown, ax=right)
        for axes in (whole, left, right):
            axes.axis("off")
        figure.suptitle(title)
        figure.savefig(file)
        plt.close(figure)

    return draw
