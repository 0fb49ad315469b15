"""Reads a folder of drawn scenes as `whylight scenes --out SET` writes it. Needs numpy and Pillow.

    from whylight_scenes import read_scenes
    for scene in read_scenes('SET'):
        print(scene.name, scene.label, scene.image().shape, scene.object_mask().mean())
"""

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Scene:
    """One scene. Pixels are read when they are asked for; a picture of other pixels than its table says is a ValueError."""

    folder: Path
    name: str
    """Its number as files have it, `0007`: a map of it is LIBRARY/0007.npy."""
    label: str
    """Its class, one of its objects' kinds."""
    spec: dict
    """All that draws it, as in specs.jsonl."""
    row: dict
    """Its line of scenes.csv, as text."""
    changes: dict
    """Lines of counterfactuals.csv by the picture's name (`without-0`, `on-snow`, `empty`); empty in a set without them."""

    @property
    def kinds(self):
        """Of its objects, farther ones first: the order of masks and parts."""
        return self.row['objects'].split(';') if self.row['objects'] else []

    def image(self):
        """Height × width × 3, uint8, RGB."""
        return self._picture(self.row)

    def masks(self):
        """Of each object, height × width, True where it is seen."""
        return [self._mask(file) for file in self.row['masks'].split(';') if file]

    def object_mask(self):
        """Where any object of the label's kind is seen, height × width."""
        return np.any([mask for mask, kind in zip(self.masks(), self.kinds) if kind == self.label], axis=0)

    def parts(self):
        """Of each object its parts' masks by their words (`head`, `legs`); {} for one without, and in a set without them."""
        groups = self.row['parts'].split(';') if self.row['parts'] else [''] * len(self.kinds)
        return [{Path(file).stem.split('-', 2)[2]: self._mask(file) for file in files.split()} for files in groups]

    def counterfactual(self, change):
        """The scene drawn again with one thing changed, by a name of `changes`; as `image`."""
        return self._picture(self.changes[change])

    def _mask(self, file):
        return np.asarray(Image.open(self.folder / file)) > 0

    def _picture(self, row):
        pixels = np.asarray(Image.open(self.folder / row['file']).convert('RGB'))
        if hashlib.sha256(pixels.tobytes()).hexdigest() != row['sha256']:
            raise ValueError(f'{self.folder / row["file"]}: other pixels than its table says')
        return pixels


def read_scenes(folder):
    """The scenes of a set, in their order."""
    folder = Path(folder)
    specs = [json.loads(line)['spec'] for line in (folder / 'specs.jsonl').read_text(encoding='utf8').splitlines()]
    changes = {}
    if (folder / 'counterfactuals.csv').exists():
        for row in _rows(folder / 'counterfactuals.csv'):
            changes.setdefault(row['scene'], {})[Path(row['file']).stem] = row
    for row, spec in zip(_rows(folder / 'scenes.csv'), specs, strict=True):
        yield Scene(folder, Path(row['file']).stem, row['label'], spec, row, changes.get(row['file'], {}))


def _rows(file):
    with file.open(encoding='utf8', newline='') as lines:
        return list(csv.DictReader(lines))
