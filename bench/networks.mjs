import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inProject } from '../scripts/setup/tools.mjs';

const require = createRequire(import.meta.url);
export const built = (file) => require(inProject('dist', file));

export const titles = {
  squeezenet1_0: 'SqueezeNet 1.0',
  resnet18: 'ResNet-18',
  resnet50: 'ResNet-50',
  vgg16: 'VGG-16',
};
const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];

/** A network of seeded random weights, or of the mirror's where it has them; speed does not depend on the numbers. */
export async function benchNetwork(architecture, side, mirror) {
  const inputShape = [side, side, 3];
  const { buildArchitecture } = built('explain/network/architectures/index.js');
  const { randomParameters } = built('explain/network/random-parameters.js');
  const { graph, camNode } = buildArchitecture(architecture, 1000, inputShape);
  let parameters = null;
  const real = mirror && path.join(mirror, 'weights/squeezenet1_0-deep-compression.pth');
  if (architecture === 'squeezenet1_0' && real && existsSync(real)) {
    const { loadNetwork } = built('explain/network/load-network.js');
    ({ parameters } = await loadNetwork('squeezenet1_0-deep-compression', { mirror, offline: true }));
  }
  return {
    name: architecture,
    title: titles[architecture],
    architecture,
    graph,
    camNode,
    weights: parameters === null ? 'seeded random weights' : 'ImageNet weights',
    parameters: parameters ?? randomParameters(graph, inputShape, 50),
    preprocessing: { resize: null, crop: [side, side], mean, std },
    inputShape,
    output: 'softmax',
    classes: Array.from({ length: 1000 }, (_, i) => `class ${i}`),
    weightsSha256: '0'.repeat(64),
  };
}

/** The same network and input on the peers' side; returns the target, the best class of both. */
export async function handOver(network, input, peers, folder) {
  const { encodeSafetensors } = built('explain/network/weights/safetensors.js');
  const weights = path.join(folder, `${network.name}.safetensors`);
  if (!existsSync(weights)) writeFileSync(weights, encodeSafetensors(network.parameters));
  await peers.ask('load', { architecture: network.architecture, classes: 1000, weights });
  const file = path.join(folder, 'input.f32');
  writeFileSync(file, Buffer.from(input.values.buffer, input.values.byteOffset, input.values.byteLength));
  const { target } = await peers.ask('input', { file, height: input.height, width: input.width });
  return target;
}

/** A drawn scene of `side` px: the same on every machine. */
export function benchPhoto(side) {
  const { drawScene } = built('scenes/scene.js');
  const { singleScene } = built('scenes/study-scenes.js');
  const { resizeBilinear } = built('explain/image/resize.js');
  const { image } = drawScene(singleScene('wolf', { background: 'snow', seed: 3 }));
  return image.width === side && image.height === side ? image : { ...image, ...resizeBilinear(image, side, side) };
}

/** Multiply-adds of one forward pass. */
export function forwardWork(network) {
  const { layerTable } = built('explain/network/layer-table.js');
  return layerTable(network).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
}

/** A file of raw float32 numbers. */
export function readFloats(file) {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** How long work takes, and its result. */
export async function seconds(work) {
  const started = performance.now();
  const result = await work();
  return { took: (performance.now() - started) / 1000, result };
}
