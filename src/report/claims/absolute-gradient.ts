import { z } from 'zod';
import { type GradientDiscrimination, gradientDiscrimination } from '../../analyses/gradient-discrimination';
import { rivalScenes } from '../../analyses/rival-scenes';
import { classify } from '../../explain/classify';
import type { ImageSample } from '../../explain/image/sample';
import type { Network } from '../../explain/network/network';
import { estimatesFigure } from '../../plots/estimates';
import { called } from '../network-names';
import { decimal } from '../numbers';
import { type Verdict, verdict } from '../prose/grammar';
import { prose, ref, sentences } from '../prose/make';
import { type ClaimsSettings, type ClaimTools, defineClaim } from './claim';
import { type Finding, verdictOfAll } from './verdict';
import { correlationWords, spoken } from './words';

/** Maps that correlate by less are not alike. */
const ALIKE = 0.5;
/** Correlations that differ by less are the same. */
const LOST = 0.1;

const keys = {
  /** Photos on which it is measured as well, for their two best classes, and the network for it. */
  photos: z.strictObject({ network: z.string().min(1), files: z.array(z.string().min(1)).min(2) }).optional(),
};

interface Result {
  readonly scenes: GradientDiscrimination;
  readonly photos: GradientDiscrimination | null;
}

function findingsOf({ absolute, lost }: GradientDiscrimination, of: Finding['of']): Finding[] {
  const on = of === 'photos' ? ', photos' : '';
  return [
    { measure: `correlation, absolute maps${on}`, estimate: absolute, unit: 'r', above: ALIKE, of },
    { measure: `the same less with sign${on}`, estimate: lost, unit: 'r', above: LOST, of },
  ];
}

/** The pictures on which the numbers are no identity. */
const measured = ({ scenes, photos }: Result) =>
  [
    { of: 'scenes' as const, where: 'On drawn scenes', pictures: 'scene', result: scenes },
    { of: 'photos' as const, where: 'On photos', pictures: 'photo', result: photos },
  ].flatMap(({ result, ...one }) =>
    result === null || result.byConstruction ? [] : [{ ...one, result, verdict: verdictOf(result) }],
  );

const verdictOf = (result: GradientDiscrimination): Verdict => verdictOfAll(findingsOf(result, 'scenes'));

function judgement(result: GradientDiscrimination): string {
  return verdict(verdictOf(result), {
    holds: `The absolute maps correlate by more than ${ALIKE}, and by more than ${LOST} more than those with sign: the claim holds.`,
    fails:
      result.absolute.high < ALIKE
        ? `The absolute maps correlate by less than ${ALIKE}, so they differ from class to class as well: the claim fails.`
        : `The sign lowers the correlation by less than ${LOST}: the absolute value tells the classes apart as well, and the claim fails.`,
    open: `That does not settle whether the absolute maps correlate by more than ${ALIKE}, and by ${LOST} more than those with sign: the claim stays open.`,
  });
}

const numbers = ({ absolute, signed, lost }: GradientDiscrimination) =>
  `correlate by ${correlationWords(absolute)} and the gradients with their sign by ${correlationWords(signed)}, a difference of ${correlationWords(lost)}`;

async function onScenes(network: Network, { scenes, seed }: ClaimsSettings, { measure, ...run }: ClaimTools) {
  const options = { scenes, seed };
  return measure({ name: 'C1', detail: `on ${scenes} scenes`, networks: [network], options }, () => {
    const pairs = [...rivalScenes(network, options)].map(({ scene, kinds }) => ({
      photo: scene.image,
      classes: kinds,
    }));
    return gradientDiscrimination(network, pairs, run);
  });
}

async function onPhotos(network: Network, files: readonly string[], { measure, photo, ...run }: ClaimTools) {
  const photos: ImageSample[] = [];
  for (const file of files) photos.push(await photo(file));
  const options = photos.map(({ source, sha256 }) => [source, sha256]);
  return measure({ name: 'C1', detail: `on ${photos.length} photos`, networks: [network], options }, async () => {
    const pairs = [];
    for (const one of photos) {
      const [best, second] = (await classify(network, one)).classes;
      pairs.push({ photo: one, classes: [best!.index, second!.index] as const });
    }
    return gradientDiscrimination(network, pairs, run);
  });
}

export const absoluteGradient = defineClaim<typeof keys, Result>({
  role: 'claim',
  id: 'C1',
  title: 'The absolute gradient does not tell classes apart',
  introduction: 'the absolute gradient does not tell classes apart',
  methods: ['saliency'],
  keys,
  example: `  # Photos on which it is measured as well, for their two best classes, and the network for it.
  # photos: { network: resnet18, files: [photos/my-wolf.jpg, photos/my-dog.jpg] }`,
  networks: ({ network, photos }) => [network, ...(photos === undefined ? [] : [photos.network])],
  withPhotos: (settings, name) => {
    const { photos } = settings;
    return photos === undefined ? settings : { ...settings, photos: { ...photos, files: photos.files.map(name) } };
  },
  measure: async (settings, tools) => {
    const { photos } = settings;
    return {
      scenes: await onScenes(await tools.network(settings.network), settings, tools),
      photos: photos === undefined ? null : await onPhotos(await tools.network(photos.network), photos.files, tools),
    };
  },
  subjects: ({ result }) => measured(result).map(({ of, result }) => ({ findings: findingsOf(result, of) })),
  figure: ({ result }) => {
    const rows = measured(result).flatMap(({ of, result: { absolute, signed } }) => [
      { name: `${of}, absolute`, estimate: absolute },
      { name: `${of}, with sign`, estimate: signed },
    ]);
    if (rows.length === 0) return null;
    const estimates = rows.map(({ estimate }) => estimate);
    return estimatesFigure(
      rows.map(({ name }) => name),
      [{ name: 'correlation', estimates }],
      {
        quantity: 'correlation of two classes’ gradient maps',
        range: [-1, 1],
        alt: `Points with intervals: ${rows.map(({ name, estimate }) => spoken(name, estimate, 1, 2)).join('; ')}.`,
        caption:
          'C1: correlation between the gradient maps of two classes of one picture, absolute and with sign; means with 95 % intervals.',
      },
    );
  },
  section: ({ result: { scenes, photos }, networks, names }, figure) => {
    const [network, onPhotos] = networks.map((one) => called(names, one));
    return [
      scenes.byConstruction
        ? prose`For ${network} there is nothing to measure: it has one logit for two classes, so the two gradients differ by their sign alone, and the absolute maps are equal by construction.`
        : prose`In ${String(scenes.absolute.count)} scenes with two animals the saliency maps of their two classes, computed for ${network}, ${numbers(scenes)} (${ref(figure)}). ${judgement(scenes)}`,
      photos === null
        ? []
        : photos.byConstruction
          ? prose`The same goes for the photos and ${onPhotos}, which has one logit too.`
          : prose`On ${String(photos.absolute.count)} photos the maps of the two best classes, computed for ${onPhotos}, ${numbers(photos)} (${ref(figure)}). ${judgement(photos)}`,
    ];
  },
  abstract: ({ result }) => {
    const [first] = measured(result);
    if (first === undefined) return null;
    const { absolute, signed } = first.result;
    return [
      `The saliency maps of two classes of one ${first.pictures} correlate by ${decimal(absolute.value)}, with their sign by ${decimal(signed.value)}.`,
    ];
  },
  discussion: ({ result }) => {
    const all = measured(result);
    const sentence = (where: string, of: Verdict, { absolute, signed }: GradientDiscrimination) =>
      verdict(of, {
        holds: `${where} the absolute gradients of two classes correlate by ${decimal(absolute.value)}, those with sign by ${decimal(signed.value)}: what tells the classes apart is the sign, so the map belongs beside a method that keeps it.`,
        fails:
          absolute.high < ALIKE
            ? `${where} the absolute gradients of two classes correlate by less than ${ALIKE}, against what the source report supposes.`
            : `${where} the absolute gradient tells two classes apart as well as the sign does, to within a correlation of ${LOST}.`,
        open: `${where} the numbers do not decide whether the absolute gradient is blind to the class.`,
      });
    return all.length === 0
      ? null
      : sentences(...all.map(({ where, verdict, result }) => sentence(where, verdict, result)));
  },
  sample: ({ result: { scenes, photos } }) =>
    [
      `${scenes.absolute.count} scenes of two animals`,
      ...(photos === null ? [] : [`${photos.absolute.count} photos`]),
    ].join(' and '),
});
