import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import { temporaryFolder } from '../explain/leftovers';
import type { RunOptions } from '../explain/progress';
import { contentPolicy } from '../page/policy';
import { executeNotebook } from './execute';
import { escapeHtml, plotly } from './plotly-html';

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

/** Links to the lesson before, to all, and to the next one. */
function navigation(lessons: readonly Lesson[], at: number): string {
  const link = (lesson: Lesson | undefined, before: string, behind: string, relation: string) =>
    lesson === undefined
      ? '<span></span>'
      : `<a rel="${relation}" href="${encodeURI(lesson.page)}">${before}${escapeHtml(lesson.title)}${behind}</a>`;
  const all = '<a href="index.html">All lessons</a>';
  return `<nav class="whylight-lessons" aria-label="Lessons">${link(lessons[at - 1], '← ', '', 'prev')}${all}${link(lessons[at + 1], '', ' →', 'next')}</nav>`;
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
  const files = names.map((name) => path.join(folder, name));
  const lessons = await Promise.all(files.map(async (file) => lessonOf(file, await readFile(file, 'utf8'))));
  const library = 'plotly.js';
  await writeWhole(path.join(out, library), plotly());
  try {
    for (const [i, file] of files.entries()) {
      const [ipynb, html] = [path.join(work, names[i]!), path.join(out, lessons[i]!.page)];
      await executeNotebook(file, { ...run, ipynb, html, page: { library, navigation: navigation(lessons, i) } });
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const index = path.join(out, 'index.html');
  await writeWhole(index, indexPage(lessons));
  return index;
}
