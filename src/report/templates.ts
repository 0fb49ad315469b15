import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import { WhylightError } from '../explain/errors';
import { templateFiles as files, type TemplateFile } from './template-files';

const own = path.resolve(__dirname, '../../templates');

/** The files that decide how a document looks. */
export interface Templates {
  /** A template with its values; one that names an unknown value is an error. */
  readonly render: (file: TemplateFile, values: Readonly<Record<string, unknown>>) => string;
  readonly text: (file: TemplateFile | 'flow.js' | 'paper.js') => string;
  readonly escaped: (text: string) => string;
  /** Marks HTML as such, so that no template escapes it. */
  readonly safe: (html: string) => Handlebars.SafeString;
}

/** Folders in which templates lie: a person's, then the project's. */
export const templateFolders = (folder: string | undefined) => (folder === undefined ? [own] : [folder, own]);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Opens the templates: those in the folder, the project's for the rest.
 * @throws WhylightError for a folder that is not there or holds anything else, naming it.
 */
export function openTemplates(folder?: string): Templates {
  const replaced = folder === undefined ? [] : replacements(folder);
  const text = (file: string) => {
    const place = replaced.includes(file) ? folder! : own;
    return readFileSync(path.join(place, file), 'utf8');
  };
  const handlebars = Handlebars.create();
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  /** Names the file that a mistake is in. */
  const naming = <T>(file: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof WhylightError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new WhylightError(`template ${file}: ${message}`);
    }
  };
  for (const file of files.filter((name) => name.endsWith('.hbs'))) {
    naming(file, () => {
      const source = text(file);
      handlebars.parse(source);
      const template = handlebars.compile(source, { strict: true, preventIndent: true });
      compiled.set(file, template);
      handlebars.registerPartial(file.replace('.hbs', ''), template);
    });
  }
  return {
    render: (file, values) => naming(file, () => compiled.get(file)!(values)),
    text,
    escaped: (text) => text.replace(/[&<>"]/g, (sign) => entities[sign]!),
    safe: (html) => new handlebars.SafeString(html),
  };
}

function replacements(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    throw new WhylightError(`no folder of templates: ${folder} (allowed: a folder with any of ${files.join(', ')})`);
  }
  const unknown = names.find((name) => !(files as readonly string[]).includes(name));
  if (unknown === undefined) return names;
  throw new WhylightError(`unknown template: ${path.join(folder, unknown)} (allowed: ${files.join(', ')})`);
}
