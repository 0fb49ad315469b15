import type { ForeignKind } from './foreign-kind';
import type { Peek } from './peek';

/** Files in which people have their networks: what each is told by, and who reads it. */
export const foreignKinds: readonly ForeignKind[] = [];
