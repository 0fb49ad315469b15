import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { show } from '../../src/cli/show';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-show-'));
const opened = path.join(folder, 'opened');
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Puts an opener onto the path, alone; null: none. Returns what is said on stderr. */
function withOpener(script: string | null): string[] {
  if (script !== null) writeFileSync(path.join(folder, 'xdg-open'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', folder);
  const said: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  return said;
}

describe.runIf(process.platform === 'linux')('show', () => {
  it('says that there is no opener', async () => {
    const said = withOpener(null);
    show('paper.pdf');
    await vi.waitFor(() => expect(said).toEqual(['cannot open paper.pdf: there is no xdg-open on this machine\n']));
  });

  it('starts the opener with the file alone', async () => {
    const said = withOpener(`printf '%s|' "$@" > ${opened}.part; /bin/mv ${opened}.part ${opened}`);
    show('a folder/paper.pdf');
    await vi.waitFor(() => expect(existsSync(opened)).toBe(true));
    expect(readFileSync(opened, 'utf8')).toBe('a folder/paper.pdf|');
    expect(said).toEqual([]);
  });

  it('says that the opener failed', async () => {
    const said = withOpener('exit 3');
    show('paper.pdf');
    await vi.waitFor(() => expect(said).toEqual(['cannot open paper.pdf: xdg-open ended with 3\n']));
  });
});
