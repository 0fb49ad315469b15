import { WhylightError } from '../../errors';
import type { Preprocessing } from '../../image/preprocessing';
import type { Network } from '../network';
import { rawOutputs } from '../output-kind';
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
  const channels = preprocessing.mean.length;
  if (inputShape[2] !== channels) {
    throw new WhylightError(`${name} takes ${inputShape[2]} channels, and its card's preprocessing has ${channels}`);
  }
  const fits = ending === null || ending === output || (ending === 'sigmoid' && output === 'multilabel');
  if (!fits) throw new WhylightError(`${name} ends in ${ending}, and its card says ${output}`);
  const expected = rawOutputs(output, classes.length);
  if (outputs !== expected) {
    throw new WhylightError(
      `${name} has ${outputs} outputs, and its card with ${classes.length} classes and ${output} wants ${expected}`,
    );
  }
  return {
    ...description,
    architecture: 'keras',
    graph,
    parameters,
    inputShape,
    camNode,
    weightsSha256,
  };
}
