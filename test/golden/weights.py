"""Writes small weights files with PyTorch and safetensors, and what is in them: test/golden/weights/.

    python test/golden/weights.py      (torch, safetensors, NumPy)
"""

import json
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

OUT = Path(__file__).parent / "weights"


def numbers(count, offset=0.0):
    """Exact in float16 and bfloat16: quarters up to 16."""
    return (torch.arange(count) % 64 - 32) / 4 + offset


def plain():
    shared = numbers(24).reshape(4, 6)
    return OrderedDict([
        ("conv.weight", numbers(36).reshape(2, 3, 3, 2)),
        ("conv.bias", numbers(2, 0.5)),
        ("half", numbers(10).half().reshape(5, 2)),
        ("brain", numbers(9).bfloat16().reshape(3, 3)),
        ("double", numbers(4).double()),
        ("transposed", numbers(12).reshape(3, 4).t()),
        ("permuted", numbers(24).reshape(2, 3, 4).permute(2, 0, 1)),
        ("every other", numbers(20)[1::2]),
        ("expanded", numbers(3).reshape(3, 1).expand(3, 4)),
        ("shared", shared),
        ("second row", shared[1]),
        ("half turned", numbers(6).half().reshape(2, 3).t()),
        ("scalar", torch.tensor(2.75)),
        ("empty", torch.zeros(0, 3)),
        ("channels last", numbers(24).reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last)),
        ("special", torch.tensor([float("inf"), float("-inf"), -0.0, 1e-45, 3.4028235e38])),
        ("special half", torch.tensor([65504.0, 6e-8, float("inf"), -0.0]).half()),
        ("bn.num_batches_tracked", torch.tensor(7)),
        ("mask", torch.tensor([True, False])),
    ])


def small(prefix=""):
    return OrderedDict([(f"{prefix}fc.weight", numbers(6).reshape(2, 3)), (f"{prefix}fc.bias", numbers(2))])


def wrapped():
    return {"epoch": 3, "state_dict": small("module."), "best_prec1": 91.78, "arch": "tiny", "args": ["a", (1, None)]}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)


def deflated(source, target):
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry in archive.infolist():
            packed.writestr(zipfile.ZipInfo(entry.filename), archive.read(entry), zipfile.ZIP_DEFLATED)


def contents(state):
    result = {}
    for name, value in state.items():
        if value.is_floating_point():
            flat = [str(number) for number in value.float().flatten().tolist()]
            result[name] = {"shape": list(value.shape), "values": flat}
    return result


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    torch.manual_seed(0)
    found = {}

    def save(name, value, state, legacy=False):
        torch.save(value, OUT / name, _use_new_zipfile_serialization=not legacy)
        found[name] = contents(state)

    save("plain.pth", plain(), plain())
    save("plain-legacy.pth", plain(), plain(), legacy=True)
    save("wrapped.pth", wrapped(), small())
    save("wrapped-legacy.pth", wrapped(), small(), legacy=True)
    save("compiled.pth", {"model": small("_orig_mod.module.")}, small())
    # One name without the prefix: the prefix belongs to the names.
    mixed = {**small("module."), "head": numbers(3)}
    save("mixed.pth", mixed, mixed)
    parameters = {name: nn.Parameter(value) for name, value in small().items()}
    save("parameters.pth", parameters, small())
    deflated(OUT / "plain.pth", OUT / "deflated.pth")
    found["deflated.pth"] = contents(plain())
    tensors = {name: value.contiguous().clone() for name, value in plain().items()}
    save_file(tensors, OUT / "plain.safetensors", metadata={"format": "pt"})
    found["plain.safetensors"] = contents(plain())
    torch.save(Net(), OUT / "whole-model.pth")
    torch.save([torch.zeros(2)], OUT / "list.pth")
    torch.save({"counts": torch.arange(3)}, OUT / "integers.pth")
    text = json.dumps({"torch": torch.__version__, "files": found}, separators=(",", ":"))
    (OUT / "contents.json").write_text(text + "\n")
