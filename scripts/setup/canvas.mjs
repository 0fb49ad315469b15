import { aptInstall, attempt, inProject, nodeGyp, nodeHeaders, StepError } from './tools.mjs';

const folder = inProject('node_modules/canvas');
const libraries = [
  'build-essential',
  'libcairo2-dev',
  'libpango1.0-dev',
  'libjpeg-dev',
  'libgif-dev',
  'librsvg2-dev',
  'libpixman-1-dev',
  'python3',
  'pkg-config',
];
const probe =
  "const { createCanvas } = require('canvas'); createCanvas(2, 2).toBuffer(); process.stdout.write(require('canvas/package.json').version)";

/** Version of canvas where it works, else null. */
export function canvasVersion() {
  const { ok, stdout } = attempt(process.execPath, ['-e', probe], { minutes: 1 });
  return ok ? `canvas ${stdout.trim()}` : null;
}

/** node-canvas: its prebuilt file, else built against the system's cairo. */
export function canvas() {
  const there = canvasVersion();
  if (there !== null) return `${there}, already there`;
  attempt(process.execPath, [inProject('node_modules/prebuild-install/bin.js'), '-r', 'napi'], {
    cwd: folder,
    minutes: 3,
  });
  const prebuilt = canvasVersion();
  if (prebuilt !== null) return `${prebuilt}, prebuilt`;
  let built = build();
  if (canvasVersion() === null && aptInstall(libraries)) built = build();
  const version = canvasVersion();
  if (version === null) {
    throw new StepError(
      `canvas could not be built:\n    ${built.output.trim().split('\n').slice(-6).join('\n    ')}`,
      `install what it needs (Debian and Ubuntu: apt-get install ${libraries.join(' ')}) and run this again`,
    );
  }
  return `${version}, built here`;
}

function build() {
  const gyp = nodeGyp();
  if (gyp === null) return { ok: false, output: 'npm has no node-gyp beside it' };
  return attempt(process.execPath, [gyp, 'rebuild', ...nodeHeaders()], { cwd: folder });
}
