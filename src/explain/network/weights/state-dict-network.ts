import path from 'node:path';
import { listAllowed, WhylightError } from '../../errors';
import { architectureNames } from '../architectures';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import { type ArchitectureFit, Catalogue, fitArchitecture, sampleOf, type WholeFit } from './architecture-fit';
import type { Checkpoint } from './checkpoint';
import { chooseFit, readFit } from './fit-weights';
import { openCheckpoint } from './open-checkpoint';
import { quoteName } from './quote-name';
import { unfitWords } from './unfit-words';
import { weightGroups } from './weight-groups';

/** Tensors in a file that is held against every architecture. */
const MOST = 20_000;

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
    const match = architectureOf(checkpoint, name, { size, architecture });
    const { fit, notes } = chooseFit(match.fits, checkpoint);
    const { outputs, inputShape } = fit;
    const { built, request } = sampleOf(match.name, outputs, inputShape);
    const { labels, sentence } = labelsOf(checkpoint, outputs);
    return {
      format: `${checkpoint.format}, ${match.name}`,
      graph: built.graph,
      parameters: readFit(fit, request, checkpoint),
      camNode: built.camNode,
      inputShape,
      outputs,
      ending: null,
      labels,
      preprocessing: null,
      weightsSha256: sha256,
      notes: [
        `its weights fit ${match.name} ${match.how}: the computation of ${match.name} is taken`,
        ...notes,
        ...checkpoint.notes,
        ...(sentence === null ? [] : [sentence]),
        ...(inputShape[2] === 1 ? ['its first kernels take one channel'] : []),
        ...(size === undefined ? [sizeWords(fit, match.name)] : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof WhylightError) || error.message.includes(quoteName(name))) throw error;
    throw new WhylightError(`${quoteName(name)}: ${error.message}`, { cause: error });
  }
}

function architectureOf(
  checkpoint: Checkpoint,
  file: string,
  { size, architecture }: ForeignOptions,
): ArchitectureFit & { readonly how: string } {
  if (checkpoint.tensors.length > MOST) {
    throw new WhylightError(`it holds ${checkpoint.tensors.length} tensors (allowed without a card: up to ${MOST})`);
  }
  const catalogue = new Catalogue(architecture === undefined ? architectureNames() : [architecture], size);
  const groups = weightGroups(checkpoint);
  const candidates = differentGraphs(catalogue.names.flatMap((name) => fitArchitecture(name, groups, catalogue) ?? []));
  const [first, ...others] = candidates;
  if (first === undefined) throw new WhylightError(unfitWords(checkpoint, file, catalogue, groups));
  const how = 'by names and shapes';
  if (others.length === 0) return { ...first, how };
  // Of twins that differ in what no weight shows, the file may name its own.
  const namesakes = candidates.filter(({ name }) => name.replace(/-timm$/, '') === checkpoint.architecture);
  if (namesakes.length === 1) return { ...namesakes[0]!, how: `${how}, and it calls itself so` };
  throw new WhylightError(
    `its weights fit ${candidates.length} architectures alike: ${listAllowed(candidates.map(({ name }) => name))} (choose one in a card: architecture: ${first.name})`,
  );
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

function sizeWords({ inputShape: [height, width], isForThisSize }: WholeFit, architecture: string): string {
  const size = `${height}×${width}`;
  return isForThisSize
    ? `its weights are for ${size}, by their shapes`
    : `it does not say for which size: ${size} is taken, usual for ${architecture}`;
}

function labelsOf(
  checkpoint: Checkpoint,
  outputs: number,
): { labels: readonly string[] | null; sentence: string | null } {
  const entry = checkpoint.labels.find(({ names }) => names.length === outputs);
  if (entry === undefined) return { labels: null, sentence: null };
  return { labels: entry.names, sentence: `its class names are those at ${quoteName(entry.key)}` };
}
