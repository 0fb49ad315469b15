import { existsSync } from 'node:fs';
import path from 'node:path';
import { Document } from 'yaml';
import { classify } from '../explain/classify';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import { loadPhoto } from '../explain/image/load-photo';
import type { ChannelOrder, Fit } from '../explain/image/preprocessing';
import { preprocessingWords } from '../explain/image/preprocessing-words';
import { type Scale, scaleName } from '../explain/network/card-preprocessing';
import type { Described, Part } from '../explain/network/foreign/describe';
import { labelsFromText } from '../explain/network/foreign/labels';
import { type Foreign, openForeign } from '../explain/network/foreign/load-foreign';
import { recognise } from '../explain/network/foreign/recognise';
import { loadNetwork } from '../explain/network/load-network';
import type { OutputKind } from '../explain/network/output-kind';
import { answerRows } from './explain-text';
import { outputWords } from './networks-one';
import { table } from './table';

/** What a person asked `whylight import` for. */
export interface ImportRequest {
  readonly labels?: string;
  readonly size?: readonly [number, number];
  readonly architecture?: string;
  readonly scale?: Scale;
  readonly channels?: ChannelOrder;
  readonly fit?: Fit;
  readonly output?: OutputKind;
  readonly unit?: string;
  readonly title?: string;
  readonly photo?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `Leaves v2.onnx` → `leaves-v2`. */
function cardName(file: string): string {
  const name = path.basename(file).replace(/\.[A-Za-z0-9]+$/, '');
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'network';
}

/** Reads a network's file, writes its card, prints what was assumed, and tries it on a photo. */
export async function importNetwork(file: string, request: ImportRequest): Promise<void> {
  const { size, architecture, scale, channels, fit, output, unit, json = false } = request;
  const name = cardName(file);
  const out = request.out ?? path.join('networks', `${name}.yaml`);
  if (existsSync(out)) throw new WhylightError(`${out} is there already (choose another card with --out)`);
  if (!/\.ya?ml$/.test(out))
    throw new WhylightError(`unusable name of a card: ${out} (allowed: a name that ends in .yaml)`);
  if ((await recognise(file)) === null) {
    throw new WhylightError(`${file} is text, as a card is: whylight networks ${file} says what is in it`);
  }
  const photo = request.photo === undefined ? null : await loadPhoto(request.photo);
  const classes = request.labels === undefined ? undefined : await labelsFromText(request.labels);
  const preprocessing = { scale, channels, fit };
  const opened = await openForeign(file, { size, architecture }, { preprocessing, output, unit, classes });
  await ensureWritableFolder(path.dirname(out));
  const { notes } = opened.foreign;
  const assumptions = opened.network.assumptions ?? [];
  await writeWhole(out, cardText(file, opened, { ...request, title: request.title ?? name }, path.dirname(out)));
  // By its card, so that what was written is what is tried.
  const network = await loadNetwork(out);
  const classification = photo === null ? null : await classify(network, photo);
  const best = classification?.classes.slice(0, 5) ?? null;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ card: out, format: opened.foreign.format, notes, assumptions, classes: best }, null, 2)}\n`,
    );
    return;
  }
  const lines = [
    ['', opened.foreign.format],
    [
      'takes',
      `${network.inputShape.join('×')} (height, width, channels): ${preprocessingWords(network.preprocessing)}`,
    ],
    ['gives', outputWords(network)],
    ...notes.map((note) => ['note', note]),
    ...assumptions.map((sentence) => ['ASSUMED', sentence]),
  ];
  process.stdout.write(`${file}\n${table(lines.map(([word, words]) => [`  ${word}`, words!]))}\nwrote ${out}\n`);
  process.stdout.write(
    best === null
      ? `Try it on a photo that you know: whylight explain PHOTO --network ${out}\n`
      : `\n${request.photo}\n${table(answerRows(best))}\n`,
  );
}

/** The card, each part that was assumed marked above it. */
function cardText(
  file: string,
  { network, foreign, described }: Foreign,
  { title, architecture, unit, labels }: ImportRequest,
  folder: string,
): string {
  const { preprocessing, output, classes } = network;
  const { resize, crop, fit, channels, mean, std } = preprocessing;
  const scale = scaleName(preprocessing);
  const where = path.relative(folder, path.resolve(file)).split(path.sep).join('/');
  const document = new Document(
    {
      title,
      model: { file: where, sha256: foreign.weightsSha256, ...(architecture !== undefined && { architecture }) },
      preprocessing: {
        resize,
        crop,
        ...(fit !== undefined && { fit }),
        channels,
        ...(scale === null ? { mean, std } : { scale }),
      },
      output,
      ...(unit !== undefined && { unit }),
      classes,
    },
    { aliasDuplicateObjects: false },
  );
  for (const place of ['resize', 'crop', 'mean', 'std'].map((key) => ['preprocessing', key])) {
    const node = document.getIn(place) as { flow?: boolean } | undefined;
    if (node !== undefined && node !== null && typeof node === 'object') node.flow = true;
  }
  const remark = (place: readonly string[], part: Part<unknown>, fromPerson: boolean) => {
    const parent = place.length === 1 ? document.contents : document.getIn(place.slice(0, -1), true);
    const pair = (parent as { items: { key: { value: string; commentBefore?: string } }[] }).items.find(
      ({ key }) => key.value === place.at(-1),
    );
    const words =
      part.assumption !== null
        ? `ASSUMED: ${part.assumption}`
        : part.source !== null && !fromPerson
          ? `From ${part.source}.`
          : null;
    if (pair !== undefined && words !== null) pair.key.commentBefore = ` ${words}`;
  };
  const parts: readonly (readonly [readonly string[], keyof Described])[] = [
    [['preprocessing', 'resize'], 'placing'],
    [['preprocessing', 'channels'], 'channels'],
    [['preprocessing', scale === null ? 'mean' : 'scale'], 'scale'],
    [['output'], 'output'],
    [['classes'], 'classes'],
  ];
  for (const [place, part] of parts) remark(place, described[part], part === 'classes' && labels !== undefined);
  const head = [`Written by whylight import: ${foreign.format}.`, ...foreign.notes];
  document.commentBefore = head.map((line) => ` ${line}`).join('\n');
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
