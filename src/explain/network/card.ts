import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { listAllowed, WhylightError } from '../errors';
import { architectures } from './architectures';

const file = z.strictObject({
  /** The published file name. */
  file: z.string().min(1),
  /** 64 hex digits, or the first 8 or more where the publisher gives no more. */
  sha256: z.string().regex(/^[0-9a-fA-F]{8,64}$/, 'allowed: 8 to 64 hex digits'),
  url: z.url().nullable().default(null),
});

const triple = z.tuple([z.number(), z.number(), z.number()]);
const side = z.int().min(1).max(4096);

const schema = z.strictObject({
  title: z.string().min(1),
  architecture: z.enum(Object.keys(architectures) as [string, ...string[]]),
  weights: file,
  preprocessing: z.strictObject({
    resize: z.union([side, z.tuple([side, side])]).nullable(),
    crop: z.union([side, z.tuple([side, side])]),
    mean: triple,
    std: triple,
  }),
  output: z.enum(['softmax', 'sigmoid']),
  /** The labels, or a file with one a line. */
  classes: z.union([z.array(z.string().min(1)).min(2), file]),
  source: z.string().optional(),
  licence: z.string().optional(),
});

/** What a network card says: architecture, weights, preprocessing, classes. */
export type NetworkCard = z.infer<typeof schema> & {
  readonly name: string;
  /** The card's own file. */
  readonly path: string;
};

const folder = path.resolve(__dirname, '../../../networks');

/**
 * Reads and checks a network card by name or by its YAML file.
 * @throws WhylightError naming the file, the line, the key and what is allowed.
 */
export async function readCard(nameOrPath: string): Promise<NetworkCard> {
  const isPath = /[\\/]|\.ya?ml$/.test(nameOrPath);
  const cardFile = isPath ? path.resolve(nameOrPath) : path.join(folder, `${nameOrPath}.yaml`);
  let text: string;
  try {
    text = await readFile(cardFile, 'utf8');
  } catch {
    const names = isPath ? [] : await cardNames();
    throw new WhylightError(
      isPath
        ? `no such network card: ${nameOrPath}`
        : `unknown network: ${nameOrPath} (known: ${listAllowed(names, 20)}; or a card's file)`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) throw new WhylightError(`${path.basename(cardFile)}: ${broken.message.split('\n')[0]}`);
  const checked = schema.safeParse(document.toJS());
  if (checked.success)
    return { ...checked.data, name: path.basename(cardFile).replace(/\.ya?ml$/, ''), path: cardFile };
  const issue = checked.error.issues[0]!;
  const node = document.getIn(issue.path as (string | number)[], true) as { range?: readonly number[] } | undefined;
  const line = node?.range ? `line ${lines.linePos(node.range[0]!).line}: ` : '';
  const given =
    node && typeof (node as { value?: unknown }).value !== 'object' ? ` ${(node as { value?: unknown }).value}` : '';
  throw new WhylightError(
    `${path.basename(cardFile)}: ${line}${issue.path.join('.') || 'card'}${given}: ${words(issue)}`,
  );
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `unknown key ${issue.keys.join(', ')} (allowed: ${Object.keys(schema.shape).join(', ')})`;
  if (issue.code === 'invalid_value') return `not known (allowed: ${listAllowed(issue.values.map(String), 40)})`;
  if (issue.code === 'invalid_union') return issue.errors.flat().map(words).slice(0, 3).join('; or ');
  return issue.message;
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
