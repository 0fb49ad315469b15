"""Small residual networks from their cards and safetensors files: answers, class activation maps and gradients, in float64."""

import json
import re
from pathlib import Path

import numpy as np

EPSILON = 1e-5
"""What batch normalisation adds to a variance: PyTorch's, which the weights were trained with."""


def read_card(path):
    """The keys of a network's card: `key: value`, lists in brackets, and blocks set off by two spaces."""
    card, block = {}, None
    for line in Path(path).read_text(encoding='utf8').splitlines():
        match = re.fullmatch(r'( *)([\w-]+):(?: (.*))?', line)
        if match is None:
            raise ValueError(f'{path}: a line that this program does not read: {line}')
        indent, key, value = match.groups()
        into = card if indent == '' else block
        if value is None:
            block = into[key] = {}
        elif value.startswith('['):
            into[key] = [plain(one.strip()) for one in value[1:-1].split(',')]
        else:
            into[key] = plain(value)
    return card


def plain(text):
    try:
        return float(text)
    except ValueError:
        return text


def read_weights(path):
    """A safetensors file of halves or floats as float64 arrays by their names."""
    data = Path(path).read_bytes()
    length = int.from_bytes(data[:8], 'little')
    header = json.loads(data[8 : 8 + length])
    kinds = {'F16': '<f2', 'F32': '<f4', 'F64': '<f8'}
    tensors = {}
    for name, entry in header.items():
        if name == '__metadata__':
            continue
        start, end = entry['data_offsets']
        values = np.frombuffer(data[8 + length + start : 8 + length + end], kinds[entry['dtype']])
        tensors[name] = values.astype(np.float64).reshape(entry['shape'])
    return tensors


class Convolution:
    """A convolution and the batch normalisation behind it, as one linear map."""

    def __init__(self, weights, name, normalisation, stride, padding):
        scale = weights[f'{normalisation}.weight'] / np.sqrt(weights[f'{normalisation}.running_var'] + EPSILON)
        kernel = weights[f'{name}.weight']
        self.outputs, self.inputs, self.side, _ = kernel.shape
        self.matrix = (kernel * scale[:, None, None, None]).reshape(self.outputs, -1)
        self.shift = weights[f'{normalisation}.bias'] - weights[f'{normalisation}.running_mean'] * scale
        self.stride, self.padding = stride, padding

    def forward(self, x):
        """Pictures × height × width × channels."""
        p = self.padding
        padded = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (self.side, self.side), (1, 2))
        windows = windows[:, :: self.stride, :: self.stride]
        n, height, width = windows.shape[:3]
        flat = windows.reshape(n * height * width, -1)
        return (flat @ self.matrix.T + self.shift).reshape(n, height, width, self.outputs)

    def backward(self, slope, shape):
        """The slope of what comes in, from that of what comes out; `shape` is that of what came in."""
        n, height, width, _ = slope.shape
        spread = (slope.reshape(-1, self.outputs) @ self.matrix).reshape(n, height, width, self.inputs, self.side, self.side)
        p, s = self.padding, self.stride
        result = np.zeros((n, shape[1] + 2 * p, shape[2] + 2 * p, self.inputs))
        for i in range(self.side):
            for j in range(self.side):
                result[:, i : i + s * (height - 1) + 1 : s, j : j + s * (width - 1) + 1 : s] += spread[..., i, j]
        return result[:, p : p + shape[1], p : p + shape[2]]


class Block:
    """Two convolutions of 3 × 3, and beside them what came in, through one of 1 × 1 where the weights have it."""

    def __init__(self, weights, name, stride):
        self.first = Convolution(weights, f'{name}.conv1', f'{name}.bn1', stride, 1)
        self.second = Convolution(weights, f'{name}.conv2', f'{name}.bn2', 1, 1)
        beside = f'{name}.downsample'
        self.beside = Convolution(weights, f'{beside}.0', f'{beside}.1', stride, 0) if f'{beside}.0.weight' in weights else None

    def forward(self, x, tape):
        middle = np.maximum(self.first.forward(x), 0)
        past = x if self.beside is None else self.beside.forward(x)
        result = np.maximum(self.second.forward(middle) + past, 0)
        tape.append((x.shape, middle, result))
        return result

    def backward(self, slope, tape):
        shape, middle, result = tape.pop()
        slope = slope * (result > 0)
        inner = self.second.backward(slope, middle.shape) * (middle > 0)
        past = slope if self.beside is None else self.beside.backward(slope, shape)
        return self.first.backward(inner, shape) + past


class Network:
    """A stem of stride 2, three blocks of strides 2, 2 and 1, the mean of the last map and a linear head."""

    def __init__(self, folder, name):
        card = read_card(Path(folder) / f'{name}.yaml')
        if card['architecture'] not in ('tiny-resnet', 'nano-resnet'):
            raise ValueError(f'{name}: an architecture that this program does not know: {card["architecture"]}')
        self.name, self.title, self.classes, self.output = name, card['title'], card['classes'], card['output']
        if self.output not in ('softmax', 'sigmoid'):
            raise ValueError(f'{name}: outputs that this program does not know: {self.output}')
        preprocessing = card['preprocessing']
        self.side = int(preprocessing['crop'][0])
        self.mean, self.deviation = np.array(preprocessing['mean']), np.array(preprocessing['std'])
        weights = read_weights(Path(folder) / card['weights']['file'])
        self.stem = Convolution(weights, 'conv1', 'bn1', 2, 1)
        self.blocks = [Block(weights, f'layer{i + 1}.0', stride) for i, stride in enumerate((2, 2, 1))]
        self.head, self.bias = weights['fc.weight'], weights['fc.bias']

    def run(self, pictures):
        """Raw outputs and last maps of RGB bytes (pictures × height × width × 3), and what `gradients` needs."""
        if pictures.shape[1:3] != (self.side, self.side):
            raise ValueError(f'{self.name} sees {self.side} px, not pictures of {pictures.shape[1:3]}')
        x = (pictures / 255 - self.mean) / self.deviation
        stem = np.maximum(self.stem.forward(x), 0)
        tape = [(x.shape, stem)]
        last = stem
        for block in self.blocks:
            last = block.forward(last, tape)
        return last.mean((1, 2)) @ self.head.T + self.bias, last, tape

    def of_logits(self, label):
        """A class's logit as a weight for each raw output; with one output z the logits are −z and z."""
        at = self.classes.index(label)
        if self.output == 'sigmoid':
            return np.array([1.0 if at == 1 else -1.0])
        return np.eye(len(self.classes))[at]

    def gradients(self, picture, weights):
        """For each row of weights of the raw outputs the gradient of that score by the normalised input: rows × height × width × 3."""
        _, last, tape = self.run(picture[None])
        slope = (weights @ self.head)[:, None, None, :] / (last.shape[1] * last.shape[2])
        slope = np.broadcast_to(slope, (len(weights), *last.shape[1:]))
        for block in reversed(self.blocks):
            slope = block.backward(slope, tape)
        shape, stem = tape.pop()
        return self.stem.backward(slope * (stem > 0), shape)

    def probabilities(self, raw):
        """Pictures × classes, rounded to float32 as the report has them."""
        if self.output == 'sigmoid':
            second = 1 / (1 + np.exp(-raw))
            both = np.concatenate([1 / (1 + np.exp(raw)), second], 1)
        else:
            powers = np.exp(raw - raw.max(1, keepdims=True))
            both = powers / powers.sum(1, keepdims=True)
        return both.astype(np.float32).astype(np.float64)

    def answers(self, pictures):
        """Probabilities of many pictures, 64 at a time."""
        batches = [pictures[i : i + 64] for i in range(0, len(pictures), 64)]
        return np.concatenate([self.probabilities(self.run(np.stack(batch))[0]) for batch in batches])

    def maps(self, picture, labels):
        """The class activation map of each label over the input (height × width), with its sign."""
        _, last, _ = self.run(picture[None])
        return [upsampled(last[0] @ (self.of_logits(label) @ self.head), self.side) for label in labels]

    def cell(self):
        """Px of the input to a cell of the last map."""
        return self.side / np.ceil(self.side / 8)


def upsampled(values, side):
    """Bilinear, with half-pixel centres; beyond the outermost centres the outermost values go on. Rounded to float32."""
    across = axis_weights(values.shape[1], side)
    down = axis_weights(values.shape[0], side)
    return (down @ values.astype(np.float32).astype(np.float64) @ across.T).astype(np.float32).astype(np.float64)


def axis_weights(size, side):
    place = np.clip((np.arange(side) + 0.5) * size / side - 0.5, 0, size - 1)
    first = np.minimum(np.floor(place).astype(int), size - 1)
    second = np.minimum(first + 1, size - 1)
    weights = np.zeros((side, size))
    np.add.at(weights, (np.arange(side), first), 1 - (place - first))
    np.add.at(weights, (np.arange(side), second), place - first)
    return weights
