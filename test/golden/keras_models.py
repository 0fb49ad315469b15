"""Writes small Keras models with seeded weights as people save them, and what they answer: test/golden/keras/.

    python test/golden/keras_models.py      (tensorflow 2.21 with Keras 3, tf_keras, NumPy)

Each network is built in Keras 2 (tf_keras) and Keras 3 and saved as .h5 and .keras; one is frozen into a graph, optimised as
TensorFlow.js' converter does, and written as a graph model. golden.json holds logits and the slope, at the input, of a seeded
weighted sum of them. Inputs and weights come from seeded streams (seeded.py).
"""

import json
import os
import zipfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras as keras3
import numpy as np
import tensorflow as tf
import tf_keras as keras2
from google.protobuf.json_format import MessageToDict
from seeded import Stream

OUT = Path(__file__).parent / "keras"
HEIGHT, WIDTH, CLASSES = 14, 11, 5
VERSIONS = {2: keras2, 3: keras3}


def everyday(k, end):
    """The tutorial's arithmetic, a model within a model, a shared layer, a gate, activations, joins."""
    layers = k.layers
    photo = k.Input((HEIGHT, WIDTH, 3), name="photo")
    x = layers.RandomFlip("horizontal", name="flip")(photo)
    x = k.applications.mobilenet_v2.preprocess_input(x)
    x = layers.Conv2D(6, (3, 5), strides=2, padding="same", use_bias=False, name="stem")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.PReLU(shared_axes=[1, 2], name="bend")(x)
    inside = k.Input((7, 6, 6), name="inside")
    y = layers.SeparableConv2D(4, 3, padding="same", depth_multiplier=2, name="separable")(inside)
    y = layers.LayerNormalization(name="level")(y)
    y = layers.LeakyReLU(0.2, name="leak")(y)
    x = k.Model(inside, y, name="block")(x)
    shared = layers.Conv2D(4, 3, padding="same", name="shared")
    x = shared(shared(x))
    x = layers.ReLU(6.0, name="cut")(x)
    gate = layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x)
    gate = layers.Conv2D(2, 1, activation="swish", name="reduce")(gate)
    gate = layers.Conv2D(4, 1, activation="hard_sigmoid", name="expand")(gate)
    x = layers.Multiply(name="excite")([x, gate])
    pooled = layers.AveragePooling2D(3, strides=1, padding="same", name="around")(x)
    x = layers.Concatenate(name="both")([x, layers.Maximum(name="larger")([x, pooled])])
    x = layers.DepthwiseConv2D(3, dilation_rate=2, padding="same", name="depthwise")(x)
    x = x * 0.5 + 0.25
    x = layers.Average(name="halves")([x, layers.Activation("tanh", name="curve")(x)])
    x = layers.UpSampling2D((1, 2), interpolation="bilinear", name="wider")(x)
    x = layers.Cropping2D(((1, 0), (2, 1)), name="inner")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(0.2, name="drop")(x)
    return k.Model(photo, layers.Dense(CLASSES, activation=end, name="scores")(x))


def caffe(k, end):
    """Blue first and a mean taken away; smooth activations; a flattened map; one probability."""
    layers = k.layers
    photo = k.Input((HEIGHT, WIDTH, 3), name="photo")
    x = k.applications.resnet.preprocess_input(photo)
    x = layers.Rescaling(0.01, name="smaller")(x)
    x = layers.Conv2D(4, 3, activation="elu", name="first")(x)
    x = layers.ZeroPadding2D(((0, 1), (2, 1)), name="edge")(x)
    x = layers.Conv2D(4, 3, groups=2, activation="gelu", name="second")(x)
    x = layers.MaxPooling2D((2, 3), padding="same", name="most")(x)
    x = layers.Activation("selu", name="scaled")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.BatchNormalization(scale=False, name="norm")(x)
    x = layers.Dense(4, activation="softplus", name="hidden")(x)
    return k.Model(photo, layers.Dense(1, activation="sigmoid" if end else None, name="score")(x))


def grey(k, end):
    """Rows and columns alone, a sequence."""
    layers = k.layers
    return k.Sequential([
        k.Input((HEIGHT, WIDTH)),
        layers.Rescaling(1 / 255, name="small"),
        layers.Reshape((HEIGHT, WIDTH, 1), name="map"),
        layers.Conv2D(3, 3, activation="relu", name="first"),
        layers.MaxPooling2D(name="most"),
        layers.Flatten(name="flat"),
        layers.Dense(CLASSES, activation=end, name="scores"),
    ])


def norms(k, end):
    """Statistics of the training data, groups, a branch that is rescaled alone."""
    layers = k.layers
    photo = k.Input((HEIGHT, WIDTH, 3), name="photo")
    x = layers.Normalization(name="adapted")(photo)
    x = layers.Conv2D(6, 3, strides=(1, 2), name="first")(x)
    x = layers.GroupNormalization(3, name="groups")(x)
    x = layers.Activation("swish", name="gate")(x)
    side = layers.Rescaling(1 / 255, name="side")(photo)
    side = layers.Conv2D(6, 3, strides=(1, 2), name="other")(side)
    side = layers.Normalization(mean=[0.1] * 6, variance=[0.5] * 6, name="fixed")(side)
    x = layers.Subtract(name="less")([x, side])
    x = layers.Add(name="sum")([x, layers.Minimum(name="least")([x, side])])
    return k.Model(photo, layers.Dense(CLASSES, activation=end, name="scores")(layers.GlobalMaxPooling2D(name="peak")(x)))


def channels_first(k, end, first=True):
    """TensorFlow's processor has no such convolutions, so its twin with channels last answers."""
    layers = k.layers
    form = {"data_format": "channels_first" if first else "channels_last"}
    shape = (3, HEIGHT, WIDTH) if first else (HEIGHT, WIDTH, 3)
    photo = k.Input(shape, name="photo")
    x = layers.Conv2D(4, 3, activation="relu", name="first", **form)(photo)
    x = layers.BatchNormalization(axis=1 if first else -1, name="norm")(x)
    both = [x, layers.AveragePooling2D(3, strides=1, padding="same", name="around", **form)(x)]
    x = layers.Concatenate(axis=1 if first else -1, name="both")(both)
    x = layers.MaxPooling2D(2, name="most", **form)(x)
    if not first:
        x = layers.Permute((3, 1, 2), name="turn")(x)
    x = layers.Flatten(name="flat")(x)
    return k.Model(photo, layers.Dense(CLASSES, activation=end, name="scores")(x))


def mobile(k, end):
    """What TensorFlow's optimiser folds and joins: batch norms, biases and activations into convolutions."""
    layers = k.layers
    photo = k.Input((HEIGHT, WIDTH, 3), name="photo")
    x = k.applications.mobilenet_v2.preprocess_input(photo)
    x = layers.ZeroPadding2D(((0, 1), (1, 0)), name="edge")(x)
    x = layers.Conv2D(6, 3, strides=2, use_bias=False, name="stem")(x)
    x = layers.ReLU(6.0, name="cut")(layers.BatchNormalization(name="norm")(x))
    y = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise")(x)
    y = layers.Activation("swish", name="smooth")(layers.BatchNormalization(name="norm_2")(y))
    gate = layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(y)
    gate = layers.Conv2D(6, 1, activation="sigmoid", name="expand")(layers.Conv2D(2, 1, activation="relu", name="reduce")(gate))
    y = layers.Multiply(name="excite")([y, gate])
    x = layers.Add(name="sum")([x, layers.Conv2D(6, 1, name="project")(y)])
    x = layers.Concatenate(name="both")([x, layers.MaxPooling2D(3, strides=1, padding="same", name="most")(x)])
    x = layers.LeakyReLU(0.2, name="leak")(layers.Conv2D(8, 3, name="last")(x))
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return k.Model(photo, layers.Dense(CLASSES, activation=end, name="scores")(x))


def last_name(weight):
    return getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]


def fill(model, seed):
    """Seeded values, in the order of the weights' names: Keras 2 and 3 list them alike here."""
    stream = Stream(seed)
    values = []
    for weight in model.weights:
        shape, name = tuple(weight.shape), last_name(weight)
        drawn = stream.take(int(np.prod(shape)))
        if name == "count":
            value = drawn * 0
        elif name in ("gamma", "moving_variance", "variance"):
            value = drawn + 0.5
        elif len(shape) > 1 and name != "alpha":
            fan = np.prod(shape[:2]) if "depthwise" in weight.name or "depthwise" in getattr(weight, "path", "") else np.prod(shape[:-1])
            value = (2 * drawn - 1) * np.sqrt(6 / fan)
        else:
            value = (2 * drawn - 1) / 2
        values.append(value.reshape(shape).astype(np.float32))
    model.set_weights(values)
    for layer in model.layers:
        # Keras 3 computes with a copy of the statistics.
        if hasattr(layer, "finalize_state") and layer.weights:
            layer.finalize_state()


def answers(model, raw, seed, shape, scale):
    """Raw outputs of two inputs, and the slope at the first, in the order row, column, channel."""
    values = (scale * Stream(seed).take(2 * int(np.prod(shape)))).astype(np.float32).reshape(2, *shape)
    weights = (2 * Stream(seed + 1).take(raw.output_shape[-1]) - 1).astype(np.float32)
    x = tf.constant(values)
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = raw(x, training=False)
        total = tf.reduce_sum(logits[0] * weights)
    slope = tape.gradient(total, x).numpy()[0]
    ended = model(x, training=False).numpy()
    return {
        "logits": [float(f"{value:.8g}") for value in logits.numpy().ravel()],
        "answers": [float(f"{value:.8g}") for value in ended.ravel()],
        "slope": [float(f"{value:.6g}") for value in slope.ravel()],
    }


def graph_model(model, folder):
    """What TensorFlow.js' converter does: variables frozen, the graph optimised, weights beside it."""
    from tensorflow.core.protobuf import config_pb2, meta_graph_pb2
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
    from tensorflow.python.grappler import tf_optimizer

    call = tf.function(lambda photo: model(photo, training=False))
    concrete = call.get_concrete_function(tf.TensorSpec((None, HEIGHT, WIDTH, 3), tf.float32, name="photo"))
    frozen = convert_variables_to_constants_v2(concrete)
    config = config_pb2.ConfigProto()
    rewrites = config.graph_options.rewrite_options
    rewrites.optimizers[:] = ["pruning", "constfold", "arithmetic", "dependency", "pruning", "remap", "constfold", "arithmetic", "dependency"]
    rewrites.meta_optimizer_iterations = rewrites.TWO
    meta = tf.compat.v1.train.export_meta_graph(graph_def=frozen.graph.as_graph_def(), graph=frozen.graph)
    ends = meta_graph_pb2.CollectionDef()
    ends.node_list.value.extend([frozen.inputs[0].name, frozen.outputs[0].name])
    meta.collection_def["train_op"].CopyFrom(ends)
    graph = tf_optimizer.OptimizeGraph(config, meta)
    manifest, data = [], []
    for node in graph.node:
        if node.op != "Const":
            continue
        value = tf.make_ndarray(node.attr["value"].tensor)
        value = value.astype(np.int32 if value.dtype.kind in "iu" else np.float32)
        manifest.append({"name": node.name, "shape": list(value.shape), "dtype": value.dtype.name})
        data.append(value.tobytes())
        node.attr["value"].tensor.ClearField("tensor_content")
        for field in ("float_val", "int_val", "int64_val"):
            node.attr["value"].tensor.ClearField(field)
    shape = {"dim": [{"size": "-1"}, {"size": str(HEIGHT)}, {"size": str(WIDTH)}, {"size": "3"}]}
    signature = {
        "inputs": {"photo": {"name": frozen.inputs[0].name, "dtype": "DT_FLOAT", "tensorShape": shape}},
        "outputs": {"scores": {"name": frozen.outputs[0].name, "dtype": "DT_FLOAT"}},
    }
    document = {
        "format": "graph-model",
        "generatedBy": tf.__version__,
        "convertedBy": None,
        "signature": signature,
        "modelTopology": MessageToDict(graph),
        "weightsManifest": [{"paths": ["weights.bin"], "weights": manifest}],
    }
    folder.mkdir(exist_ok=True)
    (folder / "model.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    (folder / "weights.bin").write_bytes(b"".join(data))


def pack(file):
    """The same archive with its parts deflated, so that less lies in this folder."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def main():
    OUT.mkdir(exist_ok=True)
    cases = []

    def case(files, model, raw, seed, shape=(HEIGHT, WIDTH, 3), scale=255):
        cases.append({"files": files, "seed": seed, "scale": scale, **answers(model, raw, seed + 100, shape, scale)})

    def save(model, name, forms):
        files = []
        for form in forms:
            file = OUT / f"{name}.{form}"
            model.save(file)
            if form == "keras" and model.count_params() > 300:
                pack(file)
            files.append(file.name)
        return files

    for seed, (build, forms) in enumerate([
        (everyday, {2: ["h5", "keras"], 3: ["h5", "keras"]}),
        (caffe, {2: ["h5"], 3: ["keras"]}),
        (grey, {2: ["h5"], 3: ["keras"]}),
        (norms, {2: ["keras"], 3: ["keras"]}),
        (mobile, {2: ["keras"], 3: ["keras"]}),
    ]):
        for version, k in VERSIONS.items():
            k.utils.set_random_seed(0)
            k.backend.clear_session()
            model, raw = build(k, "softmax"), build(k, None)
            fill(model, seed + 1)
            fill(raw, seed + 1)
            files = save(model, f"{build.__name__}-{version}", forms[version])
            if build is mobile and version == 2:
                graph_model(model, OUT / "mobile-graph")
                files.append("mobile-graph/model.json")
            case(files, model, raw, 10 * seed + version, (HEIGHT, WIDTH) if build is grey else (HEIGHT, WIDTH, 3))

    first = channels_first(keras3, "softmax")
    twins = [channels_first(keras3, end, False) for end in ("softmax", None)]
    for model in (first, *twins):
        fill(model, 9)
    case(save(first, "channels-first-3", ["keras"]), *twins, 90, scale=1)

    versions = {"tensorflow": tf.__version__, "keras": keras3.__version__, "tf_keras": keras2.__version__}
    (OUT / "golden.json").write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")


main()
