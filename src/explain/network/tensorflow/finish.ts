import { WhylightError } from '../../errors';
import type { ForeignNetwork } from '../foreign/foreign-network';
import { checkParameters } from '../parameter-shapes';
import { simplify } from '../passes/simplify';
import type { TensorFlowGraph, Value } from './tensorflow-graph';

/** What a graph that has been read whole says of the network. */
export type FinishedGraph = Pick<
  ForeignNetwork,
  'graph' | 'parameters' | 'camNode' | 'outputs' | 'ending' | 'inputShape'
>;

/**
 * The nodes that the output depends on, without the softmax or sigmoid at their end.
 * @throws WhylightError where the output is no vector of scores.
 */
export function finish(whole: TensorFlowGraph, output: Value): FinishedGraph {
  if (output.map !== null) {
    throw new WhylightError(
      `its output is a map of ${output.map.join('×')}, not one score a class (allowed: classifiers and regressions)`,
    );
  }
  if (output.order !== null) throw new WhylightError('its output is a flattened map, not one score a class');
  if (output.node === 'input') throw new WhylightError('its output is its input');
  const inputShape = whole.input.map as [number, number, number];
  checkParameters(whole.nodes, inputShape, whole.parameters);
  // A sigmoid before a softmax is no ending.
  const { graph, parameters, camNode, ending, outputs } = simplify({
    graph: whole.nodes,
    parameters: whole.parameters,
    output: output.node,
    inputShape,
  });
  if (ending !== null && output.softmax)
    throw new WhylightError('it ends in a sigmoid and a softmax of it, which is not supported');
  return { graph, parameters, camNode, outputs, ending: output.softmax ? 'softmax' : ending, inputShape };
}
