import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { listAllowed, WhylightError } from '../explain/errors';
import { occlusionFills } from '../explain/methods/occlusion';
import { animalKinds, backgroundKinds } from '../scenes/spec';

const pixels = z.union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])]);
const target = z.union([z.string().min(1), z.int().min(0)]);

const photo = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({
    scene: z.enum(['single', 'competing', 'instances', 'beside-person', 'on-white']),
    kind: z.enum(animalKinds),
    rival: z.enum(animalKinds).optional(),
    count: z.int().min(1).max(6).optional(),
    background: z.enum(backgroundKinds).optional(),
    seed: z.int().min(0),
  }),
]);

const subject = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** What the picture shows, for captions. */
  shows: z.string().min(1),
  photo,
  network: z.string().min(1),
  target: target.optional(),
  rival: target.optional(),
  occlusion: z
    .strictObject({
      size: pixels.optional(),
      stride: pixels.optional(),
      fill: z.enum(occlusionFills).optional(),
      seed: z.int().min(0).optional(),
    })
    .optional(),
});

const schema = z.strictObject({
  title: z.string().min(1),
  authors: z.array(z.string().min(1)).min(1),
  /** Where the pictures come from, in a sentence. */
  data: z.string().min(1),
  page: z.enum(['a4', 'letter']).default('a4'),
  subjects: z.array(subject).min(1),
});

/** A report's parameters: which photos, which networks, which options. */
export type Study = z.infer<typeof schema>;
export type StudySubject = Study['subjects'][number];
export type StudyPhoto = StudySubject['photo'];

const folder = path.resolve(__dirname, '../../reports/studies');

/**
 * Reads a study by name (`scenes`, `photos`) or file, and checks it.
 *
 * @param overrides `key=value` pairs, dots reaching inside: `subjects.0.occlusion.stride=4`.
 * @throws WhylightError naming the line, the key and what is allowed.
 */
export function readStudy(nameOrFile: string, overrides: readonly string[] = []): Study {
  const file = /[\\/]|\.ya?ml$/.test(nameOrFile) ? nameOrFile : path.join(folder, `${nameOrFile}.yaml`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new WhylightError(`no such study: ${nameOrFile} (allowed: scenes, photos, or a YAML file)`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) throw new WhylightError(`${path.basename(file)}: ${broken.message.split('\n')[0]}`);
  for (const override of overrides) applyOverride(document, override);
  const checked = schema.safeParse(document.toJS());
  if (checked.success) return unique(checked.data, file);
  const issue = checked.error.issues[0]!;
  const node = document.getIn(issue.path as (string | number)[], true) as { range?: readonly number[] } | undefined;
  const line = node?.range ? `line ${lines.linePos(node.range[0]!).line}: ` : '';
  throw new WhylightError(`${path.basename(file)}: ${line}${issue.path.join('.') || 'study'}: ${issueWords(issue)}`);
}

function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown key ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_value') return `allowed: ${listAllowed(issue.values.map(String))}`;
  if (issue.code === 'invalid_union') return issue.errors.flat().map(issueWords).slice(0, 3).join('; or ');
  return issue.message;
}

function unique(study: Study, file: string): Study {
  const ids = study.subjects.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new WhylightError(`${path.basename(file)}: two subjects are called ${twice}`);
  return study;
}

function applyOverride(document: ReturnType<typeof parseDocument>, override: string): void {
  const at = override.indexOf('=');
  if (at < 1) throw new WhylightError(`unusable --set: ${override} (allowed: key=value, as page=letter)`);
  const keys = override
    .slice(0, at)
    .split('.')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  document.setIn(keys, parseDocument(override.slice(at + 1)).toJS());
}
