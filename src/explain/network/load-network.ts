import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listAllowed, WhylightError } from '../errors';
import { buildArchitecture } from './architectures';
import { backboneOf, type NetworkCard, readCard } from './card';
import { gatherClasses } from './gather-classes';
import { kerasNetwork } from './keras/keras-network';
import { readKerasModel } from './keras/model-file';
import type { Network, Parameter } from './network';
import { parameterShapes } from './parameter-shapes';
import { type FindOptions, findFile } from './weights/find';
import { quoteName } from './weights/quote-name';
import { readWeights } from './weights/read';
import { rawOutputs, withHead } from './with-head';

/**
 * Loads a network by its card's name or file: finds and checks its weights, and fits them to its architecture.
 *
 * @throws WhylightError for an unknown network, absent or damaged weights, and tensors that do not fit.
 */
export async function loadNetwork(nameOrCard: string, options: FindOptions = {}): Promise<Network> {
  return load(nameOrCard, options, []);
}

async function load(nameOrCard: string, options: FindOptions, above: readonly string[]): Promise<Network> {
  const card = await readCard(nameOrCard);
  if (above.includes(card.path)) {
    throw new WhylightError(`${card.name} is its own backbone (its cards name each other)`);
  }
  if (card.form === 'architecture') return loadArchitecture(card, options);
  if (card.form === 'keras') return loadKeras(card, options);
  const backbone = await load(backboneOf(card)!, options, [...above, card.path]);
  return card.form === 'head' ? loadHead(card, backbone, options) : gatherClasses(backbone, card);
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
  const weights = { name: card.weights.file, sha256: card.weights.sha256, url: card.weights.url };
  const match = await findFile(weights, options, beside);
  const { crop } = card.preprocessing;
  const [height, width] = typeof crop === 'number' ? [crop, crop] : crop;
  const inputShape = [height, width, 3] as const;
  const classes = await readClasses(card, options, beside);
  checkOutput(card, classes);
  const outputs = rawOutputs(card.output, classes.length);
  const { graph, camNode, parameterName } = buildArchitecture(card.architecture, outputs, inputShape);
  const published = readWeights(await readFile(match.path), card.weights.file);
  const parameters = parameterName === undefined ? published : renamed(published, parameterName, card.weights.file);
  return {
    name: card.name,
    title: card.title,
    architecture: card.architecture,
    graph,
    camNode,
    parameters: fitted(
      card.weights.file,
      `${card.architecture} with ${card.title}`,
      parameters,
      parameterShapes(graph, inputShape),
    ),
    preprocessing: { ...card.preprocessing, crop: [height, width] },
    inputShape,
    output: card.output,
    classes,
    weightsSha256: match.sha256,
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
  const { crop } = card.preprocessing;
  const preprocessing = { ...card.preprocessing, crop: typeof crop === 'number' ? ([crop, crop] as const) : crop };
  return kerasNetwork(model, { name, title, output, classes, preprocessing });
}

function checkOutput({ name, output }: Pick<Network, 'name' | 'output'>, classes: readonly string[]): void {
  if (output === 'sigmoid' && classes.length !== 2) {
    throw new WhylightError(
      `${name}: a sigmoid head has two classes, the negative and the positive; the card lists ${classes.length}`,
    );
  }
}

async function readClasses(
  card: NetworkCard & { form: 'architecture' | 'keras' },
  options: FindOptions,
  beside: string,
): Promise<readonly string[]> {
  if (Array.isArray(card.classes)) return card.classes;
  const { file: name, sha256, url } = card.classes as { file: string; sha256: string; url: string | null };
  const match = await findFile({ name, sha256, url }, options, beside);
  const lines = (await readFile(match.path, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const labels = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  const empty = labels.indexOf('');
  if (empty >= 0) throw new WhylightError(`${name}: line ${empty + 1} is empty (allowed: one class a line)`);
  return labels;
}

/** Parameters under the graph's names; those without one are left out. */
function renamed(
  published: ReadonlyMap<string, Parameter>,
  parameterName: (published: string) => string | null,
  file: string,
): Map<string, Parameter> {
  const result = new Map<string, Parameter>();
  for (const [key, parameter] of published) {
    const name = parameterName(key);
    if (name === null) continue;
    if (result.has(name)) throw new WhylightError(`${file} holds ${name} twice, once under an older name`);
    result.set(name, parameter);
  }
  return result;
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
    const own = parameters.get(name)?.shape;
    return own === undefined || own.join() === shape.join()
      ? []
      : [`${name} is ${own.join('×')}, not ${shape.join('×')}`];
  });
  const problems = [
    missing.length > 0 ? `missing: ${listAllowed(missing, 5)}` : '',
    extra.length > 0 ? `not of this architecture: ${listAllowed(extra, 5)}` : '',
    misshapen.length > 0 ? `of another shape: ${listAllowed(misshapen, 3)}` : '',
  ].filter((problem) => problem !== '');
  if (problems.length > 0) {
    throw new WhylightError(`${file} does not fit ${what}: ${problems.join('; ')}`);
  }
  return new Map([...shapes.keys()].map((name) => [name, parameters.get(name)!]));
}
