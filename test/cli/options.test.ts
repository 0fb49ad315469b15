import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { list, listOf, parameter, pixels, setting, wholeNumber } from '../../src/cli/options';

describe('options', () => {
  it('reads whole numbers', () => {
    expect(wholeNumber()('0')).toBe(0);
    expect(wholeNumber(16)('512')).toBe(512);
    for (const text of ['-1', '1.5', '1e3', 'ten', '', '99999999999999999999']) {
      expect(() => wholeNumber()(text)).toThrow(InvalidArgumentError);
    }
    expect(() => wholeNumber(16)('15')).toThrow(InvalidArgumentError);
  });

  it('reads sizes in px', () => {
    expect(pixels('10')).toBe(10);
    expect(pixels('20x12')).toEqual([20, 12]);
    expect(pixels('20×12')).toEqual([20, 12]);
    for (const text of ['0', '10x', 'x10', '10x0', '-3', '1.5', '10 x 20', 'a']) {
      expect(() => pixels(text)).toThrow(InvalidArgumentError);
    }
  });

  it('reads settings as they were written, of all methods or of one', () => {
    expect(setting('masks=400')).toEqual({ masks: '400' });
    expect(setting('a=b=c', { masks: '1' })).toEqual({ masks: '1', a: 'b=c' });
    expect(setting('score-cam.layer=layer4.1', { layer: 'a' })).toEqual({ layer: 'a', 'score-cam.layer': 'layer4.1' });
    expect(setting('label=')).toEqual({ label: '' });
    for (const text of ['masks', 'a.b.c=1', '.a=1', 'a b=1']) expect(() => setting(text)).toThrow(InvalidArgumentError);
  });

  it('reads parameters of a notebook, numbers and truths as themselves', () => {
    expect(parameter('masks=400')).toEqual({ masks: 400 });
    expect(parameter('a=b=c', { masks: 1 })).toEqual({ masks: 1, a: 'b=c' });
    expect(parameter('on=true', { on: false })).toEqual({ on: true });
    expect(parameter('label=')).toEqual({ label: '' });
    expect(() => parameter('masks')).toThrow(InvalidArgumentError);
  });

  it('reads lists, given at once or in turn, each word once', () => {
    expect(list('a, b,,c')).toEqual(['a', 'b', 'c']);
    expect(list('c,d', ['a', 'c'])).toEqual(['a', 'c', 'd']);
    expect(() => list(' , ')).toThrow(InvalidArgumentError);
    expect(listOf(['png', 'npy'])('npy,png')).toEqual(['npy', 'png']);
    expect(() => listOf(['png', 'npy'])('png,gif')).toThrow(/Unknown: gif\. Allowed: png, npy/);
  });
});
