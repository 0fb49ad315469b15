// Makes the documents' pictures and the page of methods again: `npm run docs`, after set-up.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inProject } from './setup/tools.mjs';

const require = createRequire(import.meta.url);
const { describeMap, drawScene, loadNetwork, methodPanel, methods, singleScene } = require(inProject('dist/index.js'));
const { figurePng } = require(inProject('dist/notebook/picture.js'));
const { findChromium } = require(inProject('dist/page/find-chromium.js'));
const sharp = require('sharp');

const pictures = inProject('docs/pictures');
mkdirSync(pictures, { recursive: true });

async function draw(name, figure, colours = 256) {
  const png = figurePng(figure, findChromium());
  if (png === null) throw new Error('Chromium did not draw the picture');
  writeFileSync(`${pictures}/${name}.png`, await sharp(png).png({ palette: true, colours, effort: 10 }).toBuffer());
}

/** The doc comment of a method's function: its formula, source and limits. */
function comment(name) {
  const file = { smoothgrad: 'smooth-grad' }[name] ?? name;
  const text = readFileSync(inProject(`src/explain/methods/${file}.ts`), 'utf8');
  const found = [...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async )?function/g)].at(-1)[1];
  return found
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .replace(/@throws[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

const network = await loadNetwork('scenes-fair');
const photo = drawScene(singleScene('wolf', { background: 'snow', seed: 3 })).image;
const options = { occlusion: { size: 12, stride: 6 } };
const maps = new Map();
for (const method of methods) {
  maps.set(method.name, await method.run(network, photo, { target: 'wolf', ...options[method.name] }));
}
const three = ['saliency', 'occlusion', 'cam'].map((name) => maps.get(name));
await draw('why-wolf', methodPanel(three, { width: 860, bars: false }));
const parts = [
  '# The methods',
  '',
  `Every method on one drawn scene, explaining *wolf* in the network \`${network.name}\`. This page is made by \`npm run docs\``,
  'from the doc comments and the methods themselves.',
  '',
];
for (const { name, title, paper, cost, needsGradient, options: own } of methods) {
  const map = maps.get(name);
  await draw(`method-${name}`, methodPanel([map], { width: 420 }), 64);
  parts.push(
    `## ${title}`,
    '',
    `![${title}: ${describeMap(map)}](pictures/method-${name}.png)`,
    '',
    comment(name),
    '',
    `\`${name}\` · ${paper} · ${cost}${needsGradient ? ' · needs gradients' : ''}${own.length > 0 ? ` · options: ${own.join(', ')}` : ''}`,
    '',
  );
}
writeFileSync(inProject('docs/methods.md'), `${parts.join('\n').trimEnd()}\n`);
process.exit(0);
