"""Maps by Captum of the network scenes-fair on a set of drawn scenes, for `whylight evaluate --maps OUT`.

    whylight scenes --count 12 --seed 11 --out set
    whylight explain set/photos --network scenes-fair --method saliency --format json --json > answers.json
    python docs/python/captum_maps.py set answers.json maps
    whylight evaluate --network scenes-fair --data set --maps maps --methods saliency,grad-cam

`answers.json` holds the logits that Whylight gives the same pictures: before any map is made, PyTorch's are compared with
them. Needs numpy, Pillow, torch and captum (run with torch 2.14.1 and captum 0.9.0).
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from captum.attr import GuidedBackprop, IntegratedGradients, LayerAttribution, LayerGradCam, Occlusion, Saliency
from PIL import Image
from torch import nn

from whylight_scenes import read_scenes

NETWORKS = Path(__file__).parents[2] / 'networks'
# As networks/scenes-fair.yaml says.
CLASSES = ['dog', 'wolf']
SIDE = 128
MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
DEVIATION = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


class Block(nn.Module):
    """Two convolutions of 3 × 3, and beside them one of 1 × 1. Each ReLU is a module of its own: Captum hooks modules."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.relu1, self.relu2 = nn.ReLU(), nn.ReLU()

    def forward(self, x):
        inner = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        return self.relu2(inner + self.downsample(x))


class TinyResnet(nn.Module):
    """The architecture `tiny-resnet`, its weights' names as torchvision's; −z and z are the logits of its two classes."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1, self.relu = nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()
        self.layer1 = nn.Sequential(Block(16, 24, 2))
        self.layer2 = nn.Sequential(Block(24, 48, 2))
        self.layer3 = nn.Sequential(Block(48, 80, 1))
        self.fc = nn.Linear(80, 1)

    def forward(self, x):
        last = self.layer3(self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x))))))
        z = self.fc(last.mean((2, 3)))
        return torch.cat([-z, z], 1)


def read_weights(path):
    """A safetensors file of halves: a length, a header in JSON, the numbers."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:start])
    header.pop('__metadata__', None)
    tensors = {}
    for name, entry in header.items():
        first, end = (start + offset for offset in entry['data_offsets'])
        if entry['dtype'] != 'F16':
            raise ValueError(f'{path}: {name} is {entry["dtype"]} (allowed: F16)')
        tensors[name] = torch.tensor(np.frombuffer(data[first:end], '<f2').astype(np.float32).reshape(entry['shape']))
    return tensors


def load_network():
    network = TinyResnet().eval()
    weights = read_weights(NETWORKS / 'scenes-fair.safetensors')
    missing, unknown = network.load_state_dict(weights, strict=False)
    # Counts of training steps, which no answer depends on, are not in the file.
    missing = [name for name in missing if not name.endswith('num_batches_tracked')]
    if missing or unknown:
        raise ValueError(f'weights that are missing: {missing}; that the network has no place for: {unknown}')
    return network


def input_of(image):
    """1 × 3 × 128 × 128: resized by Pillow's bilinear filter, then (byte / 255 − mean) / deviation."""
    resized = np.array(Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    return ((torch.tensor(resized).permute(2, 0, 1) / 255 - MEAN) / DEVIATION)[None]


def check_answers(network, scenes, answers):
    """Whether the network is Whylight's: every logit of every scene, to 0.001. Returns the largest difference."""
    theirs = {Path(one['photo']['file']).stem: one['classes'] for one in answers}
    largest = 0.0
    for scene in scenes:
        if scene.name not in theirs:
            raise ValueError(f'no answer on scene {scene.name} (allowed: answers on all scenes of the set)')
        with torch.no_grad():
            ours = network(input_of(scene.image()))[0]
        for one in theirs[scene.name]:
            difference = abs(ours[CLASSES.index(one['label'])].item() - one['logit'])
            largest = max(largest, difference)
            if not difference <= 0.001:
                raise ValueError(f'scene {scene.name}: the logit of {one["label"]} differs by {difference}')
    return largest


def maps_of(network, x, target):
    """Name → map, 128 × 128. What Captum gives for each channel is made one number a pixel, as Whylight's methods do it."""
    black = -MEAN / DEVIATION
    cam = LayerGradCam(network, network.layer3).attribute(x, target, relu_attributions=True)
    occluded = Occlusion(network).attribute(
        x, (3, 16, 16), strides=(3, 8, 8), target=target, baselines=black.expand_as(x), perturbations_per_eval=32
    )
    return {
        'captum-saliency': Saliency(network).attribute(x, target)[0].amax(0),
        'captum-integrated-gradients': IntegratedGradients(network).attribute(x, target=target, n_steps=50)[0].sum(0),
        'captum-guided-backprop': GuidedBackprop(network).attribute(x, target)[0].abs().amax(0),
        # Captum's own default repeats each cell of the layer 8 × 8 times; bilinear is what Whylight does.
        'captum-grad-cam': LayerAttribution.interpolate(cam, (SIDE, SIDE))[0, 0],
        'captum-grad-cam-bilinear': LayerAttribution.interpolate(cam, (SIDE, SIDE), 'bilinear')[0, 0],
        # A window covers all three channels, so each has the whole drop of the logit: one of them is the map.
        'captum-occlusion': occluded[0, 0],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('set', help='folder that `whylight scenes` wrote')
    parser.add_argument('answers', help='what `whylight explain SET/photos --json` printed')
    parser.add_argument('out', help='folder for LIBRARY/NUMBER.npy')
    request = parser.parse_args()
    network, scenes = load_network(), list(read_scenes(request.set))
    largest = check_answers(network, scenes, json.loads(Path(request.answers).read_text(encoding='utf8')))
    print(f'{len(scenes)} scenes, logits as Whylight’s to {largest:.1e}')
    for scene in scenes:
        x = input_of(scene.image())
        target = int(network(x).argmax())
        for library, values in maps_of(network, x.requires_grad_(), target).items():
            folder = Path(request.out) / library
            folder.mkdir(parents=True, exist_ok=True)
            np.save(folder / f'{scene.name}.npy', np.ascontiguousarray(values.detach().numpy(), dtype='<f4'))
    print(f'maps in {request.out}')


if __name__ == '__main__':
    main()
