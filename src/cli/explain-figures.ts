import type { Attribution } from '../explain/attribution';
import type { Classification } from '../explain/classify';
import { WhylightError } from '../explain/errors';
import { bestClassGrid } from '../plots/best-class-grid';
import { classPanel } from '../plots/class-panel';
import { errorPanel } from '../plots/error-panel';
import type { Figure } from '../plots/figure';
import { methodPanel } from '../plots/method-panel';
import { occlusionGrid } from '../plots/occlusion-grid';
import { scoreBars } from '../plots/score-bars';
import type { Chosen } from './explain-choice';
import type { PhotoFigure } from './explain-results';
import type { FigureKind } from './figure-kinds';

/** What figures are made of; `names` are the maps' in files, behind the photo's. */
interface Explained {
  readonly classification: Classification;
  readonly maps: readonly Attribution[];
  readonly names: readonly string[];
}

/** A figure's place in the file names, the figure, and numbers that no map's own file holds. */
type Placed = readonly (readonly [place: string, figure: Figure, raw?: PhotoFigure['raw']])[];

const needs = {
  grid: '--figure grid needs --method occlusion',
  best: '--figure best needs --method occlusion',
  methods: '--figure methods needs methods that make maps',
  classes: '--figure classes needs several targets: --target top2',
  errors:
    '--figure errors needs --method rise (of two masks at least) or lime: it shows the standard error of their values',
} satisfies Partial<Record<FigureKind, string>>;
type Demanding = keyof typeof needs;

const makers: Readonly<Record<FigureKind, (explained: Explained) => Placed>> = {
  scores: ({ classification }) => [['scores', scoreBars(classification)]],
  grid: (explained) => gridsOf(explained, 'grid', (map) => occlusionGrid(map)),
  // One for all targets that were run together: no target decides it.
  best: ({ maps, names }) => {
    const first = maps.flatMap((map, i) =>
      map.grid !== null && maps.findIndex(({ grid }) => grid?.best === map.grid!.best) === i ? [i] : [],
    );
    const place = (i: number) => (first.length === 1 ? maps[i]!.method : names[i]!);
    return gridsOf({ maps: first.map((i) => maps[i]!), names: first.map(place) }, 'best', (map) => bestClassGrid(map));
  },
  methods: ({ maps, names }) => {
    if (maps.length === 0) throw new WhylightError(needs.methods);
    const targets = groups(maps, ({ target }) => target.label);
    return targets.map((own) => {
      const panels = own.length + 1;
      const columns = Math.ceil(panels / Math.ceil(panels / 5));
      const suffix = targets.length > 1 ? names[maps.indexOf(own[0]!)]!.slice(own[0]!.method.length) : '';
      return [`methods${suffix}`, methodPanel(own, { width: 200 * columns, columns })] as const;
    });
  },
  classes: ({ maps }) =>
    groups(maps, ({ method }) => method).map((own) => {
      if (own.length < 2) throw new WhylightError(needs.classes);
      return [`${own[0]!.method}.classes`, classPanel(own, { width: 200 * (own.length + 1) })] as const;
    }),
  errors: ({ maps, names }) => {
    const panels = maps.flatMap((map, i) => (map.errors ? [errorsOf(map, names[i]!)] : []));
    if (panels.length > 0) return panels;
    throw new WhylightError(needs.errors);
  },
};

/**
 * The figures asked for beside the overlays: `scores` of the best classes, the `grid` of the occluder's positions, the
 * `best` class at each of them, all `methods` for each target, for each method the `classes` on one scale, and the standard
 * `errors` of maps made of random copies.
 *
 * @throws WhylightError where the maps do not give such a figure.
 */
export function figuresOf(kinds: readonly FigureKind[], explained: Explained): readonly PhotoFigure[] {
  return kinds.flatMap((kind) =>
    makers[kind](explained).map(([place, figure, raw = null]) => ({ place, figure, raw, about: { figure: kind } })),
  );
}

/** A map beside its standard errors, and these as numbers. */
function errorsOf(map: Attribution, name: string): Placed[number] {
  const raw = { values: map.errors!, shape: [map.height, map.width] };
  return [`${name}.errors`, errorPanel(map, { width: 600 }), raw];
}

/**
 * Refuses figures that no photo would get, before any photo is read.
 * @throws WhylightError naming the first, and what it needs.
 */
export function refuseFigures(
  kinds: readonly FigureKind[],
  { methods }: Pick<Chosen, 'methods'>,
  targets: number,
): void {
  const occlusion = methods.some(({ method }) => method.name === 'occlusion');
  const possible = {
    scores: true,
    grid: occlusion,
    best: occlusion,
    methods: methods.length > 0,
    classes: targets > 1,
    errors: methods.some(({ method, options }) => method.standardErrors?.(method.parse(options)) ?? false),
  };
  const missing = (Object.keys(needs) as Demanding[]).find((kind) => kinds.includes(kind) && !possible[kind]);
  if (missing !== undefined) throw new WhylightError(needs[missing]);
}

/** A figure of each map that has a grid of occluder positions. */
function gridsOf(
  { maps, names }: Pick<Explained, 'maps' | 'names'>,
  kind: 'grid' | 'best',
  draw: (map: Attribution) => Figure,
): Placed {
  const grids = maps.flatMap((map, i) => (map.grid === null ? [] : [[`${names[i]}.${kind}`, draw(map)] as const]));
  if (grids.length > 0) return grids;
  throw new WhylightError(needs[kind]);
}

/** Maps with the same word, in the order of their first. */
function groups(maps: readonly Attribution[], word: (map: Attribution) => string): Attribution[][] {
  const groups = new Map<string, Attribution[]>();
  for (const map of maps) groups.set(word(map), [...(groups.get(word(map)) ?? []), map]);
  return [...groups.values()];
}
