import { scoped, tf } from '../../engine';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import type { Precision } from '../operations/operation';
import { cleanTables } from './clean-tables';
import { uploadParameters } from './engine-layout';
import { evaluate } from './evaluate';
import { type ForwardSession, openForward } from './forward';
import {
  type Corner,
  changedCopies,
  changedSpans,
  inputChange,
  periodStarts,
  type RectangleChange,
} from './rectangles';
import { followChange } from './window-changes';
import { planWindows, type WindowRules } from './window-plan';
import type { WholeCopies } from './window-schedule';

/** A network with all its values on one clean input; `close` frees them. */
export interface IncrementalSession {
  /** Raw outputs per copy. */
  readonly outputs: number;
  /** What convolutions that gain by it multiply a change in. */
  readonly precision: Precision;
  /** Those of the clean input. */
  readonly cleanOutputs: Float32Array;
  /**
   * Raw outputs of the copies with a rectangle at each of these places, copy by copy.
   * @param rules how windows are followed, or that none are, as `scheduleWindows` chooses; with a growth below 1 or frozen
   * gates an approximation.
   */
  readonly run: (places: readonly Corner[], rules: WindowRules | WholeCopies) => Float32Array;
  readonly close: () => void;
}

/**
 * Opens a session for exact incremental inference: of each copy only what its rectangle can reach is computed, as the
 * difference to the clean values (every convolution is linear, so clean cells take no part), until the windows cover
 * most of a map; from there on the whole maps are. Same numbers as `openForward` but for float32 rounding
 * (Nakandala et al. 2019, doi:10.1145/3299869.3319874, have the idea).
 *
 * @param values H×W×C of the clean input.
 * @param precision in bfloat16 convolutions are of the change alone, on windows and on whole maps; clean values, and all else,
 * stay float32.
 */
export function openIncremental(
  network: Network,
  values: Float32Array,
  change: RectangleChange,
  precision: Precision = 'float32',
): IncrementalSession {
  const folded = foldBatchNorm(network).network;
  const { graph, inputShape } = folded;
  const shapes = nodeShapes(graph, inputShape);
  const uploaded = uploadParameters(folded);
  const longRun = { copies: change.copies, precision, prepared: uploaded.prepared };
  const last = graph.at(-1)!.name;
  const { tables, cleanOutputs } = scoped(() => {
    const isMap = (name: string) => shapes.get(name)!.length === 3;
    const gates = graph.filter(({ name }) => isMap(name)).flatMap(({ inputs }) => inputs);
    const keep = new Set([...graph.map(({ name }) => name).filter(isMap), ...gates]);
    const clean = evaluate(graph, tf.tensor(values, [1, ...inputShape]), uploaded.source, { keep, free: true });
    return {
      cleanOutputs: clean.get(last)!.dataSync() as Float32Array,
      tables: cleanTables(new Map([...keep].map((name) => [name, clean.get(name)!]))),
    };
  });
  const sessions = new Map<number, ForwardSession>();
  const whole = (batch: number): ForwardSession => {
    const session = sessions.get(batch) ?? openForward(network, { copies: change.copies, batch });
    sessions.set(batch, session);
    return session;
  };
  const rounded = { free: true, longRun, ...(precision !== 'float32' && { around: tables.map }) };
  const clean = { graph, shapes, tables, parameter: uploaded.source, longRun };
  return {
    outputs: cleanOutputs.length,
    precision,
    cleanOutputs,
    run: (places, rules) => {
      if ('usual' in rules) {
        const copies = changedCopies(values, inputShape, places, change);
        if (precision === 'float32') return whole(rules.usual).run(copies, places.length);
        return scoped(() => {
          const start = tf.tensor(copies, [places.length, ...inputShape]);
          return evaluate(graph, start, uploaded.source, rounded).get(last)!.dataSync() as Float32Array;
        });
      }
      const spans = changedSpans(places, change.size, rules.period);
      const plan = planWindows(graph, shapes, spans, rules);
      return scoped(() => {
        const changed = inputChange(values, inputShape, places, change, spans, rules.period);
        const read = followChange(clean, plan, periodStarts(places, rules.period), changed);
        const [[from, start], ...others] = [...read] as [[string, tf.Tensor], ...[string, tf.Tensor][]];
        const options = { ...rounded, from, feeds: new Map(others) };
        return evaluate(graph, start, uploaded.source, options).get(last)!.dataSync() as Float32Array;
      });
    },
    close: () => {
      uploaded.dispose();
      tables.close();
      for (const session of sessions.values()) session.close();
      sessions.clear();
    },
  };
}
