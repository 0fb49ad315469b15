import { WhylightError } from '../errors';
import type { NetworkInput } from '../image/preprocessing';
import { type Look, look } from '../look';
import type { Method } from '../methods/define-method';
import type { ResolvedTarget, Target } from '../target';
import type { Change, MeasuredMap } from './define-measure';
import { doubleLook } from './double-look';

/** A target as it was asked for, so that it can be asked of another network: by index, not by its own network's weights. */
export function targetQuestion({ kind, classes, label, index, score }: ResolvedTarget): Target {
  if (kind === 'function') return { label, score: score! };
  if (kind === 'negative') return { negative: classes[0]!.index };
  if (kind === 'difference') return { difference: [classes[0]!.index, classes[1]!.index] };
  return index!;
}

/**
 * A method's map, measurable: made once, and again wherever a measure asks.
 * @param options the method's own.
 * @throws WhylightError for options that do not fit; AbortedError.
 */
export async function mapByMethod(
  method: Method,
  at: Look,
  target: ResolvedTarget,
  options: Readonly<Record<string, unknown>> = {},
  run: Parameters<NonNullable<MeasuredMap['remake']>>[1] = {},
): Promise<MeasuredMap> {
  const question = targetQuestion(target);
  const seeded = method.options.includes('seed');
  const started = performance.now();
  const [first] = await method.explain(at, [question], { ...options, ...run });
  const milliseconds = performance.now() - started;
  const double = method.reads === 'input gradient' ? doubleLook(at) : null;
  return {
    name: method.name,
    values: first!.values,
    signed: first!.signed,
    seeded,
    exact: double && (async () => (await method.explain(double, [question], options))[0]!.values),
    cost: { passes: method.passes(method.parse(options), at.network), milliseconds },
    remake: async (change, { onProgress: _, ...quiet }) => {
      if (change.seed !== undefined && !seeded) throw new WhylightError(`${method.name} takes no seed`);
      const settings = { ...options, ...(change.seed !== undefined && { seed: change.seed }) };
      const call = { ...settings, ...quiet, journal: null };
      const other = changedLook(at, change);
      try {
        return (await method.explain(other, [change.target ?? question], call))[0]!.values;
      } finally {
        // Nobody closes it: what it answered stays, the engine's values go.
        if (other !== at) other.rest();
      }
    },
  };
}

const latest = new WeakMap<Look, { readonly change: Change; readonly look: Look }>();

/** The look of a change of the photo; the latest is held, so that all maps of one change share its passes. */
function changedLook(at: Look, change: Change): Look {
  const { network, input } = change;
  if (network === undefined && input === undefined) return at;
  if (input !== undefined && input.length !== at.input.values.length) {
    throw new WhylightError(`an input of ${input.length} values (allowed: ${at.input.values.length})`);
  }
  const held = latest.get(at);
  if (held?.change === change) return held.look;
  const values: NetworkInput = input === undefined ? at.input : { ...at.input, values: input };
  const other = look(network ?? at.network, at.photo, values);
  latest.set(at, { change, look: other });
  return other;
}
