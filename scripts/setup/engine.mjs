import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import {
  attempt,
  cacheFolder,
  inProject,
  makeFolder,
  must,
  nodeGyp,
  nodeHeaders,
  StepError,
  sha256,
} from './tools.mjs';

const folder = inProject('node_modules/@tensorflow/tfjs-node');
const official = 'https://storage.googleapis.com/tensorflow/libtensorflow/';
const wheels = {
  x64: {
    package: 'tensorflow-cpu==2.21.0',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
};
const probe =
  "const tf = require('@tensorflow/tfjs-node'); const v = tf.tidy(() => tf.relu([-1, 2]).dataSync()[1]);" +
  "process.stdout.write([v, require('@tensorflow/tfjs-node/package.json').version, 'TensorFlow', tf.backend().binding.TF_Version].join(' '))";
const shim = "const u = require('node:util'); u.isNullOrUndefined ??= (v) => v == null; u.isArray ??= Array.isArray;";

/** Version of the engine where it works, else null. */
export function engineVersion() {
  const { ok, stdout } = attempt(process.execPath, ['-e', `${shim}${probe}`], {
    env: { TF_CPP_MIN_LOG_LEVEL: '3' },
    minutes: 2,
  });
  const version = /2 (\S+ TensorFlow \S+)/.exec(stdout);
  return ok && version ? `tfjs-node ${version[1]}` : null;
}

/** The TensorFlow library and its Node binding: the official download first, else the library inside the PyPI wheel. */
export async function engine() {
  const there = engineVersion();
  if (there !== null) return `${there}, already there`;
  if (await reachable(official)) {
    rmSync(path.join(folder, 'deps'), { recursive: true, force: true });
    attempt(process.execPath, ['scripts/install.js', 'cpu', 'download'], { cwd: folder, env: npmEnvironment() });
    const version = engineVersion();
    if (version !== null) return `${version}, official library`;
  }
  libraryFromWheel();
  must(
    process.execPath,
    [preGyp(), 'install', '--build-from-source', ...nodeHeaders()],
    { cwd: folder, env: npmEnvironment() },
    'install a compiler (Debian and Ubuntu: apt-get install build-essential python3) and run this again',
  );
  const version = engineVersion();
  if (version === null) {
    const { output } = attempt(process.execPath, ['-e', `${shim}${probe}`]);
    throw new StepError(
      `the engine was built but does not start:\n    ${output.trim().split('\n').slice(-6).join('\n    ')}`,
      'run `npm run setup` again; if it stays, delete node_modules first',
    );
  }
  return `${version}, library from the PyPI wheel`;
}

const preGyp = () => inProject('node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp');

/** node-pre-gyp looks for npm's node-gyp through npm's own variables. */
function npmEnvironment() {
  const gyp = nodeGyp();
  return gyp === null ? {} : { npm_config_node_gyp: gyp };
}

async function reachable(url) {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(8000) });
    return true;
  } catch {
    return false;
  }
}

function libraryFromWheel() {
  const wheel = wheels[process.arch];
  if (wheel === undefined || process.platform !== 'linux') {
    throw new StepError(
      `no TensorFlow library is known for ${process.platform} on ${process.arch}`,
      'use Linux on x86-64, or let this machine reach storage.googleapis.com',
    );
  }
  const library = path.join(cacheFolder, `libtensorflow-${wheel.sha256.slice(0, 16)}`);
  if (!existsSync(path.join(library, 'complete'))) unpackWheel(wheel, library);
  const deps = path.join(folder, 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(path.join(deps, 'lib'), { recursive: true });
  cpSync(path.join(library, 'include'), path.join(deps, 'include'), { recursive: true });
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    linkOrCopy(path.join(library, name), path.join(deps, 'lib', name));
  }
  symlinkSync('libtensorflow_cc.so.2', path.join(deps, 'lib/libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', path.join(deps, 'lib/libtensorflow_framework.so'));
}

function linkOrCopy(from, to) {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function unpackWheel(wheel, library) {
  const beside = `${library}.${process.pid}.part`;
  rmSync(beside, { recursive: true, force: true });
  makeFolder(path.dirname(beside));
  mkdirSync(beside);
  try {
    must(
      'python3',
      [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--dest',
        beside,
        '--only-binary=:all:',
        '--python-version',
        '3.11',
        '--implementation',
        'cp',
        '--abi',
        'cp311',
        '--platform',
        wheel.platform,
        wheel.package,
      ],
      {},
      'install pip (Debian and Ubuntu: apt-get install python3-pip) and check the connection to PyPI',
    );
    const file = String(readdirSync(beside).find((name) => name.endsWith('.whl')));
    checkSum(path.join(beside, file), wheel.sha256);
    const script =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n' +
      'keep = [n for n in z.namelist() if n.startswith("tensorflow/include/") or n in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")]\n' +
      'z.extractall(sys.argv[2], keep)';
    must('python3', ['-c', script, path.join(beside, file), beside]);
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include']) {
      renameSync(path.join(beside, 'tensorflow', name), path.join(beside, name));
    }
    rmSync(path.join(beside, file));
    mkdirSync(path.join(beside, 'complete'));
    rmSync(library, { recursive: true, force: true });
    renameSync(beside, library);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** Refuses a file whose sha256 is not the pinned one. */
function checkSum(file, pinned) {
  const sum = sha256(file);
  if (sum !== pinned) {
    throw new StepError(
      `${path.basename(file)} has sha256 ${sum}, not the pinned ${pinned}`,
      'it was damaged or replaced on its way: run this again, from another network if it stays',
    );
  }
}
