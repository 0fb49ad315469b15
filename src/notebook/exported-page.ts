import { readFile } from 'node:fs/promises';
import katex from 'katex';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import { katexStyles } from '../page/fonts';
import { contentPolicy } from '../page/policy';
import { pageScripts } from './plotly-html';

/** Sets the equations of a page exported from a notebook; the page needs no other host for them. */
function withEquations(page: string): string {
  let any = false;
  const body = page.replace(
    /<span data-equation="([^"]*)" data-mode="(display|inline)"><\/span>/g,
    (_, text: string, mode: string) => {
      any = true;
      const source = Buffer.from(text, 'base64').toString('utf8');
      return katex.renderToString(source, {
        displayMode: mode === 'display',
        output: 'htmlAndMathml',
        throwOnError: false,
      });
    },
  );
  return any ? body.replace('</head>', () => `<style>${katexStyles()}</style></head>`) : body;
}

const policy = () => `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(pageScripts())}">`;

/** Of the scripts in a page, those that draw its figures run, and nothing that its notebook brought along. */
function withPolicy(page: string): string {
  const [, before = ''] = /^([\s\S]*?<head\b[^>]*>)/i.exec(page) ?? [];
  if (before === '') throw new WhylightError('the exported page has no head to hold its policy');
  return `${before}${policy()}${page.slice(before.length)}`;
}

/** Finishes a page in place. */
export async function finishPage(file: string): Promise<void> {
  await writeWhole(file, withPolicy(withEquations(await readFile(file, 'utf8'))));
}
