import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listAllowed, WhylightError } from '../errors';
import { buildArchitecture } from './architectures';
import { withBatchNormEpsilon } from './batch-norm-epsilon';
import { backboneOf, type NetworkCard, readCard } from './card';
import { cardPreprocessing } from './card-preprocessing';
import type { ForeignNetwork } from './foreign/foreign-network';
import { readLabels } from './foreign/labels';
import { checkModelHash, modelFile, openForeign } from './foreign/load-foreign';
import { gatherClasses } from './gather-classes';
import { foreignKeras } from './keras/foreign-keras';
import { kerasNetwork } from './keras/keras-network';
import { readKerasModel } from './keras/model-file';
import type { Network, Parameter } from './network';
import { rawOutputs } from './output-kind';
import { parameterShapes, shapedParameter } from './parameter-shapes';
import { type FindOptions, findFile } from './weights/find';
import { fitWeights } from './weights/fit-weights';
import { openCheckpoint } from './weights/open-checkpoint';
import { quoteName } from './weights/quote-name';
import { readWeights } from './weights/read';
import { withRenaming } from './weights/rename';
import { isIndexName } from './weights/shard-index';
import { withHead } from './with-head';

/**
 * Loads a network by its card's name or file, or by a file that holds one (ONNX, Keras, TensorFlow.js, PyTorch): finds
 * and checks its weights, and fits them to its architecture.
 *
 * @throws WhylightError for an unknown network, absent or damaged weights, and tensors that do not fit.
 */
export async function loadNetwork(nameOrCard: string, options: LoadOptions = {}): Promise<Network> {
  return load(nameOrCard, options, []);
}

/** Where files may come from, and who hears what was taken for granted. */
export interface LoadOptions extends FindOptions {
  /** Of a file without a card: what was taken of several things, and what was assumed; a sentence each. */
  readonly onNote?: (sentence: string) => void;
}

async function load(nameOrCard: string, options: LoadOptions, above: readonly string[]): Promise<Network> {
  const card = await readCard(nameOrCard);
  if (above.includes(card.path)) {
    throw new WhylightError(`${card.name} is its own backbone (its cards name each other)`);
  }
  if (card.form === 'architecture') return checked(card, await loadArchitecture(card, options));
  if (card.form === 'keras') return loadKeras(card, options);
  if (card.form === 'model') return loadModel(card, options);
  const backbone = await load(backboneOf(card)!, options, [...above, card.path]);
  return card.form === 'head' ? loadHead(card, backbone, options) : gatherClasses(backbone, card);
}

/** The network, if it answers as its card says. */
async function checked(
  card: NetworkCard & { form: 'architecture' | 'keras' | 'model' },
  network: Network,
  ending: ForeignNetwork['ending'] = null,
): Promise<Network> {
  if (card.check === undefined) return network;
  const { checkAnswers } = await import('./check-answers.js');
  await checkAnswers(network, card.check, path.dirname(card.path), ending);
  return network;
}

/** A network as somebody's file holds it. */
async function loadModel(card: NetworkCard & { form: 'model' }, options: LoadOptions): Promise<Network> {
  const file = await modelFile(card, options);
  const { title, name, preprocessing, output, unit } = card;
  const { crop } = preprocessing ?? {};
  const size = card.size ?? (typeof crop === 'number' ? ([crop, crop] as const) : crop);
  const classes = card.classes && (await readClasses(card, options, path.dirname(card.path)));
  const { network: own, foreign } = await openForeign(
    file,
    { size, architecture: card.model.architecture },
    { preprocessing, output, unit, classes },
  );
  checkModelHash(card, foreign.weightsSha256);
  const network = { name, title, ...own };
  // A card was written by somebody who has read what was made of the file.
  const notes = card.path === file ? foreign.notes : [];
  for (const sentence of [...notes, ...(network.assumptions ?? [])]) {
    options.onNote?.(`${path.basename(file)}: ${sentence}`);
  }
  return checked(card, network, foreign.ending);
}

/** A card's network on another's: the head's file, fitted to the backbone. */
async function loadHead(
  card: NetworkCard & { form: 'head' },
  backbone: Network,
  options: FindOptions,
): Promise<Network> {
  const { backboneSha256: trainedOn = backbone.weightsSha256 } = card;
  if (trainedOn !== backbone.weightsSha256) {
    const [is, was] = [backbone.weightsSha256, trainedOn].map((hash) => hash.slice(0, 12));
    throw new WhylightError(
      `${card.name}: its backbone ${backbone.name} has other weights (sha256 ${is}…) than its head was trained on (${was}…); train ${card.name} again, or bring the backbone's former weights back`,
    );
  }
  const { file, sha256, url } = card.head;
  const match = await findFile({ name: file, sha256, url }, options, path.dirname(card.path));
  checkOutput(card, card.classes);
  const { name, title, output, classes } = card;
  const empty = withHead(backbone, { name, title, output, classes, parameters: new Map(), weightsSha256: '' });
  const shapes = parameterShapes(empty.graph, empty.inputShape);
  const weights = readWeights(await readFile(match.path), file);
  const own = new Map([...shapes].filter(([parameter]) => weights.has(parameter) || /^fc\./.test(parameter)));
  return withHead(backbone, {
    name,
    title,
    output,
    classes,
    parameters: fitted(file, `a head on ${backbone.name} with ${title}`, weights, own),
    weightsSha256: createHash('sha256').update(backbone.weightsSha256).update(match.sha256).digest('hex'),
  });
}

async function loadArchitecture(card: NetworkCard & { form: 'architecture' }, options: FindOptions): Promise<Network> {
  const beside = path.dirname(card.path);
  const { file: name, sha256 = '', url, wheel, key, prefix, rename = {}, batchNormEpsilon } = card.weights;
  // The hash of a file in parts is that of all its files.
  const match = await findFile({ name, sha256: isIndexName(name) ? '' : sha256, url, wheel }, options, beside);
  const preprocessing = cardPreprocessing(card.preprocessing);
  const [height, width] = preprocessing.crop;
  const inputShape = [height, width, preprocessing.mean.length] as const;
  const classes = await readClasses(card, options, beside);
  checkOutput(card, classes);
  const outputs = rawOutputs(card.output, classes.length);
  const built = buildArchitecture(card.architecture, outputs, inputShape);
  const graph = batchNormEpsilon === undefined ? built.graph : withBatchNormEpsilon(built.graph, batchNormEpsilon);
  const { checkpoint, sha256: weightsSha256 } = await openCheckpoint(match.path, name);
  if (!weightsSha256.startsWith(sha256.toLowerCase())) {
    throw new WhylightError(`${name} with its parts has a wrong checksum: sha256 ${weightsSha256}, expected ${sha256}`);
  }
  const request = {
    shapes: parameterShapes(graph, inputShape),
    parameterName: withRenaming(rename, built.parameterName),
  };
  const what = `${card.architecture} with ${card.title}`;
  return {
    name: card.name,
    title: card.title,
    architecture: card.architecture,
    graph,
    camNode: built.camNode,
    parameters: fitWeights(name, checkpoint, request, { key, prefix }, what).parameters,
    preprocessing,
    inputShape,
    output: card.output,
    ...(card.unit !== undefined && { unit: card.unit }),
    classes,
    weightsSha256,
  };
}

async function loadKeras(card: NetworkCard & { form: 'keras' }, options: FindOptions): Promise<Network> {
  const beside = path.dirname(card.path);
  const { file, sha256 } = card.keras;
  const match = await findFile({ name: file, sha256: '', url: null }, options, beside);
  const model = await readKerasModel(match.path);
  if (sha256 !== undefined && !model.sha256.startsWith(sha256.toLowerCase())) {
    throw new WhylightError(
      `${file} with its weights has a wrong checksum: sha256 ${model.sha256}, expected ${sha256} (${match.path})`,
    );
  }
  const { name, title, output } = card;
  const classes = await readClasses(card, options, beside);
  checkOutput(card, classes);
  const preprocessing = cardPreprocessing(card.preprocessing);
  const unit = card.unit === undefined ? {} : { unit: card.unit };
  const network = { ...kerasNetwork(model, { name, title, output, classes, preprocessing }), ...unit };
  if (card.check === undefined) return network;
  return checked(card, network, foreignKeras(model, name, { size: preprocessing.crop }).ending);
}

function checkOutput({ name, output }: Pick<Network, 'name' | 'output'>, classes: readonly string[]): void {
  if (output === 'softmax' && classes.length < 2) {
    throw new WhylightError(`${name}: a softmax head has two classes or more; the card lists ${classes.length}`);
  }
  if (output === 'sigmoid' && classes.length !== 2) {
    throw new WhylightError(
      `${name}: a sigmoid head has two classes, the negative and the positive; the card lists ${classes.length}`,
    );
  }
}

async function readClasses(
  card: NetworkCard & { form: 'architecture' | 'keras' | 'model' },
  options: FindOptions,
  beside: string,
): Promise<readonly string[]> {
  if (Array.isArray(card.classes)) return card.classes;
  const { file: name, sha256, url } = card.classes as { file: string; sha256: string; url: string | null };
  const match = await findFile({ name, sha256, url }, options, beside);
  return readLabels(match.path);
}

function fitted(
  file: string,
  what: string,
  parameters: ReadonlyMap<string, Parameter>,
  shapes: ReadonlyMap<string, readonly number[]>,
): Map<string, Parameter> {
  const missing = [...shapes.keys()].filter((name) => !parameters.has(name));
  const extra = [...parameters.keys()].filter((name) => !shapes.has(name)).map((name) => quoteName(name));
  const misshapen = [...shapes].flatMap(([name, shape]) => {
    const published = parameters.get(name);
    return published === undefined || shapedParameter(published, shape) !== null
      ? []
      : [`${name} is ${published.shape.join('×')}, not ${shape.join('×')}`];
  });
  const problems = [
    missing.length > 0 ? `missing: ${listAllowed(missing, 5)}` : '',
    extra.length > 0 ? `not of this architecture: ${listAllowed(extra, 5)}` : '',
    misshapen.length > 0 ? `of another shape: ${listAllowed(misshapen, 3)}` : '',
  ].filter((problem) => problem !== '');
  if (problems.length > 0) {
    throw new WhylightError(`${file} does not fit ${what}: ${problems.join('; ')}`);
  }
  return new Map([...shapes].map(([name, shape]) => [name, shapedParameter(parameters.get(name)!, shape)!]));
}
