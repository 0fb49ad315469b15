import path from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';
import { WhylightError } from '../explain/errors';
import { temporaryFolder } from '../explain/leftovers';
import { removeProfile } from './profile';

/** A Chromium that runs, with its profile. */
export interface OwnChromium {
  readonly browser: Browser;
  readonly profile: string;
  /** Ends it and removes its profile. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a Chromium with a profile of its own. Its sandbox is on, but for root, for whom Chromium has none.
 * @throws WhylightError where it does not start: with Chromium's reason, and what to do where that is the sandbox.
 */
export async function startChromium(executablePath: string, args: readonly string[]): Promise<OwnChromium> {
  // A short name, for Chromium's socket lies in it.
  const profile = temporaryFolder('page');
  try {
    const browser = await puppeteer.launch({
      executablePath,
      userDataDir: path.join(profile, 'user'),
      env: { ...process.env, ...temporary(profile) },
      // Over a pipe, Chromium ends by itself when this process ends, however that happens.
      pipe: true,
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
    });
    const close = async () => {
      await browser.close();
      removeProfile(profile);
    };
    return { browser, profile, close };
  } catch (error) {
    removeProfile(profile);
    throw new WhylightError(`${executablePath} does not start: ${reasonOf(String(error))}`, { cause: error });
  }
}

/** Longest path of a socket, in bytes, and what Chromium adds to the folder of its own. */
const SOCKET = 107;
const ADDED = '/org.chromium.Chromium.XXXXXX/SingletonSocket'.length;

/** Where the path of its socket stays short enough, Chromium's other files of a moment go with the profile, too. */
const temporary = (profile: string) => (Buffer.byteLength(profile) + ADDED <= SOCKET ? { TMPDIR: profile } : {});

const sandboxAdvice =
  'its sandbox needs user namespaces (sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile that allows them) or the Chromium of the distribution, named in CHROME_PATH';

function reasonOf(message: string): string {
  const lines = message.split('\n');
  const line = lines.find((text) => /sandbox/i.test(text)) ?? lines.find((text) => /fatal|error/i.test(text)) ?? '';
  const reason = (line || lines[0]!).trim().slice(0, 300);
  return /sandbox/i.test(line) ? `${reason}; ${sandboxAdvice}` : reason;
}
