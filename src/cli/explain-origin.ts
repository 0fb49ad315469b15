import { identityOf } from '../explain/store/key';

/** All that is asked of every photo, as a person could read it: with the network it decides the results. */
export interface PlanWords {
  readonly network: string;
  readonly methods: Readonly<Record<string, unknown>>;
  readonly views: Readonly<Record<string, unknown>>;
  readonly targets: readonly string[];
  readonly figures: readonly string[];
  readonly formats: readonly string[];
  readonly overlay: string;
  readonly fit: string;
  readonly memory: number | null;
}

/** What results say of how they were made. */
export interface Origin {
  /** sha256 of all that decides them: what is asked, network, photo, code. */
  readonly results: string;
  /** sha256 of all that decides the network's numbers. */
  readonly network: string;
  readonly plan: PlanWords;
}

/** What a plan's results have in common. */
export type PlanOrigin = Pick<Origin, 'network' | 'plan'>;

/** @param photo its sha256, and the name that its pictures show */
export function originOf(
  { network, plan }: PlanOrigin,
  photo: { readonly sha256: string; readonly source: string },
): Origin {
  const { sha256, source } = photo;
  const code = ['explain', 'plots', 'page', 'cli'];
  return { results: identityOf({ kind: 'results', parts: { network, plan, sha256, source }, code }), network, plan };
}

/** `network resnet18 and methods cam, and this run is of network resnet50 and methods saliency`; null where all is equal. */
export function differenceOf(there: PlanOrigin, here: PlanOrigin): string | null {
  const [old, own] = [wordsOf(there.plan), wordsOf(here.plan)];
  const keys = [...new Set([...old.keys(), ...own.keys()])].filter((key) => old.get(key) !== own.get(key));
  const list = (words: ReadonlyMap<string, string>) =>
    keys.map((key) => `${key} ${words.get(key) || 'none'}`).join(', ');
  if (keys.length > 0) return `${list(old)}, and this run is of ${list(own)}`;
  if (there.network === here.network) return null;
  const hash = ({ network }: PlanOrigin) => `${network.slice(0, 8)}…`;
  return `another network of the name ${here.plan.network} (${hash(there)}, and this run is of ${hash(here)})`;
}

function wordsOf({ network, methods, views, targets, ...rest }: PlanWords): ReadonlyMap<string, string> {
  const own = { ...methods, ...views };
  return new Map([
    ['network', network],
    ['methods', Object.keys(own).join(', ')],
    ...Object.entries(own).map(([name, options]) => [`options of ${name}`, JSON.stringify(options)] as const),
    ['targets', targets.join(', ')],
    ...Object.entries(rest).map(
      ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)] as const,
    ),
  ]);
}
