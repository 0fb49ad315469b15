import path from 'node:path';
import { best } from './alternate.mjs';
import { benchNetwork, benchPhoto, built, forwardWork, handOver, readFloats, seconds } from './networks.mjs';
import { median, shareOfRange } from './numbers.mjs';
import { alternateWithPeaks } from './peak.mjs';

const { roundingOf } = built('explain/quality.js');

const batches = [1, 2, 4, 8, 16, 32];

/** Rows of Score-CAM, RISE and LIME on ResNet-18 at 224 px. */
export async function* maskRows(plan, { peers, folder, mirror, log }) {
  const side = 224;
  const network = await benchNetwork('resnet18', side, mirror);
  const photo = benchPhoto(side);
  const input = built('explain/image/prepare.js').prepareInput(photo, network.preprocessing);
  const target = await handOver(network, input, peers, folder);
  const { mean, std } = network.preprocessing;
  const rise = { cells: 8, visible: 0.5, seed: 0 };
  const methods = [
    {
      name: 'Score-CAM',
      peer: 'pytorch-grad-cam',
      count: 512,
      theirs: (batch, count, out) =>
        peers.ask('score_cam', { target, batch, layer: 'layer4.1', limit: count < 512 ? count : null, out }),
      ours: (quality) => built('explain/methods/score-cam.js').scoreCam(network, photo, { target, quality }),
      values: ({ coarse }) => coarse.values,
    },
    {
      name: 'RISE',
      peer: 'the definition in PyTorch',
      count: plan.masks.rise,
      theirs: (batch, masks, out) => peers.ask('rise', { target, batch, masks, ...rise, out }),
      ours: (quality) =>
        built('explain/methods/rise.js').rise(network, photo, { target, masks: plan.masks.rise, ...rise, quality }),
      values: ({ values }) => values,
    },
    {
      name: 'LIME',
      peer: 'lime',
      count: plan.masks.lime,
      theirs: (batch, samples, out) => peers.ask('lime', { target, batch, samples, segments: 50, mean, std, out }),
      ours: (quality) =>
        built('explain/methods/lime.js').lime(network, photo, {
          target,
          samples: plan.masks.lime,
          segments: 50,
          quality,
        }),
      // Its superpixels and its random numbers are its own: the golden tests compare with both given.
      values: null,
    },
  ];
  for (const { name, peer, count, theirs, ours, values } of methods) {
    log(`${name}: ${count} passes`);
    const out = path.join(folder, `${name}.f32`);
    await theirs(1, 32, out);
    const winner = await best(batches, async (batch) => (await theirs(batch, 64, out)).seconds);
    log(`    best batch of ${peer}: ${winner}`);
    const maps = new Map();
    const own = (label, quality) => ({
      name: label,
      quality,
      run: async () => {
        const { took, result } = await seconds(() => ours(quality));
        maps.set(quality, result);
        return took;
      },
    });
    const gains = (await roundingOf('good')).precision === 'bfloat16';
    const sides = [
      { name: `${peer}, batch ${winner}`, run: () => theirs(winner, count, out) },
      own('Whylight', 'exact'),
      ...(gains ? [own('Whylight, quality good', 'good')] : []),
    ];
    const { times, peaks } = await alternateWithPeaks(sides, { repeats: plan.repeats, warmUp: 0 });
    yield sides.map((each, i) => {
      log(`    ${each.name}: ${median(times[i]).toFixed(2)} s`);
      const our = i > 0;
      const reference = each.quality === 'good' ? values?.(maps.get('exact')) : readFloats(out);
      return {
        section: 'masks',
        cell: `${name}, ${network.title}, ${side} px, ${count} passes`,
        architecture: 'resnet18',
        side,
        name: each.name,
        way: our ? (each.quality === 'exact' ? 'masks' : each.quality) : null,
        ours: our,
        peer: our ? null : peer,
        unit: 'pass',
        items: count,
        of: name === 'RISE' ? 4000 : count,
        seconds: times[i],
        each: median(times[i]) / count,
        peak: peaks[i],
        difference: our && values ? shareOfRange(values(maps.get(each.quality)), reference) : null,
        work: forwardWork(network),
      };
    });
  }
}
