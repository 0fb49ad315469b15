"""Writes small networks as exporters write them, and what they answer: test/golden/onnx/.

    python test/golden/onnx_models.py           (torch, onnx, onnxscript, onnxruntime, NumPy)
    python test/golden/onnx_models.py --keras   (tensorflow, tf2onnx, onnxruntime, NumPy)

Answers are ONNX Runtime's; slopes, of the sum of the outputs times 1, 2, 3 …, are those of the framework that wrote the file.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
OUT = Path(__file__).parent / "onnx"
LIST = OUT / "answers.json"
HEIGHT, WIDTH = 20, 28


def photo(channels=3):
    place = np.arange(HEIGHT * WIDTH * channels, dtype=np.float64)
    return np.sin(place * 12.9898 + 4.1414).astype(np.float32).reshape(1, HEIGHT, WIDTH, channels)


def answer(file, channels_first, x):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file))
    (port,) = session.get_inputs()
    return session.run(None, {port.name: x.transpose(0, 3, 1, 2) if channels_first else x})[0][0]


def rounded(values):
    return [float(f"{value:.7g}") for value in np.asarray(values).ravel()]


def without_traces(file):
    """Takes out where the code lay that the exporter ran."""
    import onnx

    model = onnx.load(file)
    for item in (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info, model.graph, model):
        kept = [entry for entry in item.metadata_props if entry.key.endswith("name_scopes")]
        del item.metadata_props[:]
        item.metadata_props.extend(kept)
        item.ClearField("doc_string")
    onnx.save(model, file)


def torch_cases():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Gate(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.down, self.up = nn.Conv2d(channels, 4, 1), nn.Conv2d(4, channels, 1)

        def forward(self, x):
            return x * F.hardsigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))

    class Shuffle(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.branch, self.fc = nn.Conv2d(3, 8, 3, 2), nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.Linear(8, 5)

        def forward(self, x):
            a, b = F.relu(self.stem(x)).chunk(2, dim=1)
            x = torch.cat([a, F.relu(self.branch(b))], 1)
            n, c, h, w = x.shape
            x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
            a, b = x.chunk(2, dim=1)
            return self.fc(torch.cat([b, a], 1).mean([2, 3]))

    class Norms(nn.Module):
        """A block as ConvNeXt's, and group norm."""

        def __init__(self):
            super().__init__()
            self.stem, self.depthwise = nn.Conv2d(3, 8, 4, 4), nn.Conv2d(8, 8, 3, padding=1, groups=8)
            self.norm, self.wide, self.narrow = nn.LayerNorm(8, eps=1e-6), nn.Linear(8, 16), nn.Linear(16, 8)
            self.scale, self.group, self.fc = nn.Parameter(torch.rand(8, 1, 1)), nn.GroupNorm(2, 8), nn.Linear(8, 4)

        def forward(self, x):
            x = self.stem(x)
            y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
            x = x + self.scale * self.narrow(F.gelu(self.wide(y))).permute(0, 3, 1, 2)
            return self.fc(self.group(x).mean((2, 3)))

    class Hourglass(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.side, self.last = nn.Conv2d(3, 6, 3, 2, 1), nn.Conv2d(6, 6, 3, 2, 1), nn.Conv2d(6, 5, 1)

        def forward(self, x):
            x = F.silu(self.down(x))
            low = F.leaky_relu(self.side(x), 0.2)
            near = F.interpolate(low, scale_factor=2, mode="nearest")
            wide = F.interpolate(low, size=x.shape[2:], mode="bilinear", align_corners=False)
            x = F.elu(x + near) - F.softplus(wide) * 0.5
            return F.softmax(F.adaptive_avg_pool2d(self.last(torch.maximum(x, -x)), 1).flatten(1), dim=1)

    class Attention(nn.Module):
        def __init__(self, width=12, heads=3):
            super().__init__()
            self.heads = heads
            self.patches, self.token = nn.Conv2d(3, width, 4, 4), nn.Parameter(torch.randn(1, 1, width))
            self.places = nn.Parameter(torch.randn(1, 36, width))
            self.norm, self.qkv, self.project = nn.LayerNorm(width), nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.fc = nn.Linear(width, 4)

        def forward(self, x):
            x = self.patches(x).flatten(2).transpose(1, 2)
            x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places
            n, count, width = x.shape
            parts = self.qkv(self.norm(x)).reshape(n, count, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
            q, k, v = parts.unbind(0)
            y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, count, width)
            return self.fc((x + self.project(y))[:, 0])

    class Flat(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(3, 6, 3, padding=(1, 0), bias=False), nn.BatchNorm2d(6), nn.PReLU(6), nn.MaxPool2d(3, 2, ceil_mode=True),
                nn.Conv2d(6, 6, 3, padding=2, dilation=2), nn.ReLU6(), nn.AvgPool2d(2, 2, count_include_pad=False), nn.SELU(),
            )
            self.head = nn.Sequential(nn.Flatten(), nn.Linear(6 * 5 * 6, 7), nn.Tanh(), nn.Dropout(), nn.Linear(7, 3), nn.Sigmoid())

        def forward(self, x):
            return self.head(self.features(x))

    class Gated(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.norm, self.gate, self.fc = nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), Gate(8), nn.Linear(8, 5)

        def forward(self, x):
            return self.fc(torch.flatten(F.adaptive_avg_pool2d(self.gate(F.hardswish(self.norm(self.stem(x)))), 1), 1))

    x = torch.from_numpy(photo().transpose(0, 3, 1, 2).copy())
    for build, exports in (
        (Gated, (11, 13, 17, "new")),
        (Shuffle, (9, 13, "new")),
        (Norms, (13, 17, "new")),
        (Hourglass, (11, 18, "new")),
        (Attention, (14, 17, "new")),
        (Flat, (9, 13, "new")),
    ):
        torch.manual_seed(7)
        model = build().eval()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.uniform_(-0.5, 0.5)
                module.running_var.uniform_(0.5, 1.5)
        source = x.clone().requires_grad_()
        values = model(source)
        (values * torch.arange(1, values.shape[1] + 1)).sum().backward()
        slope = source.grad[0].permute(1, 2, 0).numpy()
        for opset in exports:
            file = OUT / f"{build.__name__.lower()}-{opset}.onnx"
            if opset == "new":
                torch.onnx.export(model, (x,), str(file), dynamo=True, external_data=False, verbose=False)
            else:
                axes = {"input": {0: "batch"}}
                torch.onnx.export(model, (x,), str(file), dynamo=False, opset_version=opset, input_names=["input"], dynamic_axes=axes)
            without_traces(file)
            yield file, answer(file, True, photo()), slope


def keras_cases():
    import tensorflow as tf
    import tf2onnx

    tf.keras.utils.set_random_seed(3)
    layers = tf.keras.layers
    for name, channels, opset in (("keras", 3, 13), ("keras-grey", 1, 17)):
        source = layers.Input((HEIGHT, WIDTH, channels), name="photo")
        x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu")(source)
        x = layers.BatchNormalization()(x)
        x = layers.DepthwiseConv2D(3, padding="same", activation="swish")(x)
        x = layers.Concatenate()([layers.MaxPooling2D(2)(x), layers.AveragePooling2D(2)(x)])
        if channels == 3:
            x = layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(layers.LeakyReLU()(x)))
        else:
            x = layers.Dense(1, activation="sigmoid")(layers.Dense(8, activation="elu")(layers.Flatten()(x)))
        model = tf.keras.Model(source, x)
        value = tf.constant(photo(channels))
        with tf.GradientTape() as tape:
            tape.watch(value)
            values = model(value, training=False)
            total = tf.reduce_sum(values * tf.range(1, values.shape[1] + 1, dtype=tf.float32))
        file = OUT / f"{name}-{opset}.onnx"
        spec = (tf.TensorSpec((None, HEIGHT, WIDTH, channels), tf.float32, name="photo"),)
        tf2onnx.convert.from_keras(model, input_signature=spec, opset=opset, output_path=str(file))
        yield file, answer(file, False, photo(channels)), tape.gradient(total, value)[0].numpy()


OUT.mkdir(exist_ok=True)
answers = json.loads(LIST.read_text()) if LIST.exists() else {}
for file, values, slope in keras_cases() if "--keras" in sys.argv else torch_cases():
    answers[file.name] = {"outputs": rounded(values), "slope": rounded(slope[::3, ::4])}
LIST.write_text(json.dumps(dict(sorted(answers.items()))) + "\n")
