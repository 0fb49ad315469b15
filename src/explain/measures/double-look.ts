import { WhylightError } from '../errors';
import type { Look } from '../look';
import { doubleGradient, doubleObstacle } from '../network/executors/double-gradient';

/**
 * A look whose gradients of the input are computed in double precision and rounded once, at the end; null for a network with an
 * operation that is not so computed.
 */
export function doubleLook(at: Look): Look | null {
  const { network, input } = at;
  if (doubleObstacle(network) !== null) return null;
  const [height, width, channels] = network.inputShape;
  const whole = (values: Float32Array) => ({ height, width, channels, values });
  return {
    ...at,
    gradients: (targets, { at: node = 'input', reluRule } = {}) => {
      if (node !== network.graph[0]!.name)
        throw new WhylightError(`a gradient at ${node} in double precision (allowed: at the input)`);
      return targets.map(({ weights }) => ({
        activation: whole(input.values),
        gradient: whole(Float32Array.from(doubleGradient(network, input.values, weights, reluRule).gradient)),
      }));
    },
  };
}
