import { z } from 'zod';
import { WhylightError } from '../errors';
import { descriptionOf } from '../network/operations';
import { upsampleBilinear } from '../upsample';
import { defineMethod, type MethodOptions } from './define-method';
import { weightedSum } from './layer-map';
import { obstacle } from './obstacle';

const schema = z.strictObject({});

/** Options of the class activation map. */
export type CamOptions = MethodOptions<typeof schema>;

export const camMethod = defineMethod({
  name: 'cam',
  title: 'Class activation map',
  unit: 'share in the logit',
  bibtex: `@inproceedings{zhou2016learning, author = {Zhou, Bolei and Khosla, Aditya and Lapedriza, Agata and Oliva, Aude and Torralba, Antonio},
    title = {Learning Deep Features for Discriminative Localization}, booktitle = {CVPR}, year = {2016}, eprint = {1512.04150}}`,
  formula: String.raw`K_c(x,y) = \sum_k w_k^c\, f_k(x,y)`,
  where: '$w_k^c$ is the head’s weight of channel $k$ for the class',
  term: 'class activation maps',
  text: [
    'Where the global average $F_k$ of each channel of the last map, of $N$ places, feeds a linear head with weights $w_k^c$ and bias $b_c$, the score is itself an average over places [@zhou2016learning]:',
    { formula: String.raw`S_c = b_c + \sum_k w_k^c F_k = b_c + \frac{1}{N} \sum_{x,y} K_c(x,y)` },
    { formula: String.raw`K_c(x,y) = \sum_k w_k^c\, f_k(x,y)` },
    '$K_c$ is signed, and is shown upsampled to the image.',
  ],
  sentence: 'adds up the channels that a global average feeds into the linear head, each with the class’s weight',
  use: 'to compare classes: it is signed, and its mean is the score less a constant',
  avoid: 'for small things: it is as coarse as the network’s last map',
  cost: 'one forward pass',
  passes: () => 1,
  needs: ['pooled head'],
  perTarget: 'nothing',
  schema,
  explain: async ({ network, input, activations }, targets) => {
    const layer = network.camNode;
    const head = network.graph.at(-1)!;
    const { role } = descriptionOf(head);
    if (layer === null || obstacle(camMethod, network) !== null) {
      throw new WhylightError(
        `${network.name} does not end in global average pooling and a linear head, so it has no class activation map; Grad-CAM works for it`,
      );
    }
    const map = activations([layer]).get(layer)!;
    return targets.map(({ weights }) => {
      // Where the pooled map itself is the score map (SqueezeNet), its channels are the classes.
      const channelWeights =
        role === 'linear'
          ? targetWeights(network.parameters.get(`${head.name}.weight`)!.values, weights, map.channels)
          : weights;
      const coarse = weightedSum(map, channelWeights);
      return {
        values: upsampleBilinear(coarse, map.height, map.width, input.height, input.width),
        coarse: { values: coarse, height: map.height, width: map.width },
        signed: true,
        layer,
        options: { chosen: 'pooled into the head' },
      };
    });
  },
});

/**
 * Class activation map: Σ_k w_k A_k over the channels of the map whose global average feeds the linear head
 * (Zhou et al. 2016, arXiv:1512.04150), the bias left out and no ReLU, so that the mean of the map is the target's
 * logit less its bias. Signed, in logits; upsampled bilinearly to the input, with the map itself in `coarse`.
 *
 * @throws WhylightError for a network without global average pooling before a linear head, and an unknown target.
 */
export const cam: typeof camMethod.run = camMethod.run;

/** Weight of each channel for the target: Σ_o target_o · head_o,k. */
function targetWeights(head: Float32Array, target: Float32Array, channels: number): Float32Array {
  const result = new Float32Array(channels);
  target.forEach((weight, o) => {
    if (weight === 0) return;
    for (let k = 0; k < channels; k++) result[k]! += weight * head[o * channels + k]!;
  });
  return result;
}
