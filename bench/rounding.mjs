import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { built } from './networks.mjs';
import { median } from './numbers.mjs';

const help = `node bench/rounding.mjs [options]

Makes maps exactly and at --quality good, and compares the largest difference of each pair with the bound that the
result states: its factors are such that it holds for 95 % of the maps. Every second map serves to
find a factor, the others are held out. Needs a processor that gains by bfloat16.

  --mirror DIR    where photos and weights lie; without it drawn scenes and their networks alone
  --photos N      photos for each network (default 8)
  --methods LIST  by comma: occlusion, rise, lime, score-cam, ablation-cam (default: all)
  --networks LIST by comma (default: all that there are)`;

const { values } = parseArgs({
  options: {
    mirror: { type: 'string', default: process.env.WHYLIGHT_MIRROR },
    photos: { type: 'string', default: '8' },
    methods: { type: 'string', default: 'occlusion,rise,lime,score-cam,ablation-cam' },
    networks: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Networks of several kinds and sizes, and what each explains; few copies, for the errors matter here and not the maps. */
const trials = [
  { network: 'scenes-fair', photos: 'scenes', layer: 'layer2' },
  { network: 'scenes-animals', photos: 'scenes', layer: 'layer2' },
  { network: 'resnet20-cifar10', photos: 'cifar10-test', layer: 'layer2' },
  { network: 'resnet18-ants-bees-dogs-wolves', photos: 'hymenoptera/val', layer: 'layer1' },
  { network: 'squeezenet1_0-deep-compression', photos: 'canines-and-insects', layer: 'features.3' },
];

const { loadNetwork } = built('explain/network/load-network.js');
const { loadPhoto } = built('explain/image/load-photo.js');
const { methods } = built('explain/methods/index.js');
const { rankCorrelation } = built('explain/statistics/rank-correlation.js');

/** Scenes that the drawn networks know, or photos of a folder of the mirror, spread over it. */
async function photosFor({ photos }, count) {
  if (photos === 'scenes') {
    const { drawScene } = built('scenes/scene.js');
    const { singleScene } = built('scenes/study-scenes.js');
    const kinds = ['wolf', 'dog', 'bee', 'ant'];
    const scene = (i) => singleScene(kinds[i % kinds.length], { background: i % 2 ? 'grass' : 'snow', seed: i });
    return Array.from({ length: count }, (_, i) => drawScene(scene(i)).image);
  }
  const folder = path.join(values.mirror ?? '', 'photos', photos);
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(?:jpe?g|png)$/i.test(name))
    .sort();
  const chosen = Array.from({ length: count }, (_, i) => files[Math.floor((i * files.length) / count)]);
  return Promise.all(chosen.map((name) => loadPhoto(path.join(folder, name))));
}

/** Options that make a map of some seconds. */
function optionsOf(method, { inputShape: [side] }, layer) {
  if (method === 'occlusion') return { size: Math.ceil(side / 8), stride: Math.ceil(side / 14) };
  if (method === 'rise') return { masks: 150 };
  if (method === 'lime') return { samples: 120 };
  return layer === undefined ? {} : { layer };
}

const range = (map) => map.reduce((a, b) => Math.max(a, b)) - map.reduce((a, b) => Math.min(a, b));

/** Of a pair of maps: the largest difference and the bound stated, as shares of the range, and the rank correlation. */
async function pair(method, network, photo, options) {
  const exact = await method.run(network, photo, options);
  const good = await method.run(network, photo, { ...options, quality: 'good' });
  if (good.options.precision !== 'bfloat16') throw new Error(good.notes.join('; '));
  const note = good.notes.find((one) => one.includes('by at most'));
  const bound = Number(/by at most ([\d.e+-]+) %/.exec(note)?.[1]) / 100;
  // Of an occlusion map the positions are what the bound is for, of the others the pixels.
  const [is, was] = [good, exact].map((map) => (map.grid ? map.grid.logits : (map.coarse?.values ?? map.values)));
  const most = is.reduce((largest, value, i) => Math.max(largest, Math.abs(value - was[i])), 0);
  return { off: most / range(was), bound, rank: rankCorrelation([...is], [...was]) };
}

const quantile = (all, share) => [...all].sort((a, b) => a - b)[Math.ceil(share * all.length) - 1];
const percent = (share) => `${(100 * share).toPrecision(2)} %`;

async function main() {
  if (values.help) {
    console.log(help);
    return;
  }
  const wanted = values.networks?.split(',');
  const chosen = trials.filter(
    ({ network, photos }) => (wanted?.includes(network) ?? true) && (photos === 'scenes' || values.mirror),
  );
  /** @type {Map<string, { off: number, bound: number, rank: number }[]>} */
  const pairs = new Map(values.methods.split(',').map((name) => [name, []]));
  for (const trial of chosen) {
    const network = await loadNetwork(trial.network, { mirror: values.mirror, offline: true });
    for (const photo of await photosFor(trial, Number(values.photos))) {
      for (const [name, list] of pairs) {
        const method = methods.find((one) => one.name === name);
        list.push(await pair(method, network, photo, optionsOf(name, network, trial.layer)));
      }
    }
    for (const [name, list] of pairs) {
      const own = list.slice(-Number(values.photos));
      const worst = own.map(({ off, bound }) => (off === 0 ? 0 : off / bound));
      console.log(
        `${trial.network}, ${name}: off by ${percent(median(own.map(({ off }) => off)))} of the range (median), ` +
          `${percent(Math.max(...own.map(({ off }) => off)))} at most; rank correlation ` +
          `${median(own.map(({ rank }) => rank)).toFixed(5)}; share of the bound ${worst.map((x) => x.toFixed(2)).join(' ')}`,
      );
    }
  }
  for (const [name, list] of pairs) {
    const shares = list.map(({ off, bound }) => (off === 0 ? 0 : off / bound));
    const [found, held] = [0, 1].map((odd) => shares.filter((_, i) => i % 2 === odd));
    console.log(
      `${name}: ${list.length} maps; on half of them ${quantile(found, 0.95).toFixed(2)} of the bound holds for 95 %; ` +
        `the bound holds for ${held.filter((share) => share <= 1).length} of ${held.length} held out`,
    );
  }
}

await main();
