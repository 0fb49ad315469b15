import { type Catalogue, missingRenaming, type Nearest, nearestArchitecture } from './architecture-fit';
import type { Checkpoint } from './checkpoint';
import { problemWords } from './fit-weights';
import { quoteName } from './quote-name';
import { groupWords, type WeightGroup } from './weight-groups';

/** Why a file's weights are no architecture's, and what a person can do: a sentence. */
export function unfitWords(
  checkpoint: Checkpoint,
  file: string,
  catalogue: Catalogue,
  groups: readonly WeightGroup[],
): string {
  const nearest = nearestArchitecture(catalogue, groups);
  if (nearest === null) return 'no architecture is known whose input is so small';
  return `${differenceWords(checkpoint, catalogue, nearest)}; ${helpWords(checkpoint, file, catalogue, nearest)}`;
}

function differenceWords(checkpoint: Checkpoint, { names }: Catalogue, { name, fit, request }: Nearest): string {
  const { group, missing, misshapen } = fit;
  const place = group.key === '' && group.prefix === '' ? '' : ` at ${groupWords(group)}`;
  const common = request.shapes.size - missing.length - misshapen.length;
  // What has little in common with the nearest has nothing to do with it.
  const far = 2 * common < request.shapes.size;
  const problems = far
    ? `${common} of its ${request.shapes.size} weights in common`
    : problemWords(fit, request, checkpoint);
  if (names.length === 1) return `its weights${place} do not fit ${name} (${problems})`;
  const none = `its weights${far ? '' : place} fit none of the ${names.length} architectures known`;
  return common === 0 ? none : `${none}; nearest is ${name} (${problems})`;
}

function helpWords(
  checkpoint: Checkpoint,
  file: string,
  catalogue: Catalogue,
  { name, fit, request }: Nearest,
): string {
  if (/-\d{5}-of-\d{5}\./.test(file)) return 'it is one part of several: open their index (.index.json)';
  const renaming = missingRenaming(fit, request);
  if (renaming !== null) {
    const [from, to] = renaming;
    const card = `architecture: ${name}, weights: { rename: { '${quoteName(from)}': '${to}' } }`;
    return `if ${quoteName(from.slice(0, -3))} is its ${to.slice(0, -3)}, a card can say so: ${card}`;
  }
  const plain = quoteName(file).replace(/['\\]/g, '_');
  const stem = plain.replace(/(\.(safetensors|bin))?(\.index)?\.[A-Za-z0-9]+$/, '');
  const model = checkpoint.format === 'TorchScript' ? `torch.jit.load('${plain}').eval()` : 'model.eval()';
  const [height, width] = catalogue.inputShape(name);
  const example = `torch.zeros(1, ${channelsOf(fit.group)}, ${height}, ${width})`;
  return `with the network in PyTorch, torch.onnx.export(${model}, ${example}, '${stem}.onnx') writes a file that needs no architecture`;
}

/** Of the input, by the first kernel. */
function channelsOf({ tensors }: WeightGroup): number {
  const kernel = [...tensors.values()].find(({ shape }) => shape.length === 4);
  const channels = kernel?.shape[1] ?? 3;
  return channels <= 4 ? channels : 3;
}
