import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';

/**
 * Path of a Chromium or Chrome: the environment's (`PUPPETEER_EXECUTABLE_PATH`, `CHROME_PATH`), the one set-up found,
 * or a usual name on the path.
 * @throws WhylightError saying how to get one.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string {
  const places = [environment.PUPPETEER_EXECUTABLE_PATH, environment.CHROME_PATH, recorded()];
  const folders = (environment.PATH ?? '').split(path.delimiter);
  const usual = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const onPath = usual.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const chromium = [...places, ...onPath].find((file) => file && existsSync(file));
  if (chromium) return chromium;
  throw new WhylightError(
    'no Chromium was found: run `npm run setup`, or set CHROME_PATH to a Chrome or Chromium (Debian: apt-get install chromium)',
  );
}

function recorded(): string | undefined {
  try {
    const file = path.resolve(__dirname, '../../.setup/chromium.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { file: string }).file;
  } catch {
    return undefined;
  }
}
