import { forThisMachine, pinnedFile } from './pinned.mjs';
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

const releases = 'https://github.com/Automattic/node-canvas/releases/download/v3.2.3/canvas-v3.2.3-napi-v7-';
/** Its prebuilt files; their sha256 as others who pin them found it too. The one for arm64 Linux is built here. */
const prebuilds = {
  'linux x64': {
    url: `${releases}linux-x64.tar.gz`,
    sha256: '886d1cc270d4caad1d1698ee97532e79c60e992e16fe5f37f2d3bb058f4292b0',
  },
  'darwin x64': {
    url: `${releases}darwin-x64.tar.gz`,
    sha256: '74a549f88cc570042951a77cb7baec4661d08b2d79ccff08352a5e8d4a7c86d9',
  },
  'darwin arm64': {
    url: `${releases}darwin-arm64.tar.gz`,
    sha256: '38c296c9d81c05598db849fb8103543d6649fec7246c35197d9be8199c75116f',
  },
};

async function unpackPrebuild() {
  const file = forThisMachine(prebuilds);
  const pinned = file === null ? null : await pinnedFile(file);
  if (pinned?.file) attempt('tar', ['-xzf', pinned.file, '-C', folder, '--no-same-owner']);
  return pinned?.problem ?? `no prebuilt file is pinned for ${process.platform} on ${process.arch}`;
}

/** node-canvas: its prebuilt file, else built against the system's cairo. */
export async function canvas() {
  const there = canvasVersion();
  if (there !== null) return `${there}, already there`;
  const problem = await unpackPrebuild();
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
  return `${version}, built here (${problem})`;
}

function build() {
  const gyp = nodeGyp();
  if (gyp === null) return { ok: false, output: 'npm has no node-gyp beside it' };
  return attempt(process.execPath, [gyp, 'rebuild', ...nodeHeaders()], { cwd: folder });
}
