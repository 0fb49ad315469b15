// Makes the documents' pictures and the page of methods again: `npm run docs`, after set-up.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inProject } from './setup/tools.mjs';

const require = createRequire(import.meta.url);
const {
  activationMaximisation,
  describeMap,
  drawScene,
  featureGrid,
  featureMaps,
  loadNetwork,
  maximisedPanel,
  methodPanel,
  methods,
  singleScene,
  views,
} = require(inProject('dist/index.js'));
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
  const folder = views.some((view) => view.name === name) ? 'src/explain' : 'src/explain/methods';
  const text = readFileSync(inProject(`${folder}/${name}.ts`), 'utf8');
  const commented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async function|function|const) (\w+)/g;
  const own = [...text.matchAll(commented)].find(([, , called]) => called.toLowerCase() === name.replaceAll('-', ''));
  if (own === undefined) throw new Error(`no commented function of ${name} in ${name}.ts`);
  return own[1]
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
/** One method's or view's part of the page. */
async function part({ name, title, paper, cost, needs, options: own }, figure, words, colours) {
  await draw(`method-${name}`, figure, colours);
  parts.push(
    `## ${title}`,
    '',
    `![${title}: ${words}](pictures/method-${name}.png)`,
    '',
    comment(name),
    '',
    `\`${name}\` · ${paper} · ${cost}${needs.includes('gradient') ? ' · needs gradients' : ''}${own.length > 0 ? ` · options: ${own.join(', ')}` : ''}`,
    '',
  );
}

for (const method of methods) {
  const map = maps.get(method.name);
  await part(method, methodPanel([map], { width: 420 }), describeMap(map), 64);
}
const pictureOf = {
  'feature-maps': async () => featureGrid(await featureMaps(network, photo, { layer: 'layer2.0.relu2', channels: 7 })),
  'activation-maximisation': async () =>
    maximisedPanel([
      await activationMaximisation(network, { target: 'wolf' }),
      await activationMaximisation(network, { layer: 'layer1.0.relu2', channel: 5 }),
    ]),
};
parts.push('# Views of the network', '', 'These show the network itself; no map of the photo comes out.', '');
for (const view of views) {
  const figure = await pictureOf[view.name]();
  await part(view, figure, figure.alt, 64);
}
writeFileSync(inProject('docs/methods.md'), `${parts.join('\n').trimEnd()}\n`);
process.exit(0);
