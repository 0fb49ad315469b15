/** Figures that `whylight explain --figure` draws; apart from their drawing, so that `--help` stays quick. */
export const figureKinds = ['scores', 'grid', 'best', 'methods', 'classes', 'errors'] as const;
export type FigureKind = (typeof figureKinds)[number];
