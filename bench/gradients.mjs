import path from 'node:path';
import { alternate } from './alternate.mjs';
import { benchNetwork, benchPhoto, built, forwardWork, handOver, readFloats, seconds, titles } from './networks.mjs';
import { median, rangeOf, shareOfRange } from './numbers.mjs';

/** Rows of the saliency map of every network of the plan, network by network: forward and backward to the input. */
export async function* gradientRows(plan, { peers, folder, mirror, log }) {
  const side = 224;
  for (const architecture of plan.gradients) {
    log(`gradients: ${titles[architecture]}`);
    const network = await benchNetwork(architecture, side, mirror);
    const photo = benchPhoto(side);
    const input = built('explain/image/prepare.js').prepareInput(photo, network.preprocessing);
    const target = await handOver(network, input, peers, folder);
    const out = path.join(folder, 'gradient.f32');
    const { saliency } = built('explain/methods/saliency.js');
    const session = built('explain/network/executors/gradient.js').openGradient(network);
    const weights = new Float32Array(1000);
    weights[target] = 1;
    const first = await seconds(() => saliency(network, photo, { target }));
    let map = null;
    let slope = null;
    const sides = [
      { name: 'PyTorch', run: async () => (await peers.ask('gradient', { target, out })).seconds },
      {
        name: 'Whylight, saliency',
        way: 'saliency',
        run: async () => {
          const { took, result } = await seconds(() => saliency(network, photo, { target }));
          map = result.values;
          return took;
        },
      },
      {
        name: 'Whylight, each further gradient',
        run: async () => {
          const { took, result } = await seconds(() => session.run(input.values, 1, weights));
          slope = result.gradients;
          return took;
        },
      },
    ];
    const times = await alternate(
      sides.map(({ run }) => run),
      { repeats: 4 * plan.repeats, warmUp: 2 },
    );
    session.close();
    const theirs = readFloats(out);
    const { channelMaximum } = built('explain/methods/channel-reduction.js');
    const found = [null, map, channelMaximum(slope, 3), first.result.values];
    times.push(times[0].map(() => first.took));
    const all = [...sides, { name: 'Whylight, the first saliency: uploads and compiles', way: null }];
    const rows = all.map(({ name, way = null }, i) => {
      log(`    ${name}: ${(1000 * median(times[i])).toFixed(1)} ms`);
      return {
        section: 'gradients',
        cell: `${network.title}, ${side} px`,
        architecture,
        side,
        name,
        way,
        ours: name.startsWith('Whylight'),
        peer: name === 'PyTorch' ? 'PyTorch' : null,
        unit: 'map',
        items: 1,
        of: 1,
        seconds: times[i],
        each: median(times[i]),
        difference: found[i] === null ? null : shareOfRange(found[i], theirs),
        // Gradients jump where a ReLU's input is zero but for rounding: on how many pixels they differ says more.
        differing: found[i] === null ? null : differing(found[i], theirs),
        work: 2 * forwardWork(network),
      };
    });
    yield rows;
  }
}

/** Share of the pixels that are more than a thousandth of the range apart. */
function differing(got, wanted) {
  const limit = rangeOf(wanted) / 1000;
  return got.reduce((sum, value, i) => sum + (Math.abs(value - wanted[i]) > limit ? 1 : 0), 0) / got.length;
}
