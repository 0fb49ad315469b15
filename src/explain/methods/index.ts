import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { cam } from './cam';
import { occlusion } from './occlusion';
import { saliency } from './saliency';

/** One attribution method and what a person wants to know before choosing it. */
export interface Method {
  readonly name: string;
  readonly title: string;
  /** Authors and year. */
  readonly paper: string;
  readonly needsGradient: boolean;
  /** In forward passes. */
  readonly cost: string;
  /** Names of the options it takes besides the target and those of every long run. */
  readonly options: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: each method types its own options; the table only passes them on.
  readonly run: (network: Network, photo: ImageSample, options?: any) => Promise<Attribution>;
}

/** Every method, in the order in which a reader meets them. */
export const methods: readonly Method[] = [
  {
    name: 'saliency',
    title: 'Saliency map',
    paper: 'Simonyan et al. 2014',
    needsGradient: true,
    cost: 'one forward and one backward pass',
    options: [],
    run: saliency,
  },
  {
    name: 'occlusion',
    title: 'Occlusion sensitivity',
    paper: 'Zeiler and Fergus 2014',
    needsGradient: false,
    cost: 'one forward pass for each position of the occluder',
    options: ['size', 'stride', 'fill', 'seed'],
    run: occlusion,
  },
  {
    name: 'cam',
    title: 'Class activation map',
    paper: 'Zhou et al. 2016',
    needsGradient: false,
    cost: 'one forward pass',
    options: [],
    run: cam,
  },
];

/** Finds a method by name. Throws WhylightError listing all for an unknown one. */
export function findMethod(name: string): Method {
  const found = methods.find((method) => method.name === name);
  if (found === undefined) {
    throw new WhylightError(`unknown method: ${name} (known: ${methods.map((method) => method.name).join(', ')})`);
  }
  return found;
}
