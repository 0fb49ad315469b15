import type { Operation } from '../../src/explain/network/graph';

const none = [0, 0, 0, 0] as const;

/** A 1×1 convolution to one map, without bias, but for what is said. */
export const convolution = (more: Partial<Operation & { kind: 'conv2d' }> = {}): Operation & { kind: 'conv2d' } => ({
  kind: 'conv2d',
  filters: 1,
  kernel: [1, 1],
  stride: [1, 1],
  padding: none,
  dilation: [1, 1],
  groups: 1,
  bias: false,
  ...more,
});

type Pool = Operation & { kind: 'maxPool' | 'avgPool' };

/** A 2×2 pool of stride 2 without padding, but for what is said; one that averages counts padding. */
export const pool = (
  kind: Pool['kind'],
  more: Partial<Omit<Operation & { kind: 'avgPool' }, 'kind'>> = {},
): Operation => {
  const window = { kernel: [2, 2], stride: [2, 2], padding: none, ceil: false } as const;
  return kind === 'maxPool' ? { kind, ...window, ...more } : { kind, ...window, countPadding: true, ...more };
};
