import { describe, expect, it } from 'vitest';
import { keepRecent } from '../../src/scenes/recent';

describe('keepRecent', () => {
  const open = (most: number) => {
    const made: string[] = [];
    const recent = keepRecent<string>(most, (one) => one.length);
    const get = (key: string, one = key) =>
      recent.get(key, () => {
        made.push(key);
        return one;
      });
    return { made, get };
  };

  it('makes a thing once', () => {
    const { made, get } = open(10);
    expect([get('ab'), get('cd'), get('ab'), get('cd')]).toEqual(['ab', 'cd', 'ab', 'cd']);
    expect(made).toEqual(['ab', 'cd']);
  });

  it('lets go of what was asked for longest ago', () => {
    const { made, get } = open(6);
    for (const key of ['ab', 'cd', 'ef', 'ab', 'gh', 'ab', 'ef', 'cd']) get(key);
    expect(made).toEqual(['ab', 'cd', 'ef', 'gh', 'cd']);
  });

  it('keeps nothing that is larger than all of its room, and loses nothing by it', () => {
    const { made, get } = open(4);
    for (const key of ['ab', 'large', 'large', 'ab']) get(key);
    expect(made).toEqual(['ab', 'large', 'large']);
  });
});
