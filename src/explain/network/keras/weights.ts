import { listAllowed, WhylightError } from '../../errors';
import type { Constant } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';
import type { KerasLayer, KerasWeights } from './keras-model';

/** Weights that say nothing of what a network answers. */
const idle = /^(count|seed_generator_state|seed_generator|renorm_\w+)$/;

/** A weight under its name (`conv/kernel:0`). */
export interface NamedWeight {
  readonly name: string;
  /** The outermost layer that holds it, where the file says so. */
  readonly layer: string | null;
  readonly value: Constant;
}

/** Weights under names in which the layer's own comes before the last. */
export class WeightsByName implements KerasWeights {
  readonly #asked = new Set<string>();
  readonly #byLayer = new Map<string | null, { readonly words: string; readonly weight: NamedWeight; key: string }[]>();

  constructor(private readonly all: readonly NamedWeight[]) {
    for (const weight of all) {
      const words = `/${weight.name.replace(/:\d+$/, '')}`;
      const key = keyOf(weight);
      this.#byLayer.set(weight.layer, [...(this.#byLayer.get(weight.layer) ?? []), { words, weight, key }]);
    }
  }

  of(layer: KerasLayer, parts: readonly string[]): readonly Constant[] {
    return parts.map((part) => this.#one(layer, part));
  }

  unused(): readonly string[] {
    return this.all
      .filter((weight) => !this.#asked.has(keyOf(weight)) && !idle.test(lastWord(weight.name)))
      .map(({ name }) => name);
  }

  #one(layer: KerasLayer, part: string): Constant {
    const own = this.#byLayer.get(layer.within[0] ?? layer.name) ?? this.#byLayer.get(null) ?? [];
    const names = part.split('|');
    const candidates = own.filter(({ words }) => names.some((name) => words.endsWith(`/${name}`)));
    // A file that says which layer holds a weight may know the layer itself by an older name.
    const alone = layer.within.length === 0 && own[0]?.weight.layer !== null;
    const rules = [
      ({ words }: { words: string }) => names.some((name) => words.endsWith(`/${layer.name}/${name}`)),
      ({ words }: { words: string }) => words.includes(`/${layer.name}/`),
    ];
    const matches =
      rules.map((rule) => candidates.filter(rule)).find(({ length }) => length > 0) ?? (alone ? candidates : []);
    const inside = matches.filter(({ words }) => layer.within.every((model) => words.includes(`/${model}/`)));
    const nearest = matches.length > 1 && inside.length > 0 ? inside : matches;
    if (nearest.length === 1) {
      this.#asked.add(nearest[0]!.key);
      return nearest[0]!.weight.value;
    }
    throw new WhylightError(
      nearest.length === 0
        ? `the weights hold no ${names.join(' or ')} of layer ${layer.name} (${layer.className})`
        : `the weights hold several ${names.at(-1)} of layers named ${layer.name}: ${listAllowed(
            nearest.map(({ weight }) => quoteName(weight.name)),
            4,
          )}`,
    );
  }
}

const keyOf = ({ layer, name }: NamedWeight) => `${layer ?? ''}\n${name}`;
const lastWord = (name: string) => name.replace(/:\d+$/, '').split('/').at(-1)!;

/** A layer's place in an archive, and what it holds by number. */
export interface ArchivedLayer {
  /** The layer's own name, where the archive has it. */
  readonly name: string | null;
  readonly values: ReadonlyMap<number, Constant>;
}

/** Weights of Keras' archives: by class and number of the layer, in the order in which the layer makes them. */
export class WeightsByPlace implements KerasWeights {
  readonly #asked = new Set<string>();

  /** @param places by the layer's path: `functional/conv2d_1` */
  constructor(private readonly places: ReadonlyMap<string, ArchivedLayer>) {}

  of(layer: KerasLayer, parts: readonly string[]): readonly Constant[] {
    const path = layer.archivePath.join('/');
    const place = this.places.get(path);
    const title = `layer ${layer.name} (${layer.className})`;
    if (place?.name != null && place.name !== layer.name) {
      throw new WhylightError(`where the weights of ${title} are expected, those of ${quoteName(place.name)} lie`);
    }
    if (place === undefined || place.values.size !== parts.length) {
      throw new WhylightError(
        `${title} has ${parts.length} weights, ${listAllowed(parts, 5)}, and the file ${place?.values.size ?? 0}`,
      );
    }
    this.#asked.add(path);
    return parts.map((part, i) => {
      const value = place.values.get(i);
      if (value === undefined) throw new WhylightError(`the weights hold no ${part} of ${title}`);
      return value;
    });
  }

  unused(): readonly string[] {
    return [...this.places]
      .filter(([path, { values }]) => values.size > 0 && !this.#asked.has(path))
      .map(([path]) => path);
  }
}
