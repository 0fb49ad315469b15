import { WhylightError } from '../../errors';
import type { Preprocessing } from '../../image/preprocessing';
import type { Network } from '../network';
import { foreignKeras } from './foreign-keras';
import type { KerasModel } from './keras-model';

/** What a card adds to a Keras model. */
export type KerasDescription = Pick<Network, 'name' | 'title' | 'output' | 'classes'> & {
  readonly preprocessing: Preprocessing;
};

/**
 * A Keras model as a Network, under what its card says.
 *
 * @throws WhylightError naming the layer that is not supported, or what does not fit the card.
 */
export function kerasNetwork(model: KerasModel, description: KerasDescription): Network {
  const { name, output, classes, preprocessing } = description;
  const { graph, parameters, camNode, inputShape, outputs, ending, weightsSha256 } = foreignKeras(model, name, {
    size: preprocessing.crop,
  });
  if (inputShape[2] !== 3) {
    throw new WhylightError(`${name} has an input of ${inputShape[2]} channels (allowed: 3, red, green and blue)`);
  }
  if (ending !== null && ending !== output) throw new WhylightError(`${name} ends in ${ending}, and its card says ${output}`);
  const wanted = output === 'sigmoid' ? 1 : classes.length;
  if (outputs !== wanted) {
    throw new WhylightError(
      `${name} has ${outputs} outputs, and its card with ${classes.length} classes and ${output} wants ${wanted}`,
    );
  }
  return {
    ...description,
    architecture: 'keras',
    graph,
    parameters,
    inputShape: [inputShape[0], inputShape[1], 3],
    camNode,
    weightsSha256,
  };
}
