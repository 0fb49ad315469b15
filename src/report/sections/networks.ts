import { parameterCount } from '../../explain/network/parameter-count';
import { called, headed } from '../network-names';
import { capitalised } from '../prose/grammar';
import { blocks, cite, emphasis, paragraph, prose, table, tableRef, unbroken } from '../prose/make';
import type { PaperContext, Section } from './section';
import { networksOf, photoCount } from './shown';

/** Which networks are explained, and on what. */
export const networks: Section = {
  name: 'networks',
  title: 'Networks and data',
  blocks: (context) => {
    const all = networksOf(context);
    return blocks(
      dataParagraph(context),
      paragraph(
        ...all.map((network) => {
          const about = context.networks.get(network.name)?.about;
          return about !== undefined && `${capitalised(called(context.networks, network))} was ${about}.`;
        }),
      ),
      table('networks', 'The networks explained', {
        columns: [
          { title: 'Network (card)', kind: 'text' },
          { title: 'Input, px', kind: 'whole' },
          { title: 'Head', kind: 'whole' },
          { title: 'Classes', kind: 'number' },
          { title: 'Parameters', kind: 'number' },
        ],
        rows: all.map((network) => [
          prose`${headed(context.networks, network)} ${unbroken('(', emphasis(network.name), ')')}`,
          `${network.inputShape[1]}×${network.inputShape[0]}`,
          network.output,
          network.classes.length.toLocaleString('en-US'),
          parameterCount(network).toLocaleString('en-US'),
        ]),
      }),
    );
  },
};

function dataParagraph(context: PaperContext) {
  const { study, figures, claims } = context;
  const all = networksOf(context);
  const scenes = figures.some(({ scene }) => scene !== null) || claims !== null;
  const architecture = (name: string) => all.some((network) => network.architecture.includes(name));
  return paragraph(
    photoCount(context) > 0 && `The pictures are ${study.data}.`,
    scenes && 'A drawn scene comes with a mask of every object in it.',
    prose`${tableRef('networks')} lists the networks, and the cards that hold their weights and preprocessing${architecture('resnet') && prose`; residual networks follow ${cite('he2016deep')}`}${architecture('squeezenet') && prose`; SqueezeNet follows ${cite('iandola2016squeezenet')}`}.`,
    all.some(({ output }) => output === 'sigmoid') &&
      'A sigmoid head has one logit for two classes: the other class has the same with the opposite sign.',
  );
}
