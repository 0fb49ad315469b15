import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { pointingChance } from '../../analyses/cam-pointing';
import { rivalSet } from '../../analyses/claim-scenes';
import type { PooledMaps, PooledOutcome, Pooling, PoolingCompared } from '../../analyses/pooling-compared';
import { poolingSample, poolingSeries } from '../../analyses/pooling-trainings';
import { trainingOutcomes } from '../../analyses/scene-trainings';
import { WhylightError } from '../../explain/errors';
import { cardFolders } from '../../explain/network/card';
import type { Estimate } from '../../explain/statistics/estimate';
import { estimatesFigure } from '../../plots/estimates';
import { percentage } from '../numbers';
import { inWords, type Verdict, verdict } from '../prose/grammar';
import { list, prose, ref, tableRef } from '../prose/make';
import { defineClaim } from './claim';
import { type Detail, difference, MARGIN, verdictOf } from './verdict';
import { comparison, share, spoken } from './words';

const keys = {
  /** One of the networks, on whose input chance is measured, and the file in `networks` with the trainings' outcomes. */
  pooling: z.strictObject({ network: z.string().min(1), trainings: z.string().min(1) }).optional(),
};

interface PoolingResult extends PoolingCompared {
  /** Share of the cases in which the picture's centre, and a point at random, would have hit. */
  readonly centre: Estimate;
  readonly point: Estimate;
  /** Px by which a peak may miss the animal. */
  readonly tolerance: number;
}

const titles: Readonly<Record<Pooling, string>> = {
  average: 'global average pooling',
  maximum: 'global maximum pooling',
  flat: 'four quarters side by side',
};

const findingsOf = ({ others }: PoolingCompared) =>
  others.map(({ pooling, gain }) => difference(`more peaks on own animal: ${titles[pooling]}`, gain));

/** The claim is that one other pooling does better: one is enough, and none is needed to rule it out. */
function answerOf(result: PoolingCompared): Verdict {
  const answers = findingsOf(result).map(verdictOf);
  return answers.includes('holds') ? 'holds' : answers.every((one) => one === 'fails') ? 'fails' : 'open';
}

const placeOf = (name: string) => {
  const places = cardFolders().map((folder) => path.join(folder, `${name}.json`));
  const place = places.find((one) => existsSync(one));
  if (place === undefined) throw new WhylightError(`no trainings ${name}: there is no ${places.join(' and no ')}`);
  return place;
};

export const pooling = defineClaim<typeof keys, PoolingResult>({
  role: 'claim',
  id: 'C6',
  title: 'Global average pooling is to blame',
  introduction: 'global average pooling may be to blame for what class activation maps miss',
  methods: ['grad-cam'],
  intervals: ['crossed'],
  keys,
  example: `  # A network of the series, and the outcomes that whylight trainings poolings left in the folder networks.
  # pooling: { network: scenes-average-seed-1, trainings: poolings }`,
  networks: ({ pooling }) => (pooling === undefined ? [] : [pooling.network]),
  measure: async ({ pooling }, { network: find, measure, photo: _, ...run }) => {
    const place = placeOf(pooling!.trainings);
    const network = await find(pooling!.network);
    const sha256 = createHash('sha256').update(readFileSync(place)).digest('hex');
    const options = { ...poolingSample, sha256 };
    const { scenes } = poolingSample;
    return measure({ name: 'C6', detail: `on ${scenes} scenes`, networks: [network], options }, async () => {
      const compared = poolingSeries(await trainingOutcomes<PooledOutcome>(place));
      return { ...compared, ...(await pointingChance(network, poolingSample, run)) };
    });
  },
  scenes: (_, [network]) => [rivalSet(network!, poolingSample, 'pooling')],
  subjects: ({ result }) => findingsOf(result).map((finding) => ({ findings: [finding], question: 'is it better?' })),
  details: ({ result: { average, others, centre, point } }) => ({
    caption: 'peaks on the own animal by pooling, for other scenes and other trainings, and by chance',
    rows: [
      ...[average, ...others].map(
        ({ pooling, pointing }): Detail => ({ measure: titles[pooling], estimate: pointing, unit: '%' }),
      ),
      { measure: 'the centre of the picture', estimate: centre, unit: '%' },
      { measure: 'a point at random', estimate: point, unit: '%' },
    ],
  }),
  figure: ({ result: { average, others, tolerance, centre } }) => {
    const maps = [average, ...others];
    return estimatesFigure(
      maps.map(({ pooling }) => titles[pooling]),
      [{ name: 'peak on the own animal', estimates: maps.map(({ pointing }) => pointing) }],
      {
        quantity: 'share, %',
        scale: 100,
        range: [0, 102],
        alt: `Points with intervals. ${maps.map(({ pooling, pointing }) => spoken(titles[pooling], pointing)).join('; ')}.`,
        caption: `C6: Grad-CAM maps whose peak lies on the class’s own one of two animals (within ${tolerance} px; the picture’s centre would hit in ${percentage(centre.value)}), by what stands before the linear head; means over ${average.trainings} trainings of each and ${average.pointing.count} scenes, with 95 % intervals for other trainings and other scenes.`,
      },
    );
  },
  section: ({ result }, figure, table) => {
    const { average, others, scenes } = result;
    const right = ({ right: [least, most] }: PooledMaps) =>
      `right on ${percentage(least)} to ${percentage(most)} of newly drawn single animals`;
    const each = ({ byTraining }: PooledMaps) => list(byTraining.map((value) => percentage(value)));
    return [
      prose`The source report closes with the guess that another pooling would localise better. To test it, ${inWords(average.trainings)} small networks were trained with each of three poolings before the linear head, and their Grad-CAM maps are asked whether they peak on the class’s own one of two animals, in ${String(scenes)} scenes (${ref(figure)}, ${tableRef(table)}). Grad-CAM needs no pooled head; it averages the gradient over the map, so a head that tells places apart is explained less exactly than one that does not. With ${titles.average} (${right(average)}) the peak lies on the own animal in ${share(average.pointing)} of the maps; training by training in ${each(average)}.`,
      ...others.map(
        (other) =>
          prose`With ${titles[other.pooling]} (${right(other)}) it does in ${share(other.pointing)}, training by training in ${each(other)}: ${comparison(other.gain, 'more often', 'less often')} on the same scenes.`,
      ),
      prose`The intervals are for other trainings and other scenes; those of the ${inWords(others.length)} differences hold together. ${verdict(
        answerOf(result),
        {
          holds: 'The guess holds for one of the other poolings at least.',
          fails: `The guess fails: no other pooling points better by more than ${100 * MARGIN} percentage points.`,
          open: 'The guess stays open.',
        },
      )}`,
    ];
  },
  abstract: ({ result: { average, others } }) =>
    prose`Over ${inWords(average.trainings)} trainings of each pooling Grad-CAM peaks on the own animal ${list(
      others.map(({ pooling, gain }) => `${comparison(gain, 'more often', 'less often')} with ${titles[pooling]}`),
    )} than with ${titles.average}.`,
  discussion: ({ result }) => {
    const better = result.others.filter(({ gain }) => gain.low > MARGIN);
    return verdict(answerOf(result), {
      holds: prose`Part of what the maps miss goes with global average pooling: with ${list(better.map(({ pooling }) => titles[pooling]))} they point better.`,
      fails: prose`That global average pooling is to blame for what the maps miss is not borne out: no other pooling points better by more than ${String(100 * MARGIN)} percentage points.`,
      open: prose`Whether global average pooling is to blame for what the maps miss, these networks do not decide.`,
    });
  },
  sample: ({ result: { average, scenes } }) => `${scenes} scenes of two animals, ${average.trainings} trainings each`,
});
