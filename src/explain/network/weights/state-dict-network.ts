import path from 'node:path';
import { listAllowed, WhylightError } from '../../errors';
import { architectureNames } from '../architectures';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import {
  type ArchitectureFit,
  fitArchitecture,
  missingRenaming,
  nearestArchitecture,
  sampleOf,
  tooSmallOr,
} from './architecture-fit';
import type { Checkpoint } from './checkpoint';
import { chooseFit, problemWords, readFit } from './fit-weights';
import { openCheckpoint } from './open-checkpoint';
import { quoteName } from './quote-name';
import { groupWords, type WeightGroup, weightGroups } from './weight-groups';

/** Tensors in a file that is held against every architecture. */
const MOST = 20_000;

/** What architectures are usually fed, in px; a weights file does not say it. */
const usualSize = (architecture: string): number =>
  /inception/.test(architecture) ? 299 : /cifar/.test(architecture) ? 32 : 224;

/**
 * A network out of a weights file alone (PyTorch in its zip and its legacy format, safetensors, an index of either in
 * parts): the one architecture that its weights fit whole, by names and shapes.
 *
 * @throws WhylightError naming the file: it holds no weights, the weights fit several architectures or none (what is
 *   missing of the nearest, and how the network is exported instead), or lie there several times.
 */
export async function readStateDictNetwork(
  file: string,
  { size, architecture }: ForeignOptions = {},
): Promise<ForeignNetwork> {
  const name = path.basename(file);
  const { checkpoint, sha256 } = await openCheckpoint(file, name);
  try {
    const found = architectureOf(checkpoint, name, { size, architecture });
    const { fit, notes } = chooseFit([...found.fits.keys()], checkpoint);
    const outputs = found.fits.get(fit)!;
    const { built, wanted } = sampleOf(found.name, outputs, found.inputShape);
    const { labels, sentence } = labelsOf(checkpoint, outputs);
    const [height, width] = found.inputShape;
    return {
      format: `${checkpoint.format}, ${found.name}`,
      graph: built.graph,
      parameters: readFit(fit, wanted, checkpoint),
      camNode: built.camNode,
      inputShape: found.inputShape,
      outputs,
      ending: null,
      labels,
      preprocessing: null,
      weightsSha256: sha256,
      notes: [
        `its weights fit ${found.name} by names and shapes, whose computation is taken`,
        ...notes,
        ...checkpoint.notes,
        ...(sentence === null ? [] : [sentence]),
        ...(size === undefined
          ? [`it does not say for which size: ${height}×${width} is taken, usual for ${found.name}`]
          : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof WhylightError) || error.message.includes(quoteName(name))) throw error;
    throw new WhylightError(`${quoteName(name)}: ${error.message}`, { cause: error });
  }
}

function architectureOf(checkpoint: Checkpoint, file: string, { size, architecture }: ForeignOptions): ArchitectureFit {
  const names = architecture === undefined ? architectureNames() : [architecture];
  const inputShapeOf = (name: string) => {
    const side = usualSize(name);
    return [...(size ?? [side, side]), 3] as unknown as readonly [number, number, 3];
  };
  if (checkpoint.tensors.length > MOST) {
    throw new WhylightError(`it holds ${checkpoint.tensors.length} tensors (allowed without a card: up to ${MOST})`);
  }
  const groups = weightGroups(checkpoint);
  const fitting = names.flatMap((name) => {
    const fitted = () => fitArchitecture(name, groups, inputShapeOf(name));
    const fit = architecture === undefined ? tooSmallOr(fitted) : fitted();
    return fit === null ? [] : [fit];
  });
  const [first, ...others] = differentGraphs(fitting);
  if (first === undefined) throw new WhylightError(nothingFits(checkpoint, file, names, groups, inputShapeOf));
  if (others.length > 0) {
    const words = [first, ...others].map((one) => one.name);
    throw new WhylightError(
      `its weights fit ${words.length} architectures alike: ${listAllowed(words)} (choose one in a card: architecture: ${first.name})`,
    );
  }
  return first;
}

/** Without those that are the same network under another name. */
function differentGraphs(fits: readonly ArchitectureFit[]): readonly ArchitectureFit[] {
  const byGraph = new Map<string, ArchitectureFit>();
  for (const fit of fits) {
    const graph = JSON.stringify([fit.sample.built.graph, fit.sample.built.camNode]);
    if (!byGraph.has(graph)) byGraph.set(graph, fit);
  }
  return [...byGraph.values()];
}

function labelsOf(
  checkpoint: Checkpoint,
  outputs: number,
): { labels: readonly string[] | null; sentence: string | null } {
  const found = checkpoint.labels.find(({ names }) => names.length === outputs);
  if (found === undefined) return { labels: null, sentence: null };
  return { labels: found.names, sentence: `its class names are those at ${quoteName(found.key)}` };
}

function nothingFits(
  checkpoint: Checkpoint,
  file: string,
  names: readonly string[],
  groups: readonly WeightGroup[],
  inputShapeOf: (name: string) => readonly [number, number, 3],
): string {
  const nearest = nearestArchitecture(names, groups, inputShapeOf);
  if (nearest === null) return 'no architecture is known whose input is so small';
  const { fit, wanted, name } = nearest;
  const place = fit.group.key === '' && fit.group.prefix === '' ? '' : ` at ${groupWords(fit.group)}`;
  const renaming = missingRenaming(fit, wanted);
  const [height, width] = inputShapeOf(name);
  const stem = quoteName(file)
    .replace(/(\.[A-Za-z0-9]+|\.(safetensors|bin)\.index\.json)$/, '')
    .replace(/['\\]/g, '_');
  const model =
    checkpoint.format === 'TorchScript'
      ? `torch.jit.load('${quoteName(file).replace(/['\\]/g, '_')}').eval()`
      : 'model.eval()';
  const help =
    renaming !== null
      ? `if ${quoteName(renaming[0].slice(0, -3))} is its ${renaming[1].slice(0, -3)}, a card can say so: architecture: ${name}, weights: { rename: { '${quoteName(renaming[0])}': '${renaming[1]}' } }`
      : /-\d{5}-of-\d{5}\./.test(file)
        ? 'it is one part of several: open their index (.index.json)'
        : `with the network in PyTorch, torch.onnx.export(${model}, torch.zeros(1, ${channelsOf(fit.group)}, ${height}, ${width}), '${stem}.onnx') writes a file that needs no architecture`;
  const none = names.length === 1 ? '' : `fit none of the ${names.length} architectures known; `;
  const subject =
    names.length === 1 ? `its weights${place} do not fit ${name}` : `its weights${place} ${none}nearest is ${name}`;
  const matching = wanted.shapes.size - fit.missing.length - fit.misshapen.length;
  // What has little in common with the nearest has nothing to do with it.
  const problems =
    2 * matching < wanted.shapes.size
      ? `with ${matching} of ${wanted.shapes.size} weights in common`
      : problemWords(fit, wanted, checkpoint);
  return `${subject} (${problems}); ${help}`;
}

/** Of the input, by the first kernel. */
function channelsOf({ tensors }: WeightGroup): number {
  const kernel = [...tensors.values()].find(({ shape }) => shape.length === 4);
  const channels = kernel?.shape[1] ?? 3;
  return channels <= 4 ? channels : 3;
}
