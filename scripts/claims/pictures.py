"""Scenes as `whylight scenes --claims` writes them, and what docs/claims.md says of masks, reach and peaks."""

import csv
import hashlib
import json
import zlib
from pathlib import Path

import numpy as np


def read_png(path):
    """8-bit grey (height × width) or RGB (height × width × 3)."""
    data = Path(path).read_bytes()
    assert data[:8] == b'\x89PNG\r\n\x1a\n', f'{path} is no PNG'
    at, packed = 8, b''
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4], 'big'), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        if kind == b'IHDR':
            width, height = int.from_bytes(body[:4], 'big'), int.from_bytes(body[4:8], 'big')
            depth, colour, interlaced = body[8], body[9], body[12]
            assert depth == 8 and colour in (0, 2) and interlaced == 0, f'{path}: a PNG that this program does not read'
        elif kind == b'IDAT':
            packed += body
        at += 12 + length
    channels = 3 if colour == 2 else 1
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    rows, before = [], np.zeros((width, channels), np.uint8)
    for line in lines:
        before = unfiltered(line[0], line[1:].reshape(width, channels), before)
        rows.append(before)
    return np.stack(rows) if channels == 3 else np.stack(rows)[:, :, 0]


def unfiltered(kind, row, above):
    if kind == 0:
        return row
    if kind == 1:
        return np.cumsum(row, 0, dtype=np.uint8)
    if kind == 2:
        return row + above
    result = np.zeros_like(row)
    left, corner = np.zeros(row.shape[1], int), np.zeros(row.shape[1], int)
    for x in range(len(row)):
        up = above[x].astype(int)
        guess = (left + up) // 2 if kind == 3 else paeth(left, up, corner)
        left, corner = (row[x] + guess) % 256, up
        result[x] = left
    return result


def paeth(left, up, corner):
    middle = left + up - corner
    to_left, to_up, to_corner = abs(middle - left), abs(middle - up), abs(middle - corner)
    nearest = np.where(to_up <= to_corner, up, corner)
    return np.where((to_left <= to_up) & (to_left <= to_corner), left, nearest)


class Scenes:
    """One folder of scenes: pictures, masks and redrawn pictures, read when they are asked for."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.rows = list(csv.DictReader((self.folder / 'scenes.csv').open(encoding='utf8')))
        lines = (self.folder / 'specs.jsonl').read_text(encoding='utf8').splitlines()
        self.specs = [json.loads(line)['spec'] for line in lines]
        changes = self.folder / 'counterfactuals.csv'
        self.changes = {}
        for row in csv.DictReader(changes.open(encoding='utf8')) if changes.exists() else []:
            self.changes[row['scene'], row['change'], row['object'] or row['background']] = row

    def __len__(self):
        return len(self.rows)

    def name(self, i):
        return self.specs[i]['name']

    def label(self, i):
        return self.rows[i]['label']

    def kinds(self, i):
        """Of its objects, farther ones first."""
        text = self.rows[i]['objects']
        return text.split(';') if text else []

    def background(self, i):
        return self.rows[i]['background']

    def picture(self, i):
        return self.checked(self.rows[i])

    def changed(self, i, change, what):
        """The scene drawn again: `without-object` and the object's place, `background` and its kind."""
        return self.checked(self.changes[self.rows[i]['file'], change, str(what)])

    def checked(self, row):
        pixels = read_png(self.folder / row['file'])
        if hashlib.sha256(pixels.tobytes()).hexdigest() != row['sha256']:
            raise ValueError(f'{row["file"]}: other pixels than its table says')
        return pixels

    def masks(self, i, kind):
        """Of each object of a kind."""
        files = self.rows[i]['masks'].split(';')
        return [read_png(self.folder / file) > 0 for file, one in zip(files, self.kinds(i)) if one == kind]

    def mask(self, i, kind):
        return np.any(self.masks(i, kind), 0)


def mix(*numbers):
    """A seed made of several numbers."""
    value = 0x811C9DC5
    for number in numbers:
        for shift in (0, 8, 16, 24):
            value = (value ^ (number >> shift & 255)) * 0x01000193 % 2**32
        value = (value ^ value >> 15) * 0x2C1B3C6D % 2**32
    return value ^ value >> 13


STREAMS = {'single': 0x7E570001, 'rivals': 0x7E570002, 'instances': 0x7E570003, 'uneven': 0x7E570005}


def check_seeds(scenes, stream, seed, pictures=1):
    """Whether each scene is named by the seed that docs/claims.md gives it: `pictures` follow one another for each."""
    first = mix(STREAMS[stream], seed)
    for i in range(len(scenes)):
        own = f'{first}-{i}' if stream == 'single' else str(mix(first, i // pictures))
        if not f'{scenes.name(i)}-'.startswith(f'scene-{own}-'):
            raise ValueError(f'{scenes.folder}: scene {i} is {scenes.name(i)}, not of the seed {own}')


def check_kept(scenes, pictures):
    """Whether each picture shows the objects of the one before and one more, none of them moved."""
    for i in range(len(scenes)):
        before = scenes.specs[i - 1]['objects'] if i % pictures else []
        objects = scenes.specs[i]['objects']
        if len(objects) != len(before) + 1 or any(one not in objects for one in before):
            raise ValueError(f'{scenes.folder}: scene {i} is not the one before it with one more animal')


def halved(picture):
    """RGB bytes at half the size, as Pillow resizes bilinearly: four pixels across, then four down, in bytes after each."""
    for axis in (1, 0):
        size = picture.shape[axis]
        at = 2 * np.arange(size // 2)[:, None] + np.arange(-1, 3)
        weights = np.where((at >= 0) & (at < size), [1.0, 3, 3, 1], 0)
        weights /= weights.sum(1, keepdims=True)
        taken = np.moveaxis(picture, axis, 0)[np.clip(at, 0, size - 1)]
        picture = np.moveaxis(np.floor(np.einsum('ik,ikjc->ijc', weights, taken) + 0.5), 0, axis)
    return picture


def radius(width):
    return int(np.floor(15 / 224 * width + 0.5))


def hits(mask, point, r):
    v, u = np.nonzero(mask)
    x, y = point
    return bool(np.any(((u - x) ** 2 + (v - y) ** 2 <= r * r + 0.5) & (abs(u - x) <= r) & (abs(v - y) <= r)))


def reach(mask, r):
    """Every pixel that hits the mask."""
    height, width = mask.shape
    wide = np.pad(mask, r)
    result = np.zeros_like(mask)
    for down in range(-r, r + 1):
        for across in range(-r, r + 1):
            if down * down + across * across <= r * r + 0.5:
                result |= wide[r + down : r + down + height, r + across : r + across + width]
    return result


def boxes(masks):
    """The union of the masks' bounding boxes."""
    result = np.zeros_like(masks[0])
    for mask in masks:
        v, u = np.nonzero(mask)
        result[v.min() : v.max() + 1, u.min() : u.max() + 1] = True
    return result


def grown(mask, margin):
    """Along both axes."""
    for axis in (0, 1):
        steps = range(-margin, margin + 1)
        pads = [(margin, margin) if one == axis else (0, 0) for one in (0, 1)]
        wide = np.pad(mask, pads)
        size = mask.shape[axis]
        mask = np.any([np.take(wide, range(margin + step, margin + step + size), axis) for step in steps], 0)
    return mask


def peaks(values, least=0.2):
    """(x, y, value) of the local maxima, the highest first, of equal ones the upper, then the left one."""
    top = values.max()
    if top <= 0:
        return []
    height, width = values.shape
    wide = np.pad(values, 1, constant_values=-np.inf)
    around = [wide[1 + v : 1 + v + height, 1 + u : 1 + u + width] for v in (-1, 0, 1) for u in (-1, 0, 1) if v or u]
    candidates = (values >= np.max(around, 0)) & (values > 0) & (values >= least * top)
    result, visited = [], set()
    for start in zip(*np.nonzero(candidates)):
        if start in visited:
            continue
        plateau, at, summit = [start], 0, True
        visited.add(start)
        while at < len(plateau):
            y, x = plateau[at]
            at += 1
            for v in range(max(0, y - 1), min(height, y + 2)):
                for u in range(max(0, x - 1), min(width, x + 2)):
                    if values[v, u] > values[y, x]:
                        summit = False
                    elif values[v, u] == values[y, x] and (v, u) not in visited:
                        visited.add((v, u))
                        plateau.append((v, u))
        if summit:
            y, x = np.mean(plateau, 0)
            result.append((float(x), float(y), float(values[start])))
    return sorted(result, key=lambda peak: (-peak[2], peak[1], peak[0]))
