import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Document } from 'yaml';
import { WhylightError } from '../errors';
import { type CardFile, isPath } from '../network/card';
import { encodeSafetensors } from '../network/weights/safetensors';
import { type WrittenFile, writeTogether } from '../write-together';
import type { Trained } from './trained';

/** Where a trained network goes, and where it came from. */
export interface SaveOptions {
  readonly folder: string;
  /** The backbone's card, by name or by file; null for a network of its own. */
  readonly backbone: string | null;
  /** One line on how it was trained. */
  readonly source: string;
  /** What else belongs to it, once its weights are known. Default: nothing. */
  readonly beside?: (weights: StoredWeights) => Promise<readonly WrittenFile[]>;
}

/** The weights as they lie in their file. */
export interface StoredWeights {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Files of a network that training makes. */
export function trainedFiles(folder: string, name: string) {
  const file = (ending: string) => path.join(folder, `${name}${ending}`);
  return {
    card: file('.yaml'),
    weights: file('.safetensors'),
    report: file('.training.json'),
    sheet: file('.mistakes.png'),
  };
}

/** Throws where a card of that name exists that training did not make: it would be overwritten. */
export async function refuseForeignCard(folder: string, name: string): Promise<void> {
  const { card, report } = trainedFiles(folder, name);
  const there = (file: string) =>
    readFile(file).then(
      () => true,
      () => false,
    );
  if ((await there(card)) && !(await there(report))) {
    throw new WhylightError(`${card} is there already and was not made by training (choose another name or --out)`);
  }
}

/**
 * Writes a trained network as a card and a safetensors file of the weights that its backbone does not have; the card is the last.
 * @returns the files in the order in which they were written
 * @throws WhylightError where a file cannot be written.
 */
export async function saveTrained(
  {
    network,
    parameters,
    backboneSha256,
    half,
    kind,
  }: Pick<Trained, 'network' | 'parameters' | 'backboneSha256' | 'half' | 'kind'>,
  { folder, backbone, source, beside }: SaveOptions,
): Promise<readonly string[]> {
  const { card, weights } = trainedFiles(folder, network.name);
  const bytes = encodeSafetensors(parameters, { half });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = path.basename(weights);
  const more = (await beside?.({ file, sha256, bytes: bytes.length })) ?? [];
  const stored = { file, sha256, url: null };
  const text = cardText(network, stored, { backboneSha256, kind }, { folder, backbone, source });
  return writeTogether(folder, [[weights, bytes], ...more, [card, text]]);
}

function cardText(
  { title, architecture, preprocessing, output, classes }: Trained['network'],
  stored: CardFile,
  { backboneSha256, kind }: Pick<Trained, 'backboneSha256' | 'kind'>,
  { folder, backbone, source }: SaveOptions,
): string {
  const relative = (place: string) => {
    const way = path.relative(folder, place).split(path.sep).join('/');
    return way.includes('/') ? way : `./${way}`;
  };
  const own =
    backbone === null
      ? { architecture, weights: stored, preprocessing }
      : { backbone: isPath(backbone) ? relative(backbone) : backbone, backboneSha256, head: stored };
  const usual = kind === undefined || (kind.labels === 'folders' && kind.keep === 'best');
  const document = new Document({ title, ...own, output, classes, source, ...(!usual && { training: kind }) });
  for (const key of [['classes'], ['training'], ...['crop', 'mean', 'std'].map((part) => ['preprocessing', part])]) {
    const node = document.getIn(key) as { flow?: boolean } | undefined;
    if (node !== undefined && typeof node === 'object') node.flow = true;
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
