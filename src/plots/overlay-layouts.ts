/** How an overlay's file is laid out; apart from its drawing, so that `--help` stays quick. */
export const overlayLayouts = ['full', 'plain'] as const;
export type OverlayLayout = (typeof overlayLayouts)[number];
