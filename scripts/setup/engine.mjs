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
import { forThisMachine, pinnedFile } from './pinned.mjs';
import {
  aptInstall,
  attempt,
  cacheFolder,
  has,
  inProject,
  makeFolder,
  must,
  nodeGyp,
  nodeHeaders,
  removeParts,
  StepError,
  sha256,
} from './tools.mjs';

const folder = inProject('node_modules/@tensorflow/tfjs-node');
const storage = 'https://storage.googleapis.com/';
/** The libraries that tfjs-node names; their sha256 as others who package them found it too (Nix, Bazel, CMake files). */
const archives = {
  'linux x64': {
    url: `${storage}tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz`,
    sha256: '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
  },
  'linux arm64': {
    url: `${storage}tf-builds/libtensorflow_r2_7_linux_arm64.tar.gz`,
    sha256: '9395d1ff39f5b6847f5121e679ff4e599dc7061a2a7f87ceac061c78e908e6e3',
  },
  'darwin x64': {
    url: `${storage}tensorflow/libtensorflow/libtensorflow-cpu-darwin-x86_64-2.9.1.tar.gz`,
    sha256: '56f83d3320ba0f69aaafd6c058645e1b7fbc75fb9a3fc36d6be98de1291ca226',
  },
  'darwin arm64': {
    url: `${storage}tf-builds/libtensorflow_r2_7_darwin_arm64_cpu.tar.gz`,
    sha256: '13ab22b97e2af06e431aaeb7b42fb89981965dd01aa16da035d8210aa4183d79',
  },
};
/** The binding for them, where no compiler is: nobody publishes its sha256. */
const bindings = {
  'linux x64': { url: `${storage}tf-builds/pre-built-binary/napi-v8/4.22.0/CPU-linux-4.22.0.tar.gz`, sha256: null },
  'darwin x64': { url: `${storage}tf-builds/pre-built-binary/napi-v8/4.22.0/CPU-darwin-4.22.0.tar.gz`, sha256: null },
};
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

/** The TensorFlow library and its Node binding: the official archive first, else the library inside the PyPI wheel. */
export async function engine() {
  const there = engineVersion();
  if (there !== null) return `${there}, already there`;
  const { problem, unpinned } = await officialEngine();
  const version = problem === null ? engineVersion() : null;
  if (version !== null) return `${version}, official library${unpinned}`;
  libraryFromWheel();
  const built = buildBinding();
  if (!built.ok) {
    throw new StepError(
      `the engine's binding could not be built:\n    ${tail(built.output, 15)}`,
      'install a compiler (Debian and Ubuntu: apt-get install build-essential python3) and run this again',
    );
  }
  const ours = engineVersion();
  if (ours === null) {
    const { output } = attempt(process.execPath, ['-e', `${shim}${probe}`]);
    throw new StepError(
      `the engine was built but does not start:\n    ${tail(output, 6)}`,
      'run `npm run setup` again; if it stays, delete node_modules first',
    );
  }
  return `${ours}, library from the PyPI wheel (${problem ?? 'the official one does not start'})`;
}

const tail = (output, lines) => output.trim().split('\n').slice(-lines).join('\n    ');

/** The pinned archive, unpacked, with a binding built here, or the publisher's own where there is no compiler. */
async function officialEngine() {
  const archive = forThisMachine(archives);
  if (archive === null) return { problem: `no official library for ${process.platform} on ${process.arch}` };
  const library = await pinnedFile(archive);
  if (library.problem !== null) return { problem: library.problem };
  unpack(library.file, path.join(folder, 'deps'), 0);
  if (buildBinding().ok) return { problem: null, unpinned: '' };
  const prebuilt = forThisMachine(bindings);
  if (prebuilt === null) return { problem: 'its binding could not be built' };
  const binding = await pinnedFile(prebuilt);
  if (binding.problem !== null) return { problem: `its binding could not be built; ${binding.problem}` };
  unpack(binding.file, path.join(folder, 'lib/napi-v8'), 1);
  const unpinned = `; no compiler is here, so its binding is the prebuilt one, by TLS alone: no sha256 of it is published, and ${binding.sha256} is kept for the next time`;
  return { problem: null, unpinned };
}

function unpack(archive, to, strip) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  must('tar', ['-xzf', archive, '-C', to, `--strip-components=${strip}`, '--no-same-owner']);
}

function buildBinding() {
  const build = () =>
    attempt(process.execPath, [preGyp(), 'install', '--build-from-source', ...nodeHeaders()], {
      cwd: folder,
      env: npmEnvironment(),
    });
  const first = build();
  return first.ok || has('c++') || !aptInstall(['build-essential']) ? first : build();
}

const preGyp = () => inProject('node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp');

/** node-pre-gyp looks for npm's node-gyp through npm's own variables. */
function npmEnvironment() {
  const gyp = nodeGyp();
  return gyp === null ? {} : { npm_config_node_gyp: gyp };
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
  removeParts(library);
  const scratch = path.join(beside, 'pip');
  mkdirSync(scratch, { recursive: true });
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
      { env: { TMPDIR: scratch } },
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
