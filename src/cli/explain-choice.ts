import { didYouMean } from '../explain/did-you-mean';
import { WhylightError } from '../explain/errors';
import type { Fit } from '../explain/image/preprocessing';
import { methods, views } from '../explain/methods';
import type { Card, Method } from '../explain/methods/define-method';
import { optionValue, parseOptions } from '../explain/methods/method-options';
import { obstacle } from '../explain/methods/obstacle';
import type { Network } from '../explain/network/network';
import type { Quality } from '../explain/quality-names';
import { expandTargets, type NamedTarget } from '../explain/target';
import type { OverlayLayout } from '../plots/overlay-layouts';
import type { Format } from './explain-formats';
import { openViews, type View, type ViewOptions } from './explain-views';
import type { FigureKind } from './figure-kinds';
import type { Settings } from './options';
import type { Shard } from './shard';

/** What a person asked `whylight explain` for, before it is checked against the network. */
export interface ExplainRequest {
  readonly network: string;
  readonly with?: readonly string[];
  readonly method?: readonly string[];
  readonly target?: readonly string[];
  readonly size?: number | readonly [number, number];
  readonly stride?: number | readonly [number, number];
  readonly fill?: string;
  readonly layer?: readonly string[];
  readonly fit?: Fit;
  readonly seed?: number;
  readonly quality?: Quality;
  /** Further options as they were written, by the name the methods give them: of all that take it, or of one. */
  readonly option?: Settings;
  readonly figure?: readonly FigureKind[];
  readonly memory?: number;
  /** Larger photos are refused, in millions of px. */
  readonly maxMegapixels?: number;
  /** Which part of the photos. Default: all. */
  readonly shard?: Shard;
  /** Processes at once. Default: 1, this one. */
  readonly jobs?: number;
  readonly cache: boolean;
  readonly out: string;
  readonly format?: readonly Format[];
  readonly overlay?: OverlayLayout;
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** The source paper's three methods. */
const usual = ['saliency', 'occlusion', 'cam'] as const;

/** Options of methods that have a flag of their own, and one meaning for all that take them. */
const methodOptions = ['size', 'stride', 'fill', 'seed', 'layer', 'quality'] as const;

const cards = (): readonly Card[] => [...methods, ...views];
const namesOf = (all: readonly Card[]) => all.map(({ name }) => name);

type Options = Readonly<Record<string, unknown>>;

/** What a person asked of methods and views, checked as far as it goes without the network. */
interface Asked {
  readonly cards: readonly Card[];
  /** Of each card by its name, values read by its schema. */
  readonly options: ReadonlyMap<string, Options>;
}

/**
 * The methods and views asked for, with their options.
 * @throws WhylightError for an unknown name, a value that cannot be, an option that none of them takes (it would change
 * nothing), one that several take in senses of their own, and a layout of overlays that are not written.
 */
export function ask(request: ExplainRequest): Asked {
  if (request.overlay !== undefined && request.format?.includes('png') === false) {
    throw new WhylightError('--overlay lays out PNG: name png among the --format kinds');
  }
  const all = cards();
  const names = (request.method ?? usual).flatMap((name) => (name === 'all' ? namesOf(methods) : [name]));
  const unknown = names.find((name) => !namesOf(all).includes(name));
  if (unknown !== undefined) {
    throw new WhylightError(
      `unknown method: ${unknown} (known: ${namesOf(all).join(', ')}, all${didYouMean(unknown, namesOf(all))})`,
    );
  }
  const selection = [...new Set(names)].flatMap((name) => all.filter((card) => card.name === name));
  const flags = methodOptions.filter((option) => request[option] !== undefined);
  const settings = Object.entries(request.option ?? {}).map(([key, text]) => {
    const [name, scope] = key.split('.').reverse() as [string, string?];
    return { name, text, takers: takersOf(name, scope, selection) };
  });
  for (const flag of flags) takersOf(flag, undefined, selection);
  const options = selection.map((card) => {
    const shared = flags.filter((flag) => card.options.includes(flag)).map((flag) => [flag, request[flag]] as const);
    const own = settings
      .filter(({ takers }) => takers.includes(card))
      .map(({ name, text }) => [name, optionValue(card.schema, name, text)] as const);
    return [card.name, Object.fromEntries([...shared, ...own])] as const;
  });
  for (const [name, { layer, ...values }] of options) {
    // A view shows several layers one by one.
    const card = selection.find((one) => one.name === name)!;
    parseOptions(name, card.schema, namesOf(views).includes(name) ? values : { layer, ...values });
  }
  refuseIdleLayer(request, selection, new Map(options));
  return { cards: selection, options: new Map(options) };
}

/** The chosen cards for which an option is meant. */
function takersOf(option: string, scope: string | undefined, selection: readonly Card[]): readonly Card[] {
  if (scope !== undefined) {
    const card = selection.filter(({ name }) => name === scope);
    if (card.length === 0) {
      throw new WhylightError(
        `${scope}.${option} does nothing for ${namesOf(selection).join(', ')}: ${scope} is not asked for`,
      );
    }
    return card;
  }
  const takers = selection.filter(({ options }) => options.includes(option));
  if (takers.length === 0) {
    const others = namesOf(cards().filter(({ options }) => options.includes(option)));
    const who =
      others.length === 0
        ? `no method takes it${didYouMean(
            option,
            selection.flatMap(({ options }) => options),
          )}`
        : `it belongs to ${others.join(', ')}`;
    throw new WhylightError(`${option} does nothing for ${namesOf(selection).join(', ')}: ${who}`);
  }
  if (takers.length === 1 || (methodOptions as readonly string[]).includes(option)) return takers;
  const ways = takers.map(({ name }) => `${name}.${option}`);
  throw new WhylightError(
    `${option} belongs to ${takers.length === 2 ? namesOf(takers).join(' and ') : namesOf(takers).join(', ')}: say ${ways.join(' or ')}`,
  );
}

/** Of a class no layer is asked: it would change nothing. */
function refuseIdleLayer({ layer }: ExplainRequest, selection: readonly Card[], options: Asked['options']): void {
  const layered = selection.filter((card) => card.options.includes('layer'));
  if (
    layer === undefined ||
    layered.some(({ name, options: own }) => !own.includes('channel') || options.get(name)?.channel !== undefined)
  )
    return;
  throw new WhylightError(
    'layer does nothing for activation-maximisation of a class: name one of its channels too, --option channel=5',
  );
}

/** What to run: methods that make maps, and views of the network. */
export interface Chosen {
  readonly methods: readonly { readonly method: Method; readonly options: Options }[];
  readonly views: readonly { readonly name: string; readonly show: View; readonly options: ViewOptions }[];
  /** What was left out, and why: a sentence each. */
  readonly omissions: readonly string[];
}

/**
 * What was selection for, for one network: what it does not allow is left out.
 * @throws WhylightError where nothing is left.
 */
export function choose({ network: name }: ExplainRequest, selection: Asked, network: Network): Chosen {
  const why = new Map(selection.cards.map((card) => [card, obstacle(card, network, selection.options.get(card.name))]));
  const possible = selection.cards.filter((card) => why.get(card) === null);
  const left = selection.cards.filter((card) => why.get(card) !== null);
  if (possible.length === 0) {
    const first = left[0]!;
    throw new WhylightError(
      `${network.name} ${left.length === 1 ? `does not allow ${first.name}:` : `allows none of ${namesOf(left).join(', ')}: for ${first.name},`} ${why.get(first)} (whylight networks ${name} lists what it allows)`,
    );
  }
  const pick = <T extends Card>(all: readonly T[]) =>
    possible.flatMap(({ name }) => all.filter((card) => card.name === name));
  const show = openViews(network);
  return {
    methods: pick(methods).map((one) => ({ method: one, options: selection.options.get(one.name)! })),
    views: pick(views).map(({ name }) => ({ name, show: show[name]!, options: selection.options.get(name)! })),
    omissions: left.map((card) => `${card.name} is left out: ${why.get(card)}`),
  };
}

/** The targets asked for, each once. Default: the best class. */
export function targetsOf(
  request: ExplainRequest,
  network: Network,
  ranked: readonly number[],
): readonly NamedTarget[] {
  const targets = (request.target ?? ['top1']).flatMap((text) => expandTargets(network, ranked, text));
  return [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];
}
