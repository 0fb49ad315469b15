"""The architectures in plain PyTorch, with torchvision's names and layout (torchvision's compiled operators do not
load beside every torch). Imported by networks.py and by scripts/parity.py."""

import torch
import torch.nn.functional as F
from torch import nn


class Relu(nn.Module):
    """ReLU (or ReLU6) whose backward rule can be changed: gradient, deconvolution, guided."""

    rule = "gradient"

    def __init__(self, ceiling=float("inf")):
        super().__init__()
        self.ceiling = ceiling

    def forward(self, x):
        return RuledRelu.apply(x, self.ceiling, Relu.rule)


class RuledRelu(torch.autograd.Function):
    @staticmethod
    def forward(context, x, ceiling, rule):
        context.save_for_backward(x)
        context.ceiling, context.rule = ceiling, rule
        return x.clamp(0, ceiling)

    @staticmethod
    def backward(context, g):
        (x,) = context.saved_tensors
        is_open = (x > 0) & (x < context.ceiling)
        g = {"gradient": g * is_open, "deconvolution": g.relu(), "guided": g.relu() * is_open}[context.rule]
        return g, None, None


def convolution(inputs, outputs, kernel, stride=1, padding=0, groups=1, bias=False):
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=bias)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride, downsample):
        super().__init__()
        self.conv1 = convolution(inputs, width, 3, stride, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = Relu()
        self.conv2 = convolution(width, width, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, width, stride, downsample):
        super().__init__()
        self.conv1 = convolution(inputs, width, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = convolution(width, width, 3, stride, 1)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = convolution(width, width * 4, 1)
        self.bn3 = nn.BatchNorm2d(width * 4)
        self.relu = Relu()
        self.downsample = downsample

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(y)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


def stage(block, inputs, width, count, stride):
    outputs = width * block.expansion
    downsample = None
    if stride != 1 or inputs != outputs:
        downsample = nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))
    blocks = [block(inputs, width, stride, downsample)]
    blocks += [block(outputs, width, 1, None) for _ in range(count - 1)]
    return nn.Sequential(*blocks)


class ResNet(nn.Module):
    def __init__(self, block, counts, classes):
        super().__init__()
        self.conv1 = convolution(3, 64, 7, 2, 3)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = Relu()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = 64
        for i, count in enumerate(counts):
            width = 64 << i
            setattr(self, f"layer{i + 1}", stage(block, inputs, width, count, 1 if i == 0 else 2))
            inputs = width * block.expansion
        self.fc = nn.Linear(inputs, classes)

    def features(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


class TinyResNet(nn.Module):
    def __init__(self, stem, widths, classes):
        super().__init__()
        self.conv1 = convolution(3, stem, 3, 2, 1)
        self.bn1 = nn.BatchNorm2d(stem)
        self.relu = Relu()
        self.layer1 = stage(BasicBlock, stem, widths[0], 1, 2)
        self.layer2 = stage(BasicBlock, widths[0], widths[1], 1, 2)
        self.layer3 = stage(BasicBlock, widths[1], widths[2], 1, 1)
        self.fc = nn.Linear(widths[2], classes)

    def features(self, x):
        return self.layer3(self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x))))))

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


class OptionA(nn.Module):
    """Every second row and column, zeros for the new channels."""

    def forward(self, x):
        new = x.shape[1] // 2
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, new, new))


class CifarResNet(nn.Module):
    def __init__(self, blocks, classes):
        super().__init__()
        self.conv1 = convolution(3, 16, 3, 1, 1)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu = Relu()
        inputs = 16
        for i, width in enumerate([16, 32, 64]):
            first = BasicBlock(inputs, width, 1 if i == 0 else 2, None if i == 0 else OptionA())
            rest = [BasicBlock(width, width, 1, None) for _ in range(blocks - 1)]
            setattr(self, f"layer{i + 1}", nn.Sequential(first, *rest))
            inputs = width
        self.linear = nn.Linear(64, classes)

    def features(self, x):
        return self.layer3(self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x))))))

    def forward(self, x):
        return self.linear(self.features(x).mean((2, 3)))


class Fire(nn.Module):
    def __init__(self, inputs, squeeze, expand):
        super().__init__()
        self.squeeze = convolution(inputs, squeeze, 1, bias=True)
        self.expand1x1 = convolution(squeeze, expand, 1, bias=True)
        self.expand3x3 = convolution(squeeze, expand, 3, padding=1, bias=True)
        self.relu = Relu()

    def forward(self, x):
        x = self.relu(self.squeeze(x))
        return torch.cat([self.relu(self.expand1x1(x)), self.relu(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    def __init__(self, version, classes):
        super().__init__()

        def pool():
            return nn.MaxPool2d(3, 2, ceil_mode=True)

        if version == "1_0":
            stem = [convolution(3, 96, 7, 2, bias=True), Relu(), pool()]
            body = [Fire(96, 16, 64), Fire(128, 16, 64), Fire(128, 32, 128), pool()]
            body += [Fire(256, 32, 128), Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), pool()]
            body += [Fire(512, 64, 256)]
        else:
            stem = [convolution(3, 64, 3, 2, bias=True), Relu(), pool()]
            body = [Fire(64, 16, 64), Fire(128, 16, 64), pool(), Fire(128, 32, 128), Fire(256, 32, 128), pool()]
            body += [Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256)]
        self.features = nn.Sequential(*stem, *body)
        self.classifier = nn.Sequential(nn.Dropout(), convolution(512, classes, 1, bias=True), Relu())

    def forward(self, x):
        return self.classifier(self.features(x)).mean((2, 3))


class SameConvolution(nn.Conv2d):
    """A convolution with TensorFlow's SAME padding: the odd row at the bottom, the odd column on the right."""

    def forward(self, x):
        edges = []
        for length, kernel, stride in zip(x.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1]):
            total = max(0, (-(-length // stride) - 1) * stride + kernel - length)
            edges += [total // 2, total - total // 2]
        return super().forward(F.pad(x, edges))


class Separable(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.depthwise = SameConvolution(inputs, inputs, 3, stride, groups=inputs)
        self.pointwise = convolution(inputs, outputs, 1, bias=True)
        self.relu6 = Relu(6)

    def forward(self, x):
        return self.relu6(self.pointwise(self.relu6(self.depthwise(x))))


class MobileNetV1(nn.Module):
    def __init__(self, multiplier, classes):
        super().__init__()
        widths = [max(8, round(n * multiplier / 8) * 8) for n in [32, 64, 128, 128, 256, 256] + [512] * 6 + [1024] * 2]
        strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
        self.conv0 = SameConvolution(3, widths[0], 3, 2)
        self.relu6 = Relu(6)
        self.blocks = nn.ModuleDict({str(i + 1): Separable(widths[i], widths[i + 1], s) for i, s in enumerate(strides)})
        self.fc = nn.Linear(widths[-1], classes)

    def features(self, x):
        x = self.relu6(self.conv0(x))
        for block in self.blocks.values():
            x = block(x)
        return x

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


ARCHITECTURES = {
    "resnet18": lambda classes: ResNet(BasicBlock, [2, 2, 2, 2], classes),
    "resnet34": lambda classes: ResNet(BasicBlock, [3, 4, 6, 3], classes),
    "resnet50": lambda classes: ResNet(Bottleneck, [3, 4, 6, 3], classes),
    "resnet101": lambda classes: ResNet(Bottleneck, [3, 4, 23, 3], classes),
    "squeezenet1_0": lambda classes: SqueezeNet("1_0", classes),
    "squeezenet1_1": lambda classes: SqueezeNet("1_1", classes),
    "mobilenet_v1_0.75": lambda classes: MobileNetV1(0.75, classes),
    "mobilenet_v1_1.0": lambda classes: MobileNetV1(1, classes),
    "resnet20-cifar": lambda classes: CifarResNet(3, classes),
    "tiny-resnet": lambda classes: TinyResNet(16, [24, 48, 80], classes),
}
