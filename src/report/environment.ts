import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { engineVersion } from '../explain/engine-version';
import { findChromium } from '../page/find-chromium';
import { type Added, additions } from './additions';

/** What the report knows of the world outside: injected, so that a test can fix it. */
export interface Environment {
  /** The date the document bears: SOURCE_DATE_EPOCH, else the commit's, so that the same commit gives the same bytes. */
  readonly date: Date;
  /** Where that date is from; `fixed` outside a checkout. Default: the commit. */
  readonly dated?: 'commit' | 'epoch' | 'fixed';
  /** Commit hash with `+` where files are changed, or `unknown` outside a checkout. */
  readonly commit: string;
  /** sha256 of the lockfile. */
  readonly lockfile: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: string;
  /** What was added to the program, and from which files. Default: nothing. */
  readonly added?: readonly Added[];
}

const root = path.resolve(__dirname, '../..');

function git(...args: string[]): string | null {
  try {
    return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

function packageVersion(name: string): string {
  return (JSON.parse(readFileSync(path.join(root, name, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The browser that prints: `Chromium 150.0.7871.100`; its version decides the PDF's bytes. */
function chromiumVersion(): string {
  try {
    const version = execFileSync(findChromium(), ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /\d[\d.]+/.exec(version)?.[0] ?? version.trim();
  } catch {
    return 'none';
  }
}

/** Reads the world as it is. */
export function realEnvironment(): Environment {
  const [setting, committed] = [process.env.SOURCE_DATE_EPOCH, git('log', '-1', '--format=%ct')];
  const epoch = setting ?? committed ?? '946684800';
  const changed = git('status', '--porcelain', '--untracked-files=no');
  const commit = git('rev-parse', 'HEAD');
  return {
    date: new Date(Number(epoch) * 1000),
    dated: setting !== undefined ? 'epoch' : committed !== null ? 'commit' : 'fixed',
    commit: commit === null ? 'unknown' : `${commit}${changed === '' ? '' : '+'}`,
    lockfile: createHash('sha256')
      .update(readFileSync(path.join(root, 'package-lock.json')))
      .digest('hex'),
    versions: {
      Whylight: packageVersion('.'),
      'Node.js': process.versions.node,
      'TensorFlow.js (node)': packageVersion('node_modules/@tensorflow/tfjs-node'),
      TensorFlow: engineVersion(),
      Chromium: chromiumVersion(),
      'Plotly.js': packageVersion('node_modules/plotly.js-dist-min'),
      KaTeX: packageVersion('node_modules/katex'),
      canvas: packageVersion('node_modules/canvas'),
      sharp: packageVersion('node_modules/sharp'),
    },
    machine: `${os.type()} ${os.arch()}, ${os.cpus()[0]?.model ?? 'unknown processor'}`,
    added: [...additions()],
  };
}
