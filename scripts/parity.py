"""The other side of `npm run parity`: PyTorch and Captum on the same photos, and the largest differences to ours.

    python scripts/parity.py FOLDER [MIRROR]       (FOLDER holds what scripts/parity/ours.mjs wrote)

A gradient jumps where a ReLU's input is zero but for rounding, so float32 libraries differ from each other there.
The reference is therefore Captum in float64; Captum in float32 is compared with it too, and shows how far rounding goes.
The maps made of gradients may be beyond the tolerance on GATES of their pixels, the others nowhere.
"""

import copy
import json
import math
import sys
import time
from pathlib import Path

import captum
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test/golden"))
import torch.nn.functional as F  # noqa: E402
from architectures import ARCHITECTURES, Relu  # noqa: E402
from captum.attr import Deconvolution, GuidedBackprop  # noqa: E402
from methods import cam_map, occlusion_map, saliency_map  # noqa: E402
from networks import load_weights, prepare  # noqa: E402
from references import grad_cam, input_x_gradient, integrated_gradients, relu_rule, with_torch_relus  # noqa: E402
from seeded import Stream  # noqa: E402

LOGITS = 1e-3
MAPS = 1e-3
GATES = 0.05
GRADIENTS = {"saliency", "input-x-gradient", "integrated-gradients", "deconvolution", "guided-backpropagation"}
WEIGHTS = {
    "squeezenet1_0-deep-compression": "squeezenet1_0-deep-compression.pth",
    "mobilenet_v1_0.75_192": "mobilenet_v1_0.75_192.safetensors",
    "resnet20-cifar10": "resnet20-12fca82f.th",
    "resnet18-ants-bees-dogs-wolves": "resnet18-ants-bees-dogs-wolves.pth",
}


def random_weights(model, seed):
    """The numbers of src/explain/network/random-parameters.ts."""
    stream = Stream(seed)
    for name, value in model.state_dict().items():
        if value.dim() > 1:
            bound = math.sqrt(6 / (value.numel() / value.shape[0]))
            drawn = (2 * stream.take(value.numel()) - 1) * bound
            value.copy_(torch.from_numpy(drawn.astype(np.float32).reshape(tuple(value.shape))))
        elif name.endswith((".running_var", ".weight")):
            value.fill_(1)
        elif not name.endswith("num_batches_tracked"):
            value.zero_()
    return model.eval()


def share(got, wanted, scale):
    difference = np.abs(np.asarray(got, np.float64) - np.asarray(wanted, np.float64))
    return float(np.max(difference) / scale) if np.isfinite(difference).all() else math.inf


def references(case, model):
    """Method → map of the model on an input. Captum changes the backward rule of nn.ReLU alone, not of a ReLU6."""
    mean, std = case["preprocessing"]["mean"], case["preprocessing"]["std"]

    def upsampled_grad_cam(m, x, target):
        last = m.classifier[2] if hasattr(m, "classifier") else last_map(m)
        coarse = grad_cam(m, last, x, target)
        return F.interpolate(coarse[None, None], x.shape[2:], mode="bilinear", align_corners=False)[0, 0]

    result = {
        "saliency": saliency_map,
        "input-x-gradient": input_x_gradient,
        "integrated-gradients": lambda m, x, t: integrated_gradients(m, x, t, case["steps"]),
        "occlusion": lambda m, x, t: occlusion_map(m, x, t, **case["occlusion"], mean=mean, std=std),
        "cam": lambda m, x, t: cam_map(m, x, t)[1],
        "grad-cam": upsampled_grad_cam,
    }
    if not any(isinstance(module, Relu) for module in model.modules()):
        result["deconvolution"] = lambda m, x, t: relu_rule(Deconvolution, m, x, t)
        result["guided-backpropagation"] = lambda m, x, t: relu_rule(GuidedBackprop, m, x, t)
    return result


def last_map(model):
    """The module that makes the map whose average feeds the head."""
    if hasattr(model, "blocks"):
        return list(model.blocks.values())[-1]
    return (model.layer4 if hasattr(model, "layer4") else model.layer3)[-1]


def compare(case, model, folder):
    """Largest difference of the logits; per method, ours from float64 and Captum's float32 from it: difference, px beyond MAPS."""
    model = with_torch_relus(model)
    exact = copy.deepcopy(model).double()
    ours = np.load(folder / f"{case['name']}-logits.npy")
    logits, maps = 0.0, {}
    for i, photo in enumerate(case["photos"]):
        x = prepare(Path(photo["file"]), case["preprocessing"])
        with torch.no_grad():
            theirs = model(x)[0].numpy()
        logits = max(logits, share(ours[i], theirs, np.abs(theirs).max()))
        target = photo["target"]
        for method, explain in references(case, model).items():
            reference = explain(exact, x.double(), target).numpy()
            # A flat map has no range: differences from it as they are.
            scale = reference.max() - reference.min() or 1
            mine = np.load(folder / f"{case['name']}-{i}-{method}.npy")
            theirs = explain(model, x, target).numpy()
            found = [share(each, reference, scale) for each in (mine, theirs)]
            found += [float((np.abs(each - reference) > MAPS * scale).mean()) for each in (mine, theirs)]
            maps[method] = tuple(map(max, maps.get(method, (0.0,) * 4), found))
    return logits, maps


def accuracy(entry, model, preprocessing, folder):
    ours = torch.from_numpy(np.load(folder / f"{entry['name']}-accuracy.npy"))
    photos = entry["photos"]
    theirs = []
    with torch.no_grad():
        for start in range(0, len(photos), 20):
            batch = [prepare(Path(photo["file"]), preprocessing) for photo in photos[start : start + 20]]
            theirs.append(model(torch.cat(batch)))
    theirs = torch.cat(theirs)
    wanted = torch.tensor([photo["index"] for photo in photos])[:, None]

    def said(logits):
        best = logits.topk(5).indices
        right = [(best[:, :k] == wanted).any(1).double().mean().item() * 100 for k in (1, 5)]
        return f"top-1 {right[0]:.2f} %, top-5 {right[1]:.2f} %"

    same = int((ours.argmax(1) == theirs.argmax(1)).sum())
    difference = share(ours.numpy(), theirs.numpy(), theirs.abs().max().item())
    print(f"{entry['name']} on {len(photos)} {entry['what']}")
    print(f"    Whylight {said(ours)}; PyTorch {said(theirs)}; same best class on {same}")
    print(f"    largest logit difference {difference:.1e}")
    return difference <= LOGITS


def main(folder, mirror):
    torch.manual_seed(0)
    cases = json.loads((folder / "cases.json").read_text())
    print(f"torch {torch.__version__}, captum {captum.__version__}, numpy {np.__version__}\n")
    print("Largest differences: logits as a share of the largest logit; maps as a share of the map's range,")
    print("Whylight from Captum in float64 (in brackets: Captum in float32 from Captum in float64)\n")
    right, models = True, {}
    for case in cases["networks"]:
        started = time.monotonic()
        model = ARCHITECTURES[case["architecture"]](case["classes"])
        weights = WEIGHTS.get(case["name"])
        model = random_weights(model, 50) if weights is None else load_weights(model, mirror / "weights" / weights)
        models[case["name"]] = (model, case["preprocessing"])
        logits, maps = compare(case, model, folder)
        print(f"{case['name']}, {len(case['photos'])} photos, {time.monotonic() - started:.0f} s")
        print(f"    {'logits':24}{logits:.1e}{'' if logits <= LOGITS else '  BEYOND TOLERANCE'}")
        right = right and logits <= LOGITS
        for name, (mine, rounding, beyond, rounded) in maps.items():
            fits = mine <= MAPS or (name in GRADIENTS and mine < math.inf and beyond <= GATES)
            right = right and fits
            where = f"  more than {MAPS:g} on {beyond:.2%} ({rounded:.2%}) of the pixels" if beyond > 0 else ""
            print(f"    {name:24}{mine:.1e} ({rounding:.1e}){where}{'' if fits else '  BEYOND TOLERANCE'}", flush=True)
    print()
    for entry in cases["accuracy"]:
        right = accuracy(entry, *models[entry["name"]], folder) and right
    print(f"\n{'all within' if right else 'BEYOND'} tolerance: logits {LOGITS:g}; maps {MAPS:g}, those of gradients on {1 - GATES:.0%} of the pixels")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
