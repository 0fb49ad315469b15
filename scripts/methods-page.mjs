import { readFileSync } from 'node:fs';

/** The doc comment of a method's function: its formula, source and limits. */
function comment(name, folder) {
  const file = { smoothgrad: 'smooth-grad' }[name] ?? name;
  const text = readFileSync(new URL(`../${folder}/${file}.ts`, import.meta.url), 'utf8');
  const commented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async )?function (\w+)/g;
  const own = [...text.matchAll(commented)].find(([, , called]) => called.toLowerCase() === name.replaceAll('-', ''));
  if (own === undefined) throw new Error(`no commented function of ${name} in ${file}.ts`);
  return own[1]
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .replace(/@throws[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

/** One method's or view's part of the page. */
function part({ name, title, paper, cost, needsGradient, options }, folder, words) {
  return [
    `## ${title}`,
    '',
    `![${title}: ${words}](pictures/method-${name}.png)`,
    '',
    comment(name, folder),
    '',
    `\`${name}\` · ${paper} · ${cost}${needsGradient ? ' · needs gradients' : ''}${options.length > 0 ? ` · options: ${options.join(', ')}` : ''}`,
    '',
  ];
}

/**
 * docs/methods.md: the methods and views from their cards and doc comments.
 * @param {object} shown
 * @param {readonly any[]} shown.methods
 * @param {readonly any[]} shown.views
 * @param {string} shown.network that the pictures explain.
 * @param {(name: string) => string} shown.words of the picture of a method or view.
 */
export function methodsPage({ methods, views, network, words }) {
  return `${[
    '# The methods',
    '',
    `Every method on one drawn scene, explaining *wolf* in the network \`${network}\`. This page is made by \`npm run docs\``,
    'from the doc comments and the methods themselves.',
    '',
    ...methods.flatMap((method) => part(method, 'src/explain/methods', words(method.name))),
    '# Views of the network',
    '',
    'These show the network itself; no map of the photo comes out.',
    '',
    ...views.flatMap((view) => part(view, 'src/explain', words(view.name))),
  ]
    .join('\n')
    .trimEnd()}\n`;
}
