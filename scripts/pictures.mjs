// Makes the pictures of the README again: `node scripts/pictures.mjs`, after set-up.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inProject } from './setup/tools.mjs';

const require = createRequire(import.meta.url);
const { cam, drawScene, loadNetwork, methodPanel, occlusion, saliency, singleScene } = require(
  inProject('dist/index.js'),
);
const { figurePng } = require(inProject('dist/notebook/picture.js'));
const { findChromium } = require(inProject('dist/page/find-chromium.js'));

const network = await loadNetwork('scenes-fair');
const photo = drawScene(singleScene('wolf', { background: 'snow', seed: 3 })).image;
const target = 'wolf';
const maps = [
  await saliency(network, photo, { target }),
  await occlusion(network, photo, { target, size: 10, stride: 5 }),
  await cam(network, photo, { target }),
];
mkdirSync(inProject('docs/pictures'), { recursive: true });
const png = figurePng(methodPanel(maps, { width: 860, bars: false }), findChromium());
if (png === null) throw new Error('Chromium did not draw the picture');
writeFileSync(inProject('docs/pictures/why-wolf.png'), png);
process.exit(0);
