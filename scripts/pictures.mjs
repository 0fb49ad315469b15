// Makes the documents' pictures and the page of methods again: `npm run docs`, after set-up.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { housePicture } from './house-picture.mjs';
import { measuresPage } from './measures-page.mjs';
import { methodsPage } from './methods-page.mjs';
import { inProject } from './setup/tools.mjs';

const require = createRequire(import.meta.url);
const {
  activationMaximisation,
  describeMap,
  drawScene,
  featureGrid,
  featureMaps,
  loadNetwork,
  loadPhoto,
  maximisedPanel,
  methodPanel,
  methods,
  singleScene,
  views,
} = require(inProject('dist/index.js'));
const { figurePicture } = require(inProject('dist/page/picture.js'));
const { findChromium } = require(inProject('dist/page/find-chromium.js'));
const { describeOptions } = require(inProject('dist/explain/methods/method-options.js'));
const { measures } = require(inProject('dist/explain/measures/index.js'));
const { measureQuestions } = require(inProject('dist/explain/measures/define-measure.js'));
const { baselines } = require(inProject('dist/explain/measures/baselines/index.js'));
const { baselineKnowledge } = require(inProject('dist/explain/measures/baselines/define-baseline.js'));
const { referenceText } = require(inProject('dist/report/bibliography.js'));
const sharp = require('sharp');

const pictures = inProject('docs/pictures');
mkdirSync(pictures, { recursive: true });

async function draw(name, figure, colours = 256) {
  const png = figurePicture(figure, findChromium(), 'png');
  if (png === null) throw new Error('Chromium did not draw the picture');
  writeFileSync(`${pictures}/${name}.png`, await sharp(png).png({ palette: true, colours, effort: 10 }).toBuffer());
}

const network = await loadNetwork('scenes-fair');
const photo = drawScene(singleScene('wolf', { background: 'snow', seed: 3 })).image;
const options = { occlusion: { size: 12, stride: 6 } };
const maps = new Map();
const words = new Map();
for (const { name, run } of methods) {
  const map = await run(network, photo, { target: 'wolf', ...options[name] });
  maps.set(name, map);
  words.set(name, describeMap(map));
  await draw(`method-${name}`, methodPanel([map], { width: 420 }), 64);
}
const three = ['saliency', 'occlusion', 'cam'].map((name) => maps.get(name));
await draw('why-wolf', methodPanel(three, { width: 860, bars: false }));

const lite = await loadNetwork('efficientnet-lite0');
const cat = await loadPhoto(inProject('notebooks/photos/chelsea.png'));
const ofCat = [];
for (const name of ['saliency', 'occlusion', 'cam']) {
  ofCat.push(await methods.find((method) => method.name === name).run(lite, cat, {}));
}
await draw('why-cat', methodPanel(ofCat, { width: 860, bars: false }), 128);

const figures = {
  'feature-maps': async () => featureGrid(await featureMaps(network, photo, { layer: 'layer2.0.relu2', channels: 7 })),
  'activation-maximisation': async () =>
    maximisedPanel([
      await activationMaximisation(network, { target: 'wolf' }),
      await activationMaximisation(network, { layer: 'layer1.0.relu2', channel: 5 }),
    ]),
};
for (const { name } of views) {
  const figure = await figures[name]();
  words.set(name, figure.alt);
  await draw(`method-${name}`, figure, 64);
}
const page = methodsPage({
  methods,
  views,
  network: network.name,
  words: (name) => words.get(name),
  optionRows: describeOptions,
  referenceText,
});
writeFileSync(inProject('docs/methods.md'), page);
const shown = { measures, questions: measureQuestions, baselines, knowledge: baselineKnowledge };
writeFileSync(inProject('docs/measures.md'), measuresPage({ ...shown, optionRows: describeOptions, referenceText }));
writeFileSync(`${pictures}/house.svg`, housePicture());
process.exit(0);
