import { readFile } from 'node:fs/promises';
import katex from 'katex';
import { writeWhole } from '../explain/files';
import { katexStyles } from '../page/fonts';

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

/** Finishes a page in place. */
export async function finishPage(file: string): Promise<void> {
  await writeWhole(file, withEquations(await readFile(file, 'utf8')));
}
