import { WhylightError } from '../explain/errors';
import { methods, views } from '../explain/methods';
import type { Description, Method } from '../explain/methods/define-method';
import type { Network } from '../explain/network/network';
import { expandTargets, type NamedTarget } from '../explain/target';
import type { Format } from './explain-files';
import { openViews, type View } from './explain-views';
import type { FigureKind } from './figure-kinds';
import type { Settings } from './options';

/** What a person asked `whylight explain` for, before it is checked against the network. */
export interface ExplainRequest {
  readonly network: string;
  readonly method?: readonly string[];
  readonly target?: readonly string[];
  readonly size?: number | readonly [number, number];
  readonly stride?: number | readonly [number, number];
  readonly fill?: string;
  readonly layer?: readonly string[];
  readonly seed?: number;
  /** Further options, by the name the methods give them. */
  readonly option?: Settings;
  readonly figure?: readonly FigureKind[];
  readonly memory?: number;
  readonly cache: boolean;
  readonly out: string;
  readonly format?: readonly Format[];
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** The source paper's three methods. */
const usual = ['saliency', 'occlusion', 'cam'] as const;

/** Options of methods that have a flag of their own. */
const methodOptions = ['size', 'stride', 'fill', 'seed', 'layer'] as const;

/** Every option of methods that was asked for, by the name the methods give it. */
function optionsOf(request: ExplainRequest): Readonly<Record<string, unknown>> {
  const given = methodOptions
    .filter((option) => request[option] !== undefined)
    .map((option) => [option, request[option]] as const);
  return { ...Object.fromEntries(given), ...request.option };
}

/** What says which options a method or a view takes. */
type Card = Pick<Description, 'name'> & { readonly options: readonly string[] };

/** What to run: methods that make maps, and views of the network. */
export interface Chosen {
  readonly methods: readonly Method[];
  readonly views: readonly { readonly card: Card; readonly show: View }[];
}

/** @throws WhylightError for a name that is neither a method nor a view. */
export function checkName(name: string): void {
  const known = [...methods, ...views].map((card) => card.name);
  if (name !== 'all' && !known.includes(name)) {
    throw new WhylightError(`unknown method: ${name} (known: ${known.join(', ')}, all)`);
  }
}

/** The methods and views to run; an option that none of them takes is an error, for it would change nothing. */
export function choose(request: ExplainRequest, network: Network): Chosen {
  const every = methods.filter(({ needs }) => !needs.includes('pooled head') || network.camNode !== null);
  const names = every.map(({ name }) => name);
  const asked =
    request.method?.flatMap((name) => (name === 'all' ? names : [name])) ??
    usual.filter((name) => names.includes(name));
  const pick = <T extends Card>(cards: readonly T[]) =>
    [...new Set(asked)].flatMap((name) => cards.filter((card) => card.name === name));
  const shown = openViews(network);
  const chosen: Chosen = {
    methods: pick(methods),
    views: pick(views).map((card) => ({ card, show: shown[card.name]! })),
  };
  const takers: readonly Card[] = [...chosen.methods, ...chosen.views.map(({ card }) => card)];
  for (const option of Object.keys(optionsOf(request))) {
    if (takers.some(({ options }) => options.includes(option))) continue;
    const others = [...methods, ...views].filter(({ options }) => options.includes(option)).map(({ name }) => name);
    const who = others.length === 0 ? 'no method takes it' : `it belongs to ${others.join(', ')}`;
    throw new WhylightError(`${option} does nothing for ${takers.map(({ name }) => name).join(', ')}: ${who}`);
  }
  // Before any photo is read.
  for (const method of chosen.methods) method.parse(optionsFor(method, request));
  // Of a class no layer is asked: it would change nothing.
  const layered = takers.filter(({ options }) => options.includes('layer'));
  if (
    request.layer !== undefined &&
    request.option?.channel === undefined &&
    layered.every(({ options }) => options.includes('channel'))
  ) {
    throw new WhylightError(
      'layer does nothing for activation-maximisation of a class: name one of its channels too, --option channel=5',
    );
  }
  return chosen;
}

/** The targets asked for, each once. Default: the best class. */
export function targetsOf(
  request: ExplainRequest,
  network: Network,
  ranked: readonly number[],
): readonly NamedTarget[] {
  const found = (request.target ?? ['top1']).flatMap((text) => expandTargets(network, ranked, text));
  return [...new Map(found.map((target) => [JSON.stringify(target), target])).values()];
}

/** Those of the options that a method takes. */
export function optionsFor({ options }: Card, request: ExplainRequest): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(optionsOf(request)).filter(([option]) => options.includes(option)));
}
