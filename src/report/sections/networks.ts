import { parameterCount } from '../../explain/network/parameter-count';
import { called, headed } from '../network-names';
import type { Section } from './section';

/** Which networks are explained, and on what. */
export const networks: Section = {
  name: 'networks',
  title: 'Networks and data',
  compose: ({ study, words, claims, networks: names }) => {
    const all = new Map([...words.networks, ...(claims?.networks ?? [])].map((network) => [network.name, network]));
    const list = [...all.values()];
    return {
      values: {
        data: study.data,
        drawn: study.figures.some(({ photo }) => 'scene' in photo) || claims !== null,
        residual: list.some(({ architecture }) => architecture.includes('resnet')),
        squeezenet: list.some(({ architecture }) => architecture.startsWith('squeezenet')),
        sigmoid: list.some(({ output }) => output === 'sigmoid'),
        about: list.flatMap((network) => {
          const about = names.get(network.name)?.about;
          return about === undefined ? [] : [{ title: called(names, network), about }];
        }),
        list: list.map((network) => ({
          title: headed(names, network),
          card: network.name,
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
