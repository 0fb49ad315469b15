import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inProject } from '../setup/tools.mjs';

const require = createRequire(import.meta.url);
const built = (file) => require(inProject('dist', file));

/** What Captum has, too, and the definition of CAM. */
const methods = [
  'saliency',
  'input-x-gradient',
  'integrated-gradients',
  'deconvolution',
  'guided-backpropagation',
  'occlusion',
  'cam',
  'grad-cam',
];
/** Points of integrated gradients. */
const steps = 8;

/** Photos of the mirror that each network explains: some where it is sure, some where it is not. */
function photosOf(mirror) {
  const first = (folder) => path.join(folder, readdirSync(path.join(mirror, 'photos', folder)).sort()[0]);
  const imagenet = [
    'canines-and-insects/n02114367_timber_wolf.JPEG',
    'canines-and-insects/n02206856_bee.JPEG',
    'openly-licensed/dog-and-cat.png',
  ];
  return {
    imagenet,
    cifar: ['cat', 'horse', 'ship', 'truck'].map((name) => first(`cifar10-test/${name}`)),
    animals: ['hymenoptera/val/ants', 'hymenoptera/val/bees', 'dogs-vs-wolves/dogs', 'dogs-vs-wolves/wolves'].map(
      first,
    ),
  };
}

function randomResNet50() {
  const { buildArchitecture } = built('explain/network/architectures/index.js');
  const { randomParameters } = built('explain/network/random-parameters.js');
  const inputShape = [224, 224, 3];
  const { graph, camNode } = buildArchitecture('resnet50', 1000, inputShape);
  return {
    name: 'resnet50-random',
    title: 'ResNet-50, seeded random weights',
    architecture: 'resnet50',
    graph,
    camNode,
    parameters: randomParameters(graph, inputShape, 50),
    preprocessing: { resize: 256, crop: [224, 224], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    inputShape,
    output: 'softmax',
    classes: Array.from({ length: 1000 }, (_, i) => `class ${i}`),
    weightsSha256: '0'.repeat(64),
  };
}

function drawnScenes(folder) {
  const { sceneDataset } = built('scenes/dataset.js');
  const { canvasOf } = built('plots/data-uri.js');
  return Array.from(sceneDataset({ count: 1 }), ({ scene }, i) => {
    const file = path.join(folder, `scene-${i}.png`);
    writeFileSync(file, canvasOf(scene.image).toBuffer('image/png'));
    return file;
  });
}

/** Logits of many photos, batch by batch. */
async function logitsOf(network, files) {
  const { openForward } = built('explain/network/executors/forward.js');
  const { loadPhoto } = built('explain/image/load-photo.js');
  const { prepareInput } = built('explain/image/prepare.js');
  const session = openForward(network);
  const result = new Float32Array(files.length * session.outputs);
  const batch = 20;
  for (let from = 0; from < files.length; from += batch) {
    const inputs = [];
    for (const file of files.slice(from, from + batch))
      inputs.push(prepareInput(await loadPhoto(file), network.preprocessing).values);
    const values = new Float32Array(inputs.length * inputs[0].length);
    for (const [i, input] of inputs.entries()) values.set(input, i * input.length);
    result.set(session.run(values, inputs.length), from * session.outputs);
  }
  session.close();
  return { values: result, shape: [files.length, session.outputs] };
}

/** Writes our logits and maps into `folder`, and `cases.json`, which says what they are. */
export async function ourSide(folder, mirror) {
  const { loadNetwork } = built('explain/network/load-network.js');
  const { loadPhoto } = built('explain/image/load-photo.js');
  const { encodeNpy } = built('explain/npy.js');
  const { findMethod } = built('explain/methods/index.js');
  const save = (name, values, shape) => writeFileSync(path.join(folder, `${name}.npy`), encodeNpy(values, shape));
  const inMirror = (file) => path.join(mirror, 'photos', file);
  const load = async (name, files) => ({
    network: await loadNetwork(name, { mirror, offline: true }),
    files: files.map(inMirror),
  });
  const random = { network: randomResNet50(), files: [] };
  const cases = [];
  if (mirror === null) cases.push({ ...random, files: drawnScenes(folder) });
  else {
    const photos = photosOf(mirror);
    cases.push(await load('squeezenet1_0-deep-compression', photos.imagenet));
    cases.push(await load('mobilenet_v1_0.75_192', photos.imagenet));
    cases.push(await load('resnet20-cifar10', photos.cifar));
    cases.push(await load('resnet18-ants-bees-dogs-wolves', photos.animals));
    cases.push({ ...random, files: photos.imagenet.slice(0, 1).map(inMirror) });
  }
  const written = [];
  for (const { network, files } of cases) {
    console.log(`${network.title}: ${files.length} photos`);
    const side = network.inputShape[0];
    const occlusion = {
      size: [side >> 2, Math.floor(side / 3)],
      stride: [side >> 3, Math.floor(side / 6)],
      fill: 'black',
    };
    const maps = [];
    for (const [i, file] of files.entries()) {
      const photo = await loadPhoto(file);
      for (const name of methods) {
        const map = await findMethod(name).run(network, photo, { occlusion, 'integrated-gradients': { steps } }[name]);
        save(`${network.name}-${i}-${map.method}`, map.values, [map.height, map.width]);
        if (map.method === 'cam') maps.push({ file, target: map.target.index });
      }
    }
    const logits = await logitsOf(network, files);
    save(`${network.name}-logits`, logits.values, logits.shape);
    const { name, title, architecture, preprocessing, classes } = network;
    written.push({ name, title, architecture, preprocessing, classes: classes.length, occlusion, steps, photos: maps });
  }
  const accuracy = mirror === null ? [] : await accuracies(mirror, cases, save);
  writeFileSync(path.join(folder, 'cases.json'), JSON.stringify({ networks: written, accuracy }));
}

/** Logits on every labelled photo: ResNet-20 on CIFAR's test images, SqueezeNet on one ImageNet photo a class. */
async function accuracies(mirror, cases, save) {
  const [squeezenet, resnet20] = [0, 2].map((i) => cases[i].network);
  const cifar = resnet20.classes.flatMap((label, index) => {
    const folder = path.join(mirror, 'photos/cifar10-test', label);
    return readdirSync(folder)
      .sort()
      .map((file) => ({ file: path.join(folder, file), index }));
  });
  const folder = path.join(mirror, 'photos/canines-and-insects');
  const { findClass } = built('explain/target.js');
  const imagenet = readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const label = /^n\d+_(.+)\.JPEG$/.exec(file)?.[1].replaceAll('_', ' ');
      return label === undefined ? [] : [{ file: path.join(folder, file), index: findClass(squeezenet, label) }];
    });
  const sets = [];
  for (const [network, photos, what] of [
    [resnet20, cifar, 'CIFAR-10 test images'],
    [squeezenet, imagenet, 'ImageNet photos'],
  ]) {
    const logits = await logitsOf(
      network,
      photos.map(({ file }) => file),
    );
    save(`${network.name}-accuracy`, logits.values, logits.shape);
    sets.push({ name: network.name, what, photos });
  }
  return sets;
}
