/** The printed page in mm; all that is measured on paper follows from these. */
const SIZES = { a4: { name: 'A4', width: 210, height: 297 }, letter: { name: 'letter', width: 215.9, height: 279.4 } };
const MARGIN = { top: 19, side: 14, bottom: 20 };
const GAP = 5;

const px = (millimetres: number) => (millimetres * 96) / 25.4;

/** Width in px that a figure has where it is one column wide: 88 mm, which fits the columns of both sizes. */
export const COLUMN = Math.floor(px(88));

/** What the page's style sheet and scripts must know of its size. */
export interface PrintedPage {
  /** CSS: the page's size and margins, and `--column-gap`. */
  readonly rule: string;
  /** What the margins leave, and one of two columns of it, in px. */
  readonly width: number;
  readonly height: number;
  readonly column: number;
}

export function printedPage(size: keyof typeof SIZES): PrintedPage {
  const { name, width, height } = SIZES[size];
  const text = width - 2 * MARGIN.side;
  return {
    rule:
      `@page { size: ${name}; margin: ${MARGIN.top}mm ${MARGIN.side}mm ${MARGIN.bottom}mm; }\n` +
      `:root { --column-gap: ${GAP}mm; }`,
    width: px(text),
    height: px(height - MARGIN.top - MARGIN.bottom),
    column: px((text - GAP) / 2),
  };
}
