import { preprocessingWords } from '../explain/image/preprocessing-words';
import { methods, views } from '../explain/methods';
import { obstacle } from '../explain/methods/obstacle';
import { layerTable } from '../explain/network/layer-table';
import type { Network } from '../explain/network/network';
import { table } from './table';

/** Labels that are written out. */
const MOST_LABELS = 12;

/** `softmax over 1,000 classes`, `one value in years: age`. */
export function outputWords({ output, classes, unit }: Pick<Network, 'output' | 'classes' | 'unit'>): string {
  const count = classes.length.toLocaleString('en-US');
  const labels = classes.length <= MOST_LABELS ? `: ${classes.join(', ')}` : '';
  const within = unit === undefined ? '' : ` in ${unit}`;
  return {
    softmax: `one of ${count} classes (softmax)${labels}`,
    sigmoid: `one of two classes (sigmoid)${labels}`,
    multilabel: `${count} ${classes.length === 1 ? 'label' : 'labels'}, each with a probability of its own (sigmoid)${labels}`,
    linear: `${classes.length === 1 ? 'a value' : `${count} values`}${within}${labels}`,
  }[output];
}

/** What methods a network allows, and why not the others. */
export function methodsOf(network: Network) {
  const all = [...methods, ...views].map((card) => ({ name: card.name, obstacle: obstacle(card, network) }));
  return {
    allowed: all.filter((one) => one.obstacle === null).map(({ name }) => name),
    others: all.flatMap(({ name, obstacle: why }) => (why === null ? [] : [{ name, why }])),
  };
}

/** All that there is to say of one network, as JSON. */
export function networkJson(network: Network, notes: readonly string[]) {
  const { name, title, architecture, preprocessing, inputShape, output, classes, unit, camNode, weightsSha256 } =
    network;
  return {
    name,
    title,
    architecture,
    inputShape,
    preprocessing,
    output,
    unit,
    classes,
    camNode,
    weightsSha256,
    notes,
    methods: methodsOf(network),
    layers: layerTable(network),
  };
}

/** The same for a person: what it takes, what it gives, which methods it allows, and its layers. */
export function describeNetwork(network: Network, notes: readonly string[]): string {
  const { allowed, others } = methodsOf(network);
  const layers = layerTable(network);
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  const about = [
    [
      'takes',
      `${network.inputShape.join('×')} (height, width, channels): ${preprocessingWords(network.preprocessing)}`,
    ],
    ['gives', outputWords(network)],
    ...notes.map((note) => ['note', note]),
    ['methods', allowed.join(', ')],
    ...others.map(({ name, why }) => ['', `not ${name}: ${why}`]),
    ['layers', `${layers.length}, with ${total.toLocaleString('en-US')} numbers; their names are for --layer`],
  ];
  const rows = layers.map(({ name, title, shape, parameters }) => [
    `  ${name}`,
    title,
    shape.join('×'),
    parameters === 0 ? '' : parameters.toLocaleString('en-US'),
  ]);
  return [
    `${network.title} (${network.name}) · ${network.architecture}`,
    table(about.map((row) => [`  ${row[0]}`, row[1]!])),
    '',
    table([['  LAYER', 'OPERATION', 'OUTPUT', 'NUMBERS'], ...rows]),
    '',
  ].join('\n');
}
