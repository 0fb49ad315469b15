import { parameterCount } from '../../explain/network/parameter-count';
import type { Section } from './section';

/** Which networks are explained, and on what. */
export const networks: Section = {
  name: 'networks',
  title: 'Networks and data',
  compose: ({ study, words, claims }) => {
    const all = new Map([...words.networks, ...(claims?.networks ?? [])].map((network) => [network.name, network]));
    const list = [...all.values()];
    return {
      values: {
        data: study.data,
        drawn: study.figures.some(({ photo }) => 'scene' in photo) || claims !== null,
        residual: list.some(({ architecture }) => architecture.includes('resnet')),
        squeezenet: list.some(({ architecture }) => architecture.startsWith('squeezenet')),
        sigmoid: list.some(({ output }) => output === 'sigmoid'),
        list: list.map((network) => ({
          title: network.title,
          input: `${network.inputShape[1]}×${network.inputShape[0]}`,
          classes: String(network.classes.length),
          head: network.output,
          parameters: parameterCount(network).toLocaleString('en-US'),
        })),
      },
      figures: [],
    };
  },
};
