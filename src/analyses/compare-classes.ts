import type { Attribution } from '../explain/attribution';
import type { Classification } from '../explain/classify';
import type { ImageSample } from '../explain/image/sample';
import { withLook } from '../explain/look';
import { findMethod } from '../explain/methods';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { Target } from '../explain/target';
import { classPanel } from '../plots/class-panel';
import type { Figure } from '../plots/figure';

/** Which classes, and how they are explained. */
export interface CompareClassesOptions extends RunOptions {
  /** The targets, or how many of the best classes. Default 2. */
  readonly classes?: number | readonly Target[];
  /** A method by name. Default `cam`, and `grad-cam` for a network that has no class activation map. */
  readonly method?: string;
  /** The method's own options. Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** One method's maps of several classes. */
export interface ClassesCompared {
  readonly classification: Classification;
  readonly maps: readonly Attribution[];
  readonly figures: { readonly classes: Figure };
}

/**
 * What in the photo speaks for each of several classes? One method's map of each, on one colour scale.
 * @throws WhylightError for an unknown method or class, and for fewer than two.
 */
export async function compareClasses(
  network: Network,
  photo: ImageSample,
  { classes = 2, method = network.camNode === null ? 'grad-cam' : 'cam', options, ...run }: CompareClassesOptions = {},
): Promise<ClassesCompared> {
  const { explain } = findMethod(method);
  return withLook(network, photo, async (look) => {
    const { classification } = look;
    const best = () => classification.classes.slice(0, classes as number).map(({ index }) => index);
    const maps = await explain(look, typeof classes === 'number' ? best() : classes, { ...options, ...run });
    return { classification, maps, figures: { classes: classPanel(maps) } };
  });
}
