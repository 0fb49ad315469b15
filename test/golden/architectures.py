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


class VGG(nn.Module):
    def __init__(self, stages, classes, hidden=4096):
        super().__init__()
        layers, inputs = [], 3
        for i, count in enumerate(stages):
            width = min(512, 64 << i)
            for _ in range(count):
                layers += [convolution(inputs, width, 3, padding=1, bias=True), Relu()]
                inputs = width
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(7)
        head = [nn.Linear(512 * 7 * 7, hidden), Relu(), nn.Dropout(), nn.Linear(hidden, hidden), Relu(), nn.Dropout()]
        self.classifier = nn.Sequential(*head, nn.Linear(hidden, classes))

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


def window6(inputs, outputs, kernel, stride=1, groups=1):
    padding = kernel // 2
    return nn.Sequential(
        convolution(inputs, outputs, kernel, stride, padding, groups), nn.BatchNorm2d(outputs), Relu(6)
    )


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        layers = [window6(inputs, wide, 1)] if expansion > 1 else []
        layers += [window6(wide, wide, 3, stride, wide), convolution(wide, outputs, 1), nn.BatchNorm2d(outputs)]
        self.conv = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]

    def __init__(self, classes):
        super().__init__()
        layers, inputs = [window6(3, 32, 3, 2)], 32
        for expansion, width, count, stride in self.STAGES:
            for i in range(count):
                layers.append(InvertedResidual(inputs, width, stride if i == 0 else 1, expansion))
                inputs = width
        self.features = nn.Sequential(*layers, window6(inputs, 1280, 1))
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(1280, classes))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = convolution(inputs, 4 * growth, 1)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = convolution(4 * growth, growth, 3, padding=1)
        self.relu = Relu()

    def forward(self, x):
        y = self.conv1(self.relu(self.norm1(x)))
        return torch.cat([x, self.conv2(self.relu(self.norm2(y)))], 1)


class DenseNet(nn.Module):
    def __init__(self, blocks, classes, growth=32):
        super().__init__()
        layers = nn.Sequential()
        layers.add_module("conv0", convolution(3, 64, 7, 2, 3))
        layers.add_module("norm0", nn.BatchNorm2d(64))
        layers.add_module("relu0", Relu())
        layers.add_module("pool0", nn.MaxPool2d(3, 2, 1))
        width = 64
        for i, count in enumerate(blocks):
            block = nn.Sequential()
            for j in range(count):
                block.add_module(f"denselayer{j + 1}", DenseLayer(width, growth))
                width += growth
            layers.add_module(f"denseblock{i + 1}", block)
            if i + 1 < len(blocks):
                transition = nn.Sequential()
                transition.add_module("norm", nn.BatchNorm2d(width))
                transition.add_module("relu", Relu())
                transition.add_module("conv", convolution(width, width // 2, 1))
                transition.add_module("pool", nn.AvgPool2d(2, 2))
                layers.add_module(f"transition{i + 1}", transition)
                width //= 2
        layers.add_module("norm5", nn.BatchNorm2d(width))
        self.features = layers
        self.relu = Relu()
        self.classifier = nn.Linear(width, classes)

    def forward(self, x):
        return self.classifier(self.relu(self.features(x)).mean((2, 3)))


def transform_input(x):
    """torchvision's: from the ImageNet mean and deviation to 0.5 for both."""
    std, mean = torch.tensor([0.229, 0.224, 0.225]).to(x), torch.tensor([0.485, 0.456, 0.406]).to(x)
    return x * (std / 0.5)[:, None, None] + ((mean - 0.5) / 0.5)[:, None, None]


class BasicConvolution(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, padding=0):
        super().__init__()
        self.conv = convolution(inputs, outputs, kernel, stride, padding)
        self.bn = nn.BatchNorm2d(outputs, eps=0.001)
        self.relu = Relu()

    def forward(self, x):
        return self.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    def __init__(self, inputs, one, before3, three, before5, five, pooled):
        super().__init__()
        basic = BasicConvolution
        self.branch1 = basic(inputs, one, 1)
        self.branch2 = nn.Sequential(basic(inputs, before3, 1), basic(before3, three, 3, padding=1))
        self.branch3 = nn.Sequential(basic(inputs, before5, 1), basic(before5, five, 3, padding=1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), basic(inputs, pooled, 1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = BasicConvolution(3, 64, 7, 2, 3)
        self.maxpool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = BasicConvolution(64, 64, 1)
        self.conv3 = BasicConvolution(64, 192, 3, padding=1)
        self.maxpool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.inception3a = Inception(192, 64, 96, 128, 16, 32, 32)
        self.inception3b = Inception(256, 128, 128, 192, 32, 96, 64)
        self.maxpool3 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.inception4a = Inception(480, 192, 96, 208, 16, 48, 64)
        self.inception4b = Inception(512, 160, 112, 224, 24, 64, 64)
        self.inception4c = Inception(512, 128, 128, 256, 24, 64, 64)
        self.inception4d = Inception(512, 112, 144, 288, 32, 64, 64)
        self.inception4e = Inception(528, 256, 160, 320, 32, 128, 128)
        self.maxpool4 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.inception5a = Inception(832, 256, 160, 320, 32, 128, 128)
        self.inception5b = Inception(832, 384, 192, 384, 48, 128, 128)
        self.fc = nn.Linear(1024, classes)

    def forward(self, x):
        x = transform_input(x)
        for name, module in self.named_children():
            x = module(x.mean((2, 3)) if name == "fc" else x)
        return x


class InceptionA(nn.Module):
    def __init__(self, inputs, pooled):
        super().__init__()
        self.branch1x1 = BasicConvolution(inputs, 64, 1)
        self.branch5x5_1 = BasicConvolution(inputs, 48, 1)
        self.branch5x5_2 = BasicConvolution(48, 64, 5, padding=2)
        self.branch3x3dbl_1 = BasicConvolution(inputs, 64, 1)
        self.branch3x3dbl_2 = BasicConvolution(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = BasicConvolution(96, 96, 3, padding=1)
        self.branch_pool = BasicConvolution(inputs, pooled, 1)

    def forward(self, x):
        five = self.branch5x5_2(self.branch5x5_1(x))
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        pooled = self.branch_pool(F.avg_pool2d(x, 3, 1, 1))
        return torch.cat([self.branch1x1(x), five, double, pooled], 1)


class InceptionB(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.branch3x3 = BasicConvolution(inputs, 384, 3, 2)
        self.branch3x3dbl_1 = BasicConvolution(inputs, 64, 1)
        self.branch3x3dbl_2 = BasicConvolution(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = BasicConvolution(96, 96, 3, 2)

    def forward(self, x):
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), double, F.max_pool2d(x, 3, 2)], 1)


class InceptionC(nn.Module):
    def __init__(self, inputs, inner):
        super().__init__()
        across, down = {"kernel": (1, 7), "padding": (0, 3)}, {"kernel": (7, 1), "padding": (3, 0)}
        self.branch1x1 = BasicConvolution(inputs, 192, 1)
        self.branch7x7_1 = BasicConvolution(inputs, inner, 1)
        self.branch7x7_2 = BasicConvolution(inner, inner, **across)
        self.branch7x7_3 = BasicConvolution(inner, 192, **down)
        self.branch7x7dbl_1 = BasicConvolution(inputs, inner, 1)
        self.branch7x7dbl_2 = BasicConvolution(inner, inner, **down)
        self.branch7x7dbl_3 = BasicConvolution(inner, inner, **across)
        self.branch7x7dbl_4 = BasicConvolution(inner, inner, **down)
        self.branch7x7dbl_5 = BasicConvolution(inner, 192, **across)
        self.branch_pool = BasicConvolution(inputs, 192, 1)

    def forward(self, x):
        seven = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        pooled = self.branch_pool(F.avg_pool2d(x, 3, 1, 1))
        return torch.cat([self.branch1x1(x), seven, double, pooled], 1)


class InceptionD(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.branch3x3_1 = BasicConvolution(inputs, 192, 1)
        self.branch3x3_2 = BasicConvolution(192, 320, 3, 2)
        self.branch7x7x3_1 = BasicConvolution(inputs, 192, 1)
        self.branch7x7x3_2 = BasicConvolution(192, 192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3 = BasicConvolution(192, 192, (7, 1), padding=(3, 0))
        self.branch7x7x3_4 = BasicConvolution(192, 192, 3, 2)

    def forward(self, x):
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, F.max_pool2d(x, 3, 2)], 1)


class InceptionE(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        across, down = {"kernel": (1, 3), "padding": (0, 1)}, {"kernel": (3, 1), "padding": (1, 0)}
        self.branch1x1 = BasicConvolution(inputs, 320, 1)
        self.branch3x3_1 = BasicConvolution(inputs, 384, 1)
        self.branch3x3_2a = BasicConvolution(384, 384, **across)
        self.branch3x3_2b = BasicConvolution(384, 384, **down)
        self.branch3x3dbl_1 = BasicConvolution(inputs, 448, 1)
        self.branch3x3dbl_2 = BasicConvolution(448, 384, 3, padding=1)
        self.branch3x3dbl_3a = BasicConvolution(384, 384, **across)
        self.branch3x3dbl_3b = BasicConvolution(384, 384, **down)
        self.branch_pool = BasicConvolution(inputs, 192, 1)

    def forward(self, x):
        three = self.branch3x3_1(x)
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        parts = [self.branch1x1(x), self.branch3x3_2a(three), self.branch3x3_2b(three)]
        parts += [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double)]
        return torch.cat([*parts, self.branch_pool(F.avg_pool2d(x, 3, 1, 1))], 1)


class InceptionV3(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.Conv2d_1a_3x3 = BasicConvolution(3, 32, 3, 2)
        self.Conv2d_2a_3x3 = BasicConvolution(32, 32, 3)
        self.Conv2d_2b_3x3 = BasicConvolution(32, 64, 3, padding=1)
        self.maxpool1 = nn.MaxPool2d(3, 2)
        self.Conv2d_3b_1x1 = BasicConvolution(64, 80, 1)
        self.Conv2d_4a_3x3 = BasicConvolution(80, 192, 3)
        self.maxpool2 = nn.MaxPool2d(3, 2)
        self.Mixed_5b = InceptionA(192, 32)
        self.Mixed_5c = InceptionA(256, 64)
        self.Mixed_5d = InceptionA(288, 64)
        self.Mixed_6a = InceptionB(288)
        self.Mixed_6b = InceptionC(768, 128)
        self.Mixed_6c = InceptionC(768, 160)
        self.Mixed_6d = InceptionC(768, 160)
        self.Mixed_6e = InceptionC(768, 192)
        self.Mixed_7a = InceptionD(768)
        self.Mixed_7b = InceptionE(1280)
        self.Mixed_7c = InceptionE(2048)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x):
        x = transform_input(x)
        for name, module in self.named_children():
            x = module(x.mean((2, 3)) if name == "fc" else x)
        return x


ARCHITECTURES = {
    "resnet18": lambda classes: ResNet(BasicBlock, [2, 2, 2, 2], classes),
    "resnet34": lambda classes: ResNet(BasicBlock, [3, 4, 6, 3], classes),
    "resnet50": lambda classes: ResNet(Bottleneck, [3, 4, 6, 3], classes),
    "resnet101": lambda classes: ResNet(Bottleneck, [3, 4, 23, 3], classes),
    "squeezenet1_0": lambda classes: SqueezeNet("1_0", classes),
    "squeezenet1_1": lambda classes: SqueezeNet("1_1", classes),
    "vgg16": lambda classes: VGG([2, 2, 3, 3, 3], classes),
    "googlenet": GoogLeNet,
    "densenet121": lambda classes: DenseNet([6, 12, 24, 16], classes),
    "inception_v3": InceptionV3,
    "mobilenet_v2": MobileNetV2,
    "mobilenet_v1_0.75": lambda classes: MobileNetV1(0.75, classes),
    "mobilenet_v1_1.0": lambda classes: MobileNetV1(1, classes),
    "resnet20-cifar": lambda classes: CifarResNet(3, classes),
    "tiny-resnet": lambda classes: TinyResNet(16, [24, 48, 80], classes),
}
