"""The peers' side of `npm run bench`: one process that obeys one JSON command a line and answers one JSON line.

It computes only while a command runs, so that the two sides never share the processor. Arrays travel as raw float32
files. A command's `seconds` is what it measured, its `peak` the most memory held, in MB; `map`, `logits` and the like are the files it wrote.
"""

import json
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "test/golden"))
# Warnings and progress bars go to stderr; the answers alone to the real stdout.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from architectures import ARCHITECTURES  # noqa: E402
from safetensors.torch import load_file  # noqa: E402


class Side:
    """The networks and the input that the commands speak of."""

    def __init__(self):
        self.model = None
        self.x = None

    def versions(self):
        import captum

        return {"torch": torch.__version__, "captum": captum.__version__, "threads": torch.get_num_threads()}

    def matmul(self, size, repeats):
        """Seconds of one product of two size × size matrices, the best of several."""
        a, b = torch.randn(size, size), torch.randn(size, size)
        torch.mm(a, b)
        return {"seconds": min(timed(lambda: torch.mm(a, b))[0] for _ in range(repeats))}

    def load(self, architecture, classes, weights):
        # The golden networks' own ReLU is there to change its backward rule; torch's is what a user runs.
        from references import with_torch_relus

        self.model = with_torch_relus(ARCHITECTURES[architecture](classes))
        self.model.load_state_dict(load_file(weights), strict=False)
        self.model.eval()
        return {}

    def input(self, file, height, width):
        values = torch.from_numpy(np.fromfile(file, np.float32)).reshape(height, width, 3)
        self.x = values.permute(2, 0, 1)[None].contiguous()
        with torch.no_grad():
            return {"target": int(self.model(self.x)[0].argmax())}

    def forward(self, batch):
        """A batch of the same image: what a forward pass costs."""
        copies = self.x.repeat(batch, 1, 1, 1)
        with torch.no_grad():
            seconds, logits = timed(lambda: self.model(copies))
        return {"seconds": seconds, "logits": logits[0].tolist()}

    def gradient(self, target, out, batch=1, layer=None):
        """Of copies of the image, at the input or at a layer's output; nothing below the layer is recorded. One is saved."""
        self.model.requires_grad_(False)
        at = []

        def cut(module, inputs, output):
            at.append(output.detach().requires_grad_())
            return at[0]

        def run():
            x = self.x.repeat(batch, 1, 1, 1)
            if layer is None:
                at.append(x.requires_grad_())
            scores = self.model(x)[:, target].sum()
            return torch.autograd.grad(scores, at[0])[0]

        hook = None if layer is None else self.model.get_submodule(layer).register_forward_hook(cut)
        try:
            seconds, found = timed(run)
        finally:
            if hook is not None:
                hook.remove()
        save(found[0].permute(1, 2, 0), out)
        return {"seconds": seconds}

    def plain_occlusion(self, target, batch, size, tops, lefts, fill, out):
        """Covered copies, `batch` at a time, through the network; the drop of the target's logit at each position."""
        cover = torch.tensor(fill).reshape(3, 1, 1)

        def run():
            clean = self.model(self.x)[0, target]
            places = [(top, left) for top in tops for left in lefts]
            drops = []
            for first in range(0, len(places), batch):
                some = places[first : first + batch]
                copies = self.x.repeat(len(some), 1, 1, 1)
                for copy, (top, left) in zip(copies, some):
                    copy[:, top : top + size, left : left + size] = cover
                drops.append(clean - self.model(copies)[:, target])
            return torch.cat(drops)

        with torch.no_grad():
            seconds, drops = timed(run)
        save(drops, out)
        return {"seconds": seconds}

    def captum_occlusion(self, target, batch, size, stride, every, fill, out):
        """Captum's own method, on every `every`-th position along each axis."""
        from captum.attr import Occlusion

        counts = [-(-(length - size) // stride) + 1 for length in self.x.shape[2:]]

        class Thinned(Occlusion):
            def _get_feature_idx_to_tensor_idx(self, *arguments, **options):
                every_one = super()._get_feature_idx_to_tensor_idx(*arguments, **options)
                # Captum counts along the first axis first.
                return {i: at for i, at in every_one.items() if i % counts[0] % every == 0 and i // counts[0] % every == 0}

        baseline = torch.tensor(fill).reshape(1, 3, 1, 1).expand_as(self.x)
        explainer = Occlusion(self.model) if every == 1 else Thinned(self.model)

        def run():
            return explainer.attribute(
                self.x,
                (3, size, size),
                strides=(3, stride, stride),
                baselines=baseline,
                target=target,
                perturbations_per_eval=batch,
            )

        with torch.no_grad():
            seconds, found = timed(run)
        save(found[0, 0], out)
        return {"seconds": seconds}

    def score_cam(self, target, batch, layer, limit, out):
        """pytorch-grad-cam's; on the first `limit` channels alone where that is given, to find the best batch."""
        from cam_family import CAMS
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        with CAMS["score-cam"](model=self.model, target_layers=[self.model.get_submodule(layer)]) as explainer:
            explainer.batch_size = batch
            found, combine, weigh = [], explainer.get_cam_image, explainer.get_cam_weights

            def recorded(*arguments):
                found.append(combine(*arguments)[0])
                return found[-1][None]

            def limited(*arguments):
                # The others count as silent: an image's cost does not depend on what it shows.
                activations = arguments[3][:, :limit]
                weights = weigh(*arguments[:3], activations, arguments[4])
                return np.pad(weights, [(0, 0), (0, arguments[3].shape[1] - limit)])

            explainer.get_cam_image = recorded
            if limit is not None:
                explainer.get_cam_weights = limited
            seconds, _ = timed(lambda: explainer(self.x, [ClassifierOutputTarget(target)]))
        save(torch.from_numpy(np.maximum(found[0], 0)), out)
        return {"seconds": seconds}

    def rise(self, target, batch, masks, cells, visible, seed, out):
        """The authors' definition, `batch` masks at a time. Drawing and upsampling masks is timed; our generator's
        numbers, which make the maps comparable, are drawn beforehand: PyTorch's own would take no time."""
        from seeded import Stream

        height, width = self.x.shape[2:]
        cell = [-(-length // cells) for length in (height, width)]
        drawn = [Stream((((index + 1) * 0x9E3779B1) ^ seed) & 0xFFFFFFFF).take(cells * cells + 2) for index in range(masks)]

        def run():
            sums = torch.zeros(height * width)
            for first in range(0, masks, batch):
                some = np.stack(drawn[first : first + batch])
                grids = torch.from_numpy((some[:, :-2] < visible).astype(np.float32)).reshape(-1, 1, cells, cells)
                wide = F.interpolate(grids, [(cells + 1) * length for length in cell], mode="bilinear")
                corners = (some[:, -2:] * np.array(cell)).astype(int)
                crops = [m[:, top : top + height, left : left + width] for m, (top, left) in zip(wide, corners)]
                chosen = torch.stack(crops)
                scores = self.model(self.x * chosen).softmax(1)[:, target]
                sums += scores @ chosen.flatten(1)
            return sums / (masks * visible)

        with torch.no_grad():
            seconds, found = timed(run)
        save(found, out)
        return {"seconds": seconds}

    def lime(self, target, batch, samples, segments, mean, std, out):
        """The lime package's image explainer on the photo's bytes, with SLIC superpixels, about as many as asked for."""
        from unittest import mock

        from lime import lime_image
        from skimage.segmentation import slic

        shift, scale = (np.reshape(np.float32(each), (3, 1, 1)) for each in (mean, std))
        pixels = np.rint((self.x[0].numpy() * scale + shift) * 255).astype(np.uint8).transpose(1, 2, 0)

        def probabilities(images):
            values = torch.from_numpy(images.transpose(0, 3, 1, 2).astype(np.float32) / 255)
            with torch.no_grad():
                return self.model((values - torch.from_numpy(shift)) / torch.from_numpy(scale)).softmax(1).numpy()

        explainer = lime_image.LimeImageExplainer(random_state=0)

        def run():
            return explainer.explain_instance(
                np.ascontiguousarray(pixels),
                probabilities,
                labels=(target,),
                top_labels=None,
                num_samples=samples,
                batch_size=batch,
                segmentation_fn=lambda image: slic(image, n_segments=segments, compactness=10, start_label=0),
            )

        with mock.patch("lime.lime_image.tqdm", lambda each: each):
            seconds, found = timed(run)
        values = np.zeros(found.segments.shape, np.float32)
        for segment, weight in found.local_exp[target]:
            values[found.segments == segment] = weight
        save(torch.from_numpy(values), out)
        return {"seconds": seconds, "segments": int(found.segments.max()) + 1}

    def folder(self, architecture, classes, weights, layer, photos, out, preprocessing, pictures, size):
        """A folder of photos from its files to the results', the network's loading included."""
        from folder_loop import explain_folder, matplotlib_figure, opencv_overlay

        def run():
            self.load(architecture, classes, weights)
            draw = opencv_overlay if pictures == "opencv" else matplotlib_figure(*size)
            explain_folder(self.model, self.model.get_submodule(layer), photos, out, draw, preprocessing)

        seconds, _ = timed(run)
        return {"seconds": seconds}


def restart_peak():
    """From here on the kernel notes the most memory that this process holds."""
    Path("/proc/self/clear_refs").write_text("5")


def peak():
    """The most memory held since, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000


def timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def save(values, file):
    values.detach().float().contiguous().numpy().tofile(file)


def main():
    side = Side()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            restart_peak()
            answer = {**getattr(side, command.pop("do"))(**command), "peak": peak()}
        except Exception as error:  # The other side decides what to do about it.
            answer = {"error": f"{type(error).__name__}: {error}"}
        ANSWERS.write(json.dumps(answer) + "\n")
        ANSWERS.flush()


if __name__ == "__main__":
    main()
