import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createReporter } from '../../src/cli/progress';

function lines() {
  let text = '';
  let time = 0;
  const stream = {
    write: (chunk: string) => {
      text += chunk;
      return true;
    },
  };
  const reporter = createReporter(stream as never, () => time);
  return { reporter, text: () => text, pass: (ms: number) => (time += ms) };
}

describe('progress without a terminal', () => {
  it('writes a plain line at most every two seconds, without control characters', () => {
    const { reporter, text, pass } = lines();
    reporter.prefix('2/5 wolf');
    for (let done = 0; done <= 100; done += 10) {
      reporter.onProgress({ label: 'occlusion', done, total: 100 });
      pass(500);
    }
    expect(text()).toBe(
      '2/5 wolf · occlusion: 40 of 100 (40 %)\n2/5 wolf · occlusion: 80 of 100 (80 %)\n2/5 wolf · occlusion: 100 of 100 (100 %)\n',
    );
  });

  it('says nothing of work that is over at once, and bytes in MB', () => {
    const { reporter, text, pass } = lines();
    for (let done = 0; done <= 10; done++) reporter.onProgress({ label: 'cam', done, total: 10 });
    expect(text()).toBe('');
    reporter.onProgress({ label: 'weights.pth', done: 0, total: 5_000_000 });
    pass(2500);
    reporter.onProgress({ label: 'weights.pth', done: 1_250_000, total: 5_000_000 });
    expect(text()).toBe('weights.pth: 1.3 MB of 5.0 MB (25 %)\n');
  });
});

describe('progress on a terminal', () => {
  it('draws a bar and takes it away', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, cursorTo() {}, clearLine() {} });
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
    });
    const reporter = createReporter(stream as never);
    reporter.onProgress({ label: 'occlusion', done: 0, total: 8 });
    reporter.onProgress({ label: 'occlusion', done: 4, total: 8 });
    await expect.poll(() => text, { timeout: 20_000 }).toMatch(/occlusion.*50 %/s);
    reporter.stop();
    // The cursor, hidden while the bar shows, is given back.
    expect(text.lastIndexOf('\x1b[?25h')).toBeGreaterThan(text.lastIndexOf('\x1b[?25l'));
  });
});
