import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { alternate } from './alternate.mjs';
import { benchNetwork, built, titles } from './networks.mjs';
import { median, shareOfRange } from './numbers.mjs';
import { peak, restartPeak } from './peak.mjs';

const require = createRequire(import.meta.url);

/** The layer that feeds the head, by its name on either side. */
const cellsOf = [
  { architecture: 'resnet18', side: 128, resize: 146, layer: 'layer4' },
  { architecture: 'squeezenet1_0', side: 224, resize: 256, layer: 'classifier.2' },
];

/**
 * Rows of a folder of photos, from their files to the results': decoding, saliency map and Grad-CAM of the best class,
 * raw maps and a picture of each, written; the network is read in the time, compiling and other first times are not.
 */
export async function* folderRows(plan, { peers, folder, log }) {
  const photos = await drawnPhotos(path.join(folder, 'photos'), plan.folderPhotos);
  for (const { architecture, side, resize, layer } of cellsOf.filter(plan.keepFolder)) {
    log(`folders: ${titles[architecture]}, ${side} px`);
    const card = await cardOf(folder, architecture, { side, resize });
    const out = (name) => {
      const place = path.join(folder, `${architecture}-${name}`);
      mkdirSync(place, { recursive: true });
      return place;
    };
    const { explainPhotos } = built('cli/explain-photos.js');
    const ours = (name, asked) => ({
      name: `Whylight, ${name}`,
      way: name,
      out: out(name.replaceAll(' ', '-')),
      run: async (place) => {
        const request = {
          network: card.file,
          mirror: folder,
          cache: false,
          method: ['saliency', 'grad-cam'],
          ...asked,
        };
        // What is there whole would be skipped.
        rmSync(place, { recursive: true, force: true });
        restartPeak();
        const started = performance.now();
        await muted(() => explainPhotos([path.dirname(photos[0])], { ...request, out: place }));
        return { seconds: (performance.now() - started) / 1000, peak: peak() };
      },
    });
    const full = ours('full pictures', { format: ['png', 'npy'] });
    // As large as ours: the first picture tells.
    await full.run(full.out);
    const { width, height } = await require('sharp')(path.join(full.out, 'photo-0.saliency.png')).metadata();
    const theirs = (name, pictures) => ({
      name: `PyTorch and pytorch-grad-cam, ${name}`,
      peer: name,
      out: out(pictures),
      run: (place) => peers.ask('folder', { ...card.peer, layer, photos, out: place, pictures, size: [width, height] }),
    });
    const sides = [
      theirs('OpenCV overlays', 'opencv'),
      theirs('matplotlib figures', 'matplotlib'),
      ours('plain overlays', { format: ['png', 'npy'], overlay: 'plain' }),
      full,
      ours('maps alone', { format: ['npy'] }),
    ];
    /** @type {number[][]} MB. */
    const peaks = sides.map(() => []);
    const times = await alternate(
      sides.map(({ run, out: place }, i) => async () => {
        const { seconds, peak: most } = await run(place);
        peaks[i].push(most);
        return seconds;
      }),
      { repeats: plan.repeats },
    );
    const reference = mapIn(sides[0].out);
    yield sides.map(({ name, way = null, peer = null, out: place }, i) => {
      log(`    ${name}: ${((1000 * median(times[i])) / photos.length).toFixed(1)} ms a photo`);
      return {
        section: 'folders',
        cell: `A folder, ${titles[architecture]}, ${side} px, saliency and Grad-CAM`,
        architecture,
        side,
        name,
        way,
        ours: peer === null,
        peer,
        unit: 'photo',
        items: photos.length,
        of: photos.length,
        seconds: times[i],
        each: median(times[i]) / photos.length,
        peak: Math.max(...peaks[i]),
        difference: i === 0 ? null : shareOfRange(mapIn(place), reference),
        work: null,
      };
    });
  }
}

/** The saliency map of the first photo. */
function mapIn(place) {
  return built('explain/npy.js').decodeNpy(readFileSync(path.join(place, 'photo-0.saliency.npy'))).values;
}

/** Scenes of different seeds as JPEG of 560 × 448 px, as a camera's small pictures are. */
export async function drawnPhotos(place, count) {
  const { drawScene } = built('scenes/scene.js');
  const { singleScene } = built('scenes/study-scenes.js');
  mkdirSync(place, { recursive: true });
  const kinds = ['wolf', 'dog', 'bee', 'ant'];
  for (let i = 0; i < count; i++) {
    const scene = singleScene(kinds[i % 4], { seed: i, background: 'grass', width: 560, height: 448 });
    const { pixels, width, height } = drawScene(scene).image;
    const file = path.join(place, `photo-${i}.jpg`);
    await require('sharp')(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 92 })
      .toFile(file);
  }
  return readdirSync(place)
    .sort()
    .map((name) => path.join(place, name));
}

/** A card of seeded random weights, and what the peers need to load the same. */
export async function cardOf(folder, architecture, { side, resize }) {
  const { encodeSafetensors } = built('explain/network/weights/safetensors.js');
  const { parameters, preprocessing, classes } = await benchNetwork(architecture, side, null);
  const weights = path.join(folder, `${architecture}-folder.safetensors`);
  if (!existsSync(weights)) writeFileSync(weights, encodeSafetensors(parameters));
  const { mean, std } = preprocessing;
  const file = path.join(folder, `${architecture}-folder.yaml`);
  const card = {
    title: titles[architecture],
    architecture,
    weights: { file: path.basename(weights) },
    preprocessing: { resize, crop: side, mean, std },
    output: 'softmax',
    classes,
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(card));
  return {
    file,
    peer: { architecture, classes: classes.length, weights, preprocessing: { resize, crop: side, mean, std } },
  };
}

/** Runs a command without what it prints. */
async function muted(work) {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    const code = await work();
    if (code !== 0) throw new Error(`whylight explain ended with exit code ${code}`);
  } finally {
    process.stdout.write = write;
  }
}
