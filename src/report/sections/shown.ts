import { findMethod, methods } from '../../explain/methods/index';
import type { Network } from '../../explain/network/network';
import { titleInside } from '../../plots/words';
import { figureKind } from '../figures/index';
import type { FigureKind, FigureResult } from '../figures/kind';
import type { PaperContext } from './section';

type Shown = Pick<PaperContext, 'figures' | 'claims'>;

const inOrder = (names: ReadonlySet<string>) => {
  const ours = methods.map(({ name }) => name).filter((name) => names.has(name));
  return [...ours, ...[...names].filter((name) => !ours.includes(name))];
};

/** The methods whose maps the figures show, in the order in which a reader meets them. */
export const methodsOfFigures = ({ figures }: Pick<Shown, 'figures'>): string[] =>
  inOrder(new Set(figures.flatMap(({ maps }) => maps.map(({ method }) => method))));

/** The same with those that the claims are measured by. */
export const methodsOf = ({ figures, claims }: Shown): string[] =>
  inOrder(new Set([...methodsOfFigures({ figures }), ...(claims?.methods ?? [])]));

/** What a method's maps are called in a list of terms. */
export function termOf(name: string): string {
  const { term, title } = findMethod(name);
  return term ?? titleInside({ title });
}

/** The kinds of the figures with their results, in the order in which they first appear. */
export function kindsOf({ figures }: Pick<Shown, 'figures'>): { kind: FigureKind; results: readonly FigureResult[] }[] {
  const names = [...new Set(figures.map(({ entry }) => entry.kind))];
  return names.map((name) => ({
    kind: figureKind(name),
    results: figures.filter(({ entry }) => entry.kind === name),
  }));
}

/** The figures in which readers see a photo, and the network's answer to it. */
export const withPhoto = ({ figures }: Pick<Shown, 'figures'>): readonly FigureResult[] =>
  figures.filter(({ entry }) => figureKind(entry.kind).showsPhoto ?? true);

/** How many pictures the figures show. */
export const photoCount = (content: Pick<Shown, 'figures'>): number =>
  new Set(withPhoto(content).map(({ photo }) => photo.sha256)).size;

/** Every network of figures and claims, each once. */
export function networksOf({ figures, claims }: Shown): Network[] {
  const all = [...figures.flatMap(({ networks }) => networks), ...(claims?.networks ?? [])];
  return [...new Map(all.map((network) => [network.name, network])).values()];
}
