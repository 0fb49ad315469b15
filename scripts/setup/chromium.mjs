import { existsSync } from 'node:fs';
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

/** A Chromium for printing: found on the machine, else puppeteer's own, else the system's package manager. */
export function chromium() {
  let how = 'found on this machine';
  let browser = findChromium();
  if (browser === null) {
    attempt(process.execPath, [inProject('node_modules/puppeteer/install.mjs')], {
      minutes: 10,
      env: { PUPPETEER_SKIP_DOWNLOAD: '' },
    });
    browser = findChromium();
    how = "puppeteer's own";
  }
  if (browser === null && aptInstall(['chromium'])) {
    browser = findChromium();
    how = 'from the system packages';
  }
  if (browser === null) {
    throw new StepError(
      'there is no Chromium, and it could not be downloaded',
      'install one (Debian: apt-get install chromium), or set CHROME_PATH to a Chrome or Chromium',
    );
  }
  stamp.set('chromium.json', `${JSON.stringify(browser)}\n`);
  return `${browser.version}, ${how}`;
}
