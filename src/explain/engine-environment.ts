import util from 'node:util';

// tfjs-node 4.22 calls these two, which Node 23 removed: they must exist before it loads.
const legacy = util as unknown as Record<string, unknown>;
legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
legacy.isArray ??= Array.isArray;

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
