import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { forThisMachine, pinnedFile } from './pinned.mjs';
import { aptInstall, attempt, inProject, StepError, stamp } from './tools.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path and version of a Chromium: the environment's, the machine's, or puppeteer's own. Null where there is none. */
export function findChromium() {
  const variables = [process.env.PUPPETEER_EXECUTABLE_PATH, process.env.CHROME_PATH].filter(
    (file) => file !== undefined,
  );
  const onPath = names.map((name) => attempt('sh', ['-c', `command -v ${name}`])).filter(({ ok }) => ok);
  const own = attempt(process.execPath, ['-e', "process.stdout.write(require('puppeteer').executablePath())"]).stdout;
  for (const file of [...variables, ...onPath.map(({ stdout }) => stdout.trim()), own.trim()]) {
    if (!existsSync(file)) continue;
    const { ok, output } = attempt(file, ['--version'], { minutes: 1 });
    const version = /^(?:Chromium|Google Chrome)[^\n]*/m.exec(output)?.[0].trim();
    if (ok && version) return { file, version };
  }
  return null;
}

const build = '148.0.7778.97';
const chromes = `https://storage.googleapis.com/chrome-for-testing-public/${build}/`;
/** The Chrome that puppeteer names; its sha256 as others who pin it found it too (Bazel files of Selenium, Homebrew). */
const archives = {
  'linux x64': {
    url: `${chromes}linux64/chrome-linux64.zip`,
    sha256: '8a760543807c67d3836d530cc4bc2e39c93e217f1629ec6ea311415fdfa21a75',
  },
  'darwin arm64': {
    url: `${chromes}mac-arm64/chrome-mac-arm64.zip`,
    sha256: '20f0155e9d75a31d32d168691110cd8fbc4d66f75dc6d7a53c004cbea60290b9',
  },
};

/** Removes a Chrome of this build that does not start: where unpacking was stopped, puppeteer takes its folder for the whole. */
export function removeHalf(folder) {
  for (const name of readdirSync(folder).filter((one) => one.endsWith(`-${build}`)))
    rmSync(path.join(folder, name), { recursive: true });
}

/** Puts the pinned archive where puppeteer's own installer looks before it downloads, and lets it unpack that. */
async function installOwn() {
  const archive = forThisMachine(archives);
  if (archive === null) return `no Chrome is pinned for ${process.platform} on ${process.arch}`;
  const { file, problem } = await pinnedFile(archive);
  if (problem !== null) return problem;
  const cache = process.env.PUPPETEER_CACHE_DIR || path.join(os.homedir(), '.cache/puppeteer');
  mkdirSync(path.join(cache, 'chrome'), { recursive: true });
  removeHalf(path.join(cache, 'chrome'));
  copyFileSync(file, path.join(cache, 'chrome', `${build}-${path.basename(file)}`));
  rmSync(file);
  attempt(process.execPath, [inProject('node_modules/puppeteer/install.mjs')], {
    minutes: 10,
    env: {
      PUPPETEER_SKIP_DOWNLOAD: '',
      PUPPETEER_CACHE_DIR: cache,
      PUPPETEER_CHROME_HEADLESS_SHELL_SKIP_DOWNLOAD: 'true',
    },
  });
  return 'it does not start';
}

/** A Chromium for printing: found on the machine, else puppeteer's own, else the system's package manager. */
export async function chromium() {
  let how = 'found on this machine';
  let browser = findChromium();
  let problem = '';
  if (browser === null) {
    problem = await installOwn();
    browser = findChromium();
    how = "puppeteer's own";
  }
  if (browser === null && aptInstall(['chromium'])) {
    browser = findChromium();
    how = 'from the system packages';
  }
  if (browser === null) {
    throw new StepError(
      `there is no Chromium, and none could be had (${problem})`,
      'install one (Debian: apt-get install chromium), or set CHROME_PATH to a Chrome or Chromium',
    );
  }
  stamp.set('chromium.json', `${JSON.stringify(browser)}\n`);
  return `${browser.version}, ${how}`;
}
