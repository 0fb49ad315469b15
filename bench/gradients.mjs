import path from 'node:path';
import { benchNetwork, benchPhoto, built, forwardWork, handOver, readFloats, seconds, titles } from './networks.mjs';
import { median, rangeOf, shareOfRange } from './numbers.mjs';
import { alternateWithPeaks, peak, restartPeak } from './peak.mjs';

/** The layer that Grad-CAM reads, by PyTorch's name. */
const layers = { squeezenet1_0: 'classifier.2', resnet18: 'layer4', resnet50: 'layer4', vgg16: 'features.29' };

/**
 * Rows of gradients of every network of the plan: the saliency map as a person calls it; then, of batches of one and of eight
 * photos, the gradient at the input and at the layer that Grad-CAM reads.
 */
export async function* gradientRows(plan, { peers, folder, mirror, log }) {
  const side = 224;
  for (const architecture of plan.gradients) {
    log(`gradients: ${titles[architecture]}`);
    const network = await benchNetwork(architecture, side, mirror);
    const photo = benchPhoto(side);
    const input = built('explain/image/prepare.js').prepareInput(photo, network.preprocessing);
    const target = await handOver(network, input, peers, folder);
    const setting = { network, photo, input, target, side, peers, log, out: path.join(folder, 'gradient.f32') };
    yield await saliencyRows(plan, setting);
    for (const batch of plan.batches.includes(architecture) ? [1, 8] : []) {
      for (const layer of [null, layers[architecture]]) yield await batchRows(plan, setting, { batch, layer });
    }
  }
}

async function saliencyRows(plan, { network, photo, target, side, peers, log, out }) {
  const { saliency } = built('explain/methods/saliency.js');
  restartPeak();
  const first = await seconds(() => saliency(network, photo, { target }));
  const firstPeak = peak();
  let map = null;
  const sides = [
    { name: 'PyTorch', run: () => peers.ask('gradient', { target, out }) },
    {
      name: 'Whylight, saliency',
      way: 'saliency',
      run: async () => {
        const { took, result } = await seconds(() => saliency(network, photo, { target }));
        map = result.values;
        return took;
      },
    },
  ];
  const { times, peaks } = await alternateWithPeaks(sides, { repeats: 4 * plan.repeats, warmUp: 2 });
  const theirs = channelMaximum(readFloats(out));
  times.push(times[0].map(() => first.took));
  peaks.push(firstPeak);
  const maps = [null, map, first.result.values];
  const all = [...sides, { name: 'Whylight, the first saliency: uploads and compiles', way: null }];
  return all.map(({ name, way = null }, i) => {
    log(`    ${name}: ${(1000 * median(times[i])).toFixed(1)} ms`);
    const work = 2 * forwardWork(network);
    const about = { network, side, cell: '', name, way, unit: 'map', items: 1, times: times[i], peak: peaks[i] };
    return row({ ...about, work }, maps[i], theirs);
  });
}

async function batchRows(plan, { network, input, target, side, peers, log, out }, { batch, layer }) {
  const { chooseLayers } = built('explain/methods/layer-map.js');
  const at = layer === null ? undefined : chooseLayers(network).layers[0];
  const session = built('explain/network/executors/gradient.js').openGradient(network, { at });
  const weights = new Float32Array(1000);
  weights[target] = 1;
  const values = new Float32Array(batch * input.values.length);
  for (let i = 0; i < batch; i++) values.set(input.values, i * input.values.length);
  let slope = null;
  const sides = [
    { name: 'PyTorch', run: () => peers.ask('gradient', { target, batch, layer, out }) },
    {
      name: 'Whylight',
      way: `batch ${batch}`,
      run: async () => {
        const { took, result } = await seconds(() => session.run(values, batch, weights));
        slope = result.gradients.subarray(0, result.gradients.length / batch);
        return took;
      },
    },
  ];
  const { times, peaks } = await alternateWithPeaks(sides, { repeats: 2 * plan.repeats, warmUp: 2 });
  session.close();
  const theirs = readFloats(out);
  const cell = `, gradient at ${layer === null ? 'the input' : 'the layer of Grad-CAM'}, batch ${batch}`;
  return sides.map(({ name, way = null }, i) => {
    log(`    ${cell.slice(2)}, ${name}: ${((1000 * median(times[i])) / batch).toFixed(1)} ms a photo`);
    const passes = layer === null ? 2 : 1;
    const about = { network, side, cell, name, way, unit: 'photo', items: batch, times: times[i], peak: peaks[i] };
    return row({ ...about, work: passes * forwardWork(network) }, i === 0 ? null : slope, theirs);
  });
}

function row({ network, side, cell, name, way, unit, items, times, peak: most, work }, values, theirs) {
  return {
    section: 'gradients',
    cell: `${network.title}, ${side} px${cell}`,
    architecture: network.architecture,
    side,
    name,
    way,
    ours: name.startsWith('Whylight'),
    peer: name === 'PyTorch' ? 'PyTorch' : null,
    unit,
    items,
    of: items,
    seconds: times,
    each: median(times) / items,
    peak: most,
    difference: values === null ? null : shareOfRange(values, theirs),
    // Gradients jump where a ReLU's input is zero but for rounding: on how many values they differ says more.
    differing: values === null ? null : differing(values, theirs),
    work,
  };
}

const channelMaximum = (slope) => built('explain/methods/channel-reduction.js').channelMaximum(slope, 3);

/** Share of the values that are more than a thousandth of the range apart. */
function differing(got, wanted) {
  const limit = rangeOf(wanted) / 1000;
  return got.reduce((sum, value, i) => sum + (Math.abs(value - wanted[i]) > limit ? 1 : 0), 0) / got.length;
}
