import { findMeasure, measures } from '../explain/measures';
import { methods } from '../explain/methods';
import { obstacle } from '../explain/methods/obstacle';
import type { Network } from '../explain/network/network';
import { twinless } from './evaluate';

/** What is evaluated where nobody says. */
export interface Preset {
  readonly scenes: number;
  readonly methods: readonly string[];
  readonly measures: readonly string[];
  /** Options of methods and measures, by their names. */
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const fastMethods = [
  'saliency',
  'input-x-gradient',
  'integrated-gradients',
  'guided-backpropagation',
  'occlusion',
  'cam',
  'grad-cam',
];
const fastMeasures = [
  'deletion',
  'symmetric-relevance-gain',
  'mu-fidelity',
  'randomisation',
  'relevance-mass',
  'pointing-game',
  'redrawn-order',
  'redrawn-share',
];

/** `fast`: a class can wait for it; `thorough`: every method and measure, with more of what is drawn by chance. */
export const presets: Readonly<Record<'fast' | 'thorough', () => Preset>> = {
  fast: () => ({
    scenes: 20,
    methods: fastMethods,
    measures: fastMeasures,
    options: { 'integrated-gradients': { steps: 20 }, occlusion: { size: 16, stride: 16 } },
  }),
  thorough: () => ({
    scenes: 100,
    methods: methods.map(({ name }) => name),
    measures: measures.map(({ name }) => name),
    // Twenty noisy inputs, the measure's own default, are 120 maps of each method on a network of five blocks; these are 24.
    options: { rise: { masks: 2000 }, lime: { samples: 500 }, 'smooth-randomisation': { samples: 4 } },
  }),
};

/**
 * The measures of a list that a network can be asked; of those that a network cannot, why not. One that a person named
 * stays, and is refused where no network can be asked it.
 */
export function measuresFor(
  networks: readonly Network[],
  names: readonly string[],
  twins: ReadonlyMap<string, Network>,
  request: readonly string[],
): { readonly fit: readonly string[]; readonly omissions: readonly string[] } {
  const needing = names.filter((name) => findMeasure(name).needs.includes('twin'));
  const without = networks.filter(({ name }) => !twins.has(name));
  const omissions = needing.flatMap((measure) => without.map(({ name }) => twinless(measure, name)));
  const none = without.length === networks.length;
  return { fit: names.filter((name) => !none || !needing.includes(name) || request.includes(name)), omissions };
}

/** The methods of a list that every network can be asked by; of the others, why not. */
export function methodsFor(
  networks: readonly Network[],
  names: readonly string[],
): { readonly fit: readonly string[]; readonly omissions: readonly string[] } {
  const omissions: string[] = [];
  const fit = names.filter((name) => {
    const method = methods.find((one) => one.name === name)!;
    const reason = networks.map((network) => obstacle(method, network)).find((one) => one !== null);
    if (reason !== undefined && reason !== null) omissions.push(`${name} is left out: ${reason}`);
    return !reason;
  });
  return { fit, omissions };
}
