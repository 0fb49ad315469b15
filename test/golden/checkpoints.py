"""Writes one small network as training scripts and tools save it, and what it answers: test/golden/checkpoints/.

    python test/golden/checkpoints.py      (torch, safetensors, NumPy)
"""

import argparse
import collections
import json
import pathlib
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

OUT = Path(__file__).parent / "checkpoints"


class Stage(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False)
        self.bn = nn.BatchNorm2d(6)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)))


class Tiny(nn.Module):
    """What `tiny` in test/explain/network/weights/checkpoints.test.ts builds."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.layer1 = Stage()
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = self.layer1(torch.relu(self.bn1(self.conv1(x))))
        return self.fc(x.mean((2, 3)))


class Ordered(collections.OrderedDict):
    pass


class Learner:
    def __init__(self, model):
        self.model = model
        self.path = pathlib.PosixPath(".")


def seeded():
    torch.manual_seed(15)
    model = Tiny().eval()
    for buffer in model.buffers():
        if buffer.is_floating_point():
            buffer.add_(torch.rand_like(buffer))
    return model


def floats(state, change):
    return {name: change(value) if value.is_floating_point() else value for name, value in state.items()}


def prefixed(state, prefix):
    return {f"{prefix}{name}": value for name, value in state.items()}


def trained(model):
    """An optimizer that has something to say."""
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    model(torch.ones(1, 3, 5, 7)).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    return optimizer


def written(model, optimizer):
    state = model.state_dict()
    average = floats(state, lambda value: value * 1.25)
    namespace = argparse.Namespace(lr=0.1, out=pathlib.PosixPath("runs/1"), sizes=(13, 17))
    counted = {name: value.float() if name.endswith("tracked") else value for name, value in state.items()}
    return {
        "plain.pth": state,
        "averaged.pth": {"model": state, "model_ema": average, "optimizer": optimizer.state_dict(), "epoch": 3,
                         "args": namespace, "scores": np.arange(3.0), "best": np.float64(0.5)},
        "parallel.pth": {"state_dict": prefixed(state, "module."), "best_prec1": torch.tensor(91.5)},
        "compiled.pth": prefixed(state, "_orig_mod."),
        "lightning.ckpt": {"epoch": 1, "state_dict": {**prefixed(state, "model."), "criterion.weight": torch.ones(5)},
                           "hyper_parameters": {"args": namespace, "lists": collections.defaultdict(list, {"a": [1]})},
                           "optimizer_states": [optimizer.state_dict()], "lr_schedulers": []},
        "timm.pth": {"arch": "tiny", "state_dict": state, "state_dict_ema": average, "version": 2, "args": namespace},
        "swa.pth": torch.optim.swa_utils.AveragedModel(model).state_dict(),
        "whole.pth": model,
        "whole-parallel.pth": {"net": nn.DataParallel(model), "epoch": 1},
        "exported-learner.pkl": Learner(model),
        "ordered.pth": Ordered(state),
        "labelled.pth": {"state_dict": state, "class_to_idx": {name: i for i, name in enumerate("abcde")}},
        "counted.pth": {"params": counted},
        "listed.pth": [state, {"epoch": 1}],
        "alias.pth": {"state_dict": state, "model": state},
        "half.pth": floats(state, lambda value: value.half()),
        # Refused, each with a reason.
        "two.pth": {"net_a": state, "net_b": average},
        "dropout.pth": {name.replace("fc.", "fc.1."): value for name, value in state.items()},
        "headless.pth": {name: value for name, value in state.items() if not name.startswith("fc.")},
        "quantised.pth": {**state, "fc.weight": torch.quantize_per_tensor(state["fc.weight"], 0.1, 0, torch.qint8)},
    }


def save_parts(state):
    names = list(state)
    halves = {1: names[: len(names) // 2], 2: names[len(names) // 2:]}
    for stem, ending, save in (("model", "safetensors", save_file), ("pytorch_model", "bin", torch.save)):
        places = {}
        for number, part in halves.items():
            file = f"{stem}-{number:05}-of-00002.{ending}"
            save({name: state[name] for name in part}, OUT / file)
            places.update(dict.fromkeys(part, file))
        index = {"metadata": {"total_size": 1}, "weight_map": places}
        (OUT / f"{stem}.{ending}.index.json").write_text(json.dumps(index, indent=1) + "\n")


def save_program(program, name):
    """Without what a debugger wants, which names the files of the machine that wrote it."""
    program.save(str(OUT / name))
    with zipfile.ZipFile(OUT / name) as archive:
        entries = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(OUT / name, "w") as archive:
        for entry, content in entries.items():
            if not entry.endswith(".debug_pkl"):
                archive.writestr(zipfile.ZipInfo(entry), content, zipfile.ZIP_DEFLATED if "/code/" in entry else None)


def main():
    OUT.mkdir(exist_ok=True)
    model = seeded()
    optimizer = trained(model)
    for name, content in written(model, optimizer).items():
        torch.save(content, OUT / name)
    state = model.state_dict()
    legacy = {"state_dict": prefixed(state, "module."), "args": argparse.Namespace(depth=20)}
    torch.save(legacy, OUT / "parallel-legacy.th", _use_new_zipfile_serialization=False)
    # Its source, and where that lies, it would keep beside each class.
    torch.serialization.get_source_lines_and_file = None
    torch.save(model, OUT / "whole-legacy.pth", _use_new_zipfile_serialization=False)
    save_file(floats(state, lambda value: value.bfloat16()), OUT / "brain.safetensors")
    save_parts(state)
    x = torch.randn(2, 3, 9, 11)
    save_program(torch.jit.trace(model, x), "traced.pt")
    save_program(torch.jit.script(model), "scripted.pt")
    save_program(torch.jit.freeze(torch.jit.script(model)), "frozen.pt")

    def answers(change):
        other = Tiny().eval()
        other.load_state_dict(floats(state, lambda value: change(value).float()))
        with torch.no_grad():
            return [round(number, 7) for number in other(x).flatten().tolist()]

    contents = {
        "torch": torch.__version__,
        "input": [round(number, 7) for number in x.permute(0, 2, 3, 1).flatten().tolist()],
        "answers": {
            "float32": answers(lambda value: value),
            "float16": answers(lambda value: value.half()),
            "bfloat16": answers(lambda value: value.bfloat16()),
        },
    }
    (OUT / "contents.json").write_text(json.dumps(contents, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
