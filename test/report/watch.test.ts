import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readStudy } from '../../src/report/study';
import { watchReport } from '../../src/report/watch';
import { fixedEnvironment, smallStudy } from '../support/report';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-watch-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('serves the page, makes it again when the study changes, keeps it on a mistake, and stops', async () => {
  const file = path.join(folder, 'watched.yaml');
  writeFileSync(file, smallStudy);
  const stop = new AbortController();
  const told: string[] = [];
  let next: (what: string) => void = () => undefined;
  const tell = (what: string) => {
    told.push(what);
    next(what);
  };
  const { address, stopped } = await watchReport({
    study: () => readStudy(file),
    studyFiles: [file],
    options: {
      environment: fixedEnvironment,
      command: 'whylight report',
      photoFolders: [],
      mapCache: null,
      signal: stop.signal,
    },
    onBuilt: () => tell('built'),
    onMistake: tell,
  });
  const page = async () => (await fetch(address)).text();
  const change = (text: string) => {
    const heard = new Promise<string>((resolve) => {
      next = resolve;
    });
    writeFileSync(file, text);
    return heard;
  };
  expect(await page()).toContain('<h1>A small study</h1>');
  expect(await page()).toContain('new EventSource("/news")');

  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(await page())![1]!;
  expect(policy).toContain("connect-src 'self'; script-src 'sha256-");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  const { port } = new URL(address);
  const asked = (host: string) =>
    new Promise<number>((resolve) => {
      const asking = request({ host: '127.0.0.1', port, headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      });
      asking.end();
    });
  expect(await Promise.all([`localhost:${port}`, `rebound.example:${port}`, 'localhost'].map(asked))).toEqual([
    200, 403, 403,
  ]);

  const news = await fetch(`${address}news`);
  expect(await change(smallStudy.replace('A small study', 'A changed study'))).toBe('built');
  expect(await page()).toContain('<h1>A changed study</h1>');
  const { value } = await news.body!.getReader().read();
  expect(Buffer.from(value!).toString()).toBe('data: built\n\n');

  expect(await change(smallStudy.replace('saliency', 'salience'))).toMatch(
    /line 6: figures\.0\.kind salience: not known \(allowed: saliency/,
  );
  expect(await page()).toContain('<h1>A changed study</h1>');

  stop.abort();
  await stopped;
  await expect(fetch(address)).rejects.toThrow();
});
