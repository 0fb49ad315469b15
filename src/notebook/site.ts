import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import { temporaryFolder } from '../explain/leftovers';
import type { RunOptions } from '../explain/progress';
import { contentPolicy } from '../page/policy';
import { executeNotebook } from './execute';
import { escapeHtml } from './plotly-html';

interface Lesson {
  readonly page: string;
  readonly title: string;
  readonly about: string;
}

/** Title and first paragraph of a notebook. */
function lessonOf(file: string, text: string): Lesson {
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[] }[] };
  const first = [cells.find(({ cell_type: type }) => type === 'markdown')?.source ?? ''].flat().join('');
  const [title = file, about = ''] = first.split(/\n\s*\n/);
  return {
    page: `${path.basename(file, '.ipynb')}.html`,
    title: title.replace(/^#+\s*/, '').trim(),
    about: about.replace(/[*_`]/g, '').replace(/\s+/g, ' ').trim(),
  };
}

function indexPage(lessons: readonly Lesson[]): string {
  const items = lessons.map(
    ({ page, title, about }) =>
      `<li><a href="${encodeURI(page)}">${escapeHtml(title)}</a><p>${escapeHtml(about)}</p></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy([])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Whylight: why did the network say wolf?</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2.5rem auto; padding: 0 1.2rem; }
ol { list-style: none; padding: 0; }
li { margin: 1.4rem 0; }
a { font-weight: 600; font-size: 1.15rem; }
li p { margin: 0.3rem 0 0; }
</style>
</head>
<body>
<h1>Why did the network say wolf?</h1>
<p>Lessons on visual explanations of convolutional networks. Every figure can be hovered over and zoomed.</p>
<ol>
${items.join('\n')}
</ol>
</body>
</html>
`;
}

/**
 * Executes every notebook of a folder and writes each as a page of its own, with an index.
 * @returns the index's file
 * @throws WhylightError as `executeNotebook`, and where there is no notebook.
 */
export async function buildSite(
  folder: string,
  out: string,
  run: Pick<RunOptions, 'onProgress' | 'signal'> = {},
): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ipynb')).sort();
  if (names.length === 0) throw new WhylightError(`no notebooks in ${folder}`);
  const work = temporaryFolder('whylight-site');
  const lessons: Lesson[] = [];
  try {
    for (const name of names) {
      const file = path.join(folder, name);
      const lesson = lessonOf(name, await readFile(file, 'utf8'));
      await executeNotebook(file, { ...run, ipynb: path.join(work, name), html: path.join(out, lesson.page) });
      lessons.push(lesson);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const index = path.join(out, 'index.html');
  await writeWhole(index, indexPage(lessons));
  return index;
}
