import { describe, expect, it } from 'vitest';
import { printDocument, withDate } from '../../src/page/print';
import { openPdf } from '../support/pdf';

const ready = '<script>window.whylightReady = true</script>';
const page = (body: string, lang = 'en') =>
  `<!doctype html><html lang="${lang}"><head><title>The title</title></head><body>${body}${ready}</body></html>`;
const date = new Date('2021-02-03T04:05:06Z');

describe('printDocument', () => {
  it('prints what comes later, and says what became of it instead', async () => {
    const later = new Promise<string>((resolve) => setTimeout(resolve, 300, page('<p>Text</p>')));
    const [now, then] = [await printDocument(page('<p>Text</p>'), 'a4', date), await printDocument(later, 'a4', date)];
    expect(Buffer.from(then.pdf).equals(now.pdf)).toBe(true);
    const wrong = new Promise<string>((_, reject) => setTimeout(reject, 100, new Error('no numbers')));
    await expect(printDocument(wrong, 'a4', date)).rejects.toThrow('no numbers');
  });

  it('bears the given date, title, language and bookmarks', async () => {
    const { pdf } = await printDocument(page('<h1>One</h1><p>Text</p><h2>Two</h2>', 'de'), 'a4', date);
    const document = await openPdf(pdf);
    const { info } = await document.getMetadata();
    expect(info).toMatchObject({ Title: 'The title', Language: 'de', CreationDate: "D:20210203040506+00'00'" });
    expect(await document.getMarkInfo()).toMatchObject({ Marked: true });
    const [one] = await document.getOutline();
    expect(one?.title).toBe('One');
    expect(one?.items.map(({ title }) => title)).toEqual(['Two']);
  });

  it.each([
    ['a4', 595, 842],
    ['letter', 612, 792],
  ] as const)('prints on %s', async (size, width, height) => {
    const { pdf } = await printDocument(page('<p>Text</p>'), size, date);
    const [, , right, top] = (await (await openPdf(pdf)).getPage(1)).view as [number, number, number, number];
    expect(Math.abs(right - width)).toBeLessThan(1);
    expect(Math.abs(top - height)).toBeLessThan(1);
  });

  it.each([
    ['the network', '<img src="http://example.org/a.png">', /asked for http:\/\/example\.org/],
    ['a file', '<img src="file:///etc/hostname">', /local resource: file:/],
    ['the network from a script', '<script>fetch("https://example.org/")</script>', /asked for https:/],
    ['a script that fails', '<script>throw new Error("broken figure")</script>', /broken figure/],
  ])('refuses a page that asks for %s', async (_, body, message) => {
    await expect(printDocument(page(body), 'a4', date)).rejects.toThrow(message);
  });
});

describe('withDate', () => {
  it('keeps the length and changes the dates alone', () => {
    const pdf = Buffer.from("x /CreationDate (D:20240101000000+00'00') y /ModDate (D:20240101000000+00'00') D:2024");
    const dated = Buffer.from(withDate(pdf, date)).toString();
    expect(dated).toBe("x /CreationDate (D:20210203040506+00'00') y /ModDate (D:20210203040506+00'00') D:2024");
  });
});
