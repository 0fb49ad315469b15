import { readFile } from 'node:fs/promises';
import katex from 'katex';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import { katexStyles } from '../page/fonts';
import { contentPolicy } from '../page/policy';
import { drawScript, plotly, plotlyScript } from './plotly-html';

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

/** What a page gets beside its notebook. */
export interface PageFrame {
  /** The name of a file beside the page that holds Plotly. Default: the page holds it, where it has a figure. */
  readonly library?: string;
  /** HTML before and after the lesson. Default: none. */
  readonly navigation?: string;
}

/** Of the scripts in a page, those that draw its figures run, and nothing that its notebook brought along. */
function withPolicy(page: string, { library, navigation = '' }: PageFrame): string {
  const [, before = ''] = /^([\s\S]*?<head\b[^>]*>)/i.exec(page) ?? [];
  if (before === '') throw new WhylightError('the exported page has no head to hold its policy');
  const hasFigures = page.includes('class="whylight-figure"');
  const within = hasFigures && library === undefined;
  const policy = contentPolicy([...(within ? [plotly()] : []), drawScript], hasFigures && !within);
  const script = within ? plotlyScript() : `<script src="${encodeURI(library ?? '')}"></script>`;
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  // Behind the page's own words on its letters, which decide what a script's bytes are.
  const rest = page.slice(before.length).replace('</head>', () => `${hasFigures ? script : ''}</head>`);
  if (navigation === '') return before + meta + rest;
  const [head = '', body = ''] = [rest.slice(0, rest.indexOf('</head>')), rest.slice(rest.indexOf('</head>'))];
  const top = body.replace(/<body\b[^>]*>/, (tag) => tag + navigation);
  const end = top.lastIndexOf('</body>');
  return before + meta + head + top.slice(0, end) + navigation + top.slice(end);
}

/** Finishes a page in place. */
export async function finishPage(file: string, frame: PageFrame = {}): Promise<void> {
  await writeWhole(file, withPolicy(withEquations(await readFile(file, 'utf8')), frame));
}
