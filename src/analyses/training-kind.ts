/** Names that differ only in a closing `-seed-N` are trainings of one kind. */
export const trainingKind = (name: string): string => name.replace(/-seed-\d+$/, '');
