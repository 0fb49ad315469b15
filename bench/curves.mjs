import { fullPasses } from './full-passes.mjs';
import { benchNetwork, benchPhoto, built, forwardWork, seconds, titles } from './networks.mjs';
import { median, shareOfRange } from './numbers.mjs';
import { alternateWithPeaks } from './peak.mjs';

/**
 * Rows of deletion by regions: each cell of a grid removed alone, by windows and by whole passes. Steps that remove one cell
 * after another are whole passes.
 */
export async function* curveRows(plan, { mirror, log }) {
  const side = 224;
  const { occlusion, positions } = built('explain/methods/occlusion.js');
  for (const architecture of plan.curves.networks) {
    log(`curves: ${titles[architecture]}`);
    const network = await benchNetwork(architecture, side, mirror);
    const photo = benchPhoto(side);
    const input = built('explain/image/prepare.js').prepareInput(photo, network.preprocessing);
    const { mean, std } = network.preprocessing;
    const fill = mean.map((m, i) => -m / std[i]);
    const first = await occlusion(network, photo, { size: side, stride: side });
    const target = first.target.index;
    for (const size of [28, 14]) {
      const starts = positions(side, size, size);
      const grid = { size, tops: starts, lefts: starts };
      const count = starts.length ** 2;
      const full = fullPasses({ network, input, target, fill }, grid, count);
      const drops = [];
      const sides = [
        { name: `Every pass whole, batch ${full.batch}`, run: () => full.run() },
        {
          name: 'Windows',
          run: async () => {
            const { grid: scores, target: explained } = await occlusion(network, photo, { target, size, stride: size });
            return scores.logits.map((logit) => explained.logit - logit);
          },
        },
      ];
      const timed = sides.map(({ run }, i) => ({
        run: async () => {
          const { took, result } = await seconds(run);
          drops[i] = result;
          return took;
        },
      }));
      const { times, peaks } = await alternateWithPeaks(timed, { repeats: plan.repeats });
      full.close();
      yield sides.map(({ name }, i) => {
        log(`    cells of ${size} px, ${name}: ${((1000 * median(times[i])) / count).toFixed(2)} ms`);
        return {
          section: 'curves',
          cell: `Deletion by regions, ${titles[architecture]}, ${side} px, ${count} cells of ${size} px, each alone`,
          architecture,
          side,
          name: `Whylight, ${name[0].toLowerCase()}${name.slice(1)}`,
          way: i === 0 ? 'full' : 'windows',
          ours: i === 1,
          peer: i === 0 ? 'whole passes' : null,
          unit: 'cell',
          items: count,
          of: count,
          seconds: times[i],
          each: median(times[i]) / count,
          peak: peaks[i],
          difference: i === 0 ? null : shareOfRange(drops[1], drops[0]),
          work: i === 0 ? forwardWork(network) : null,
        };
      });
    }
  }
}
