import type { ForeignKind } from './foreign-kind';

/** Files in which people have their networks: what each is told by, and who reads it. */
export const foreignKinds: readonly ForeignKind[] = [];
