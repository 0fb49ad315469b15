import type { MaximisedActivation } from '../explain/activation-maximisation';
import { WhylightError } from '../explain/errors';
import { readable } from './describe-map';
import type { Figure } from './figure';
import { baseLayout, headingAbove, photoBehind, pictureAxes, wrapText } from './layout';
import { COLUMN } from './print-geometry';
import { maximisedName } from './words';

const FONT = 11;
const GAP = 6;

/**
 * Pictures that parts of a network answer to, side by side.
 * @throws WhylightError for an empty list.
 */
export function maximisedPanel(
  pictures: readonly MaximisedActivation[],
  { width = COLUMN * Math.min(2, pictures.length) }: { readonly width?: number } = {},
): Figure {
  const [first] = pictures;
  if (first === undefined) throw new WhylightError('a panel needs at least one picture; got none');
  const inner = width - 4;
  const size = (inner - GAP * (pictures.length - 1)) / pictures.length;
  const headings = pictures.map((one) => wrapText(maximisedName(one), size, FONT));
  const top = 4 + Math.ceil(Math.max(...headings.map(({ length }) => length)) * FONT * 1.3);
  const domain = (i: number) => {
    const left = (i * (size + GAP)) / inner;
    return { x: [left, Math.min(1, left + size / inner)], y: [0, 1] } as const;
  };
  const axis = (i: number) => (i === 0 ? '' : String(i + 1));
  const rise = ({ scores }: MaximisedActivation) => `from ${readable(scores[0]!)} to ${readable(scores.at(-1)!)}`;
  const { steps } = first.options;
  return {
    data: pictures.map((_, i) => ({ type: 'scatter', x: [], y: [], xaxis: `x${axis(i)}`, yaxis: `y${axis(i)}` })),
    layout: {
      ...baseLayout(FONT),
      width,
      height: Math.round(size * Math.max(...pictures.map(({ image }) => image.height / image.width)) + top + 2),
      margin: { l: 2, r: 2, t: top, b: 2 },
      images: pictures.map(({ image }, i) => photoBehind(image, axis(i))),
      annotations: headings.map((lines, i) => headingAbove(lines, domain(i), FONT)),
      ...Object.assign({}, ...pictures.map(({ image }, i) => pictureAxes(image, axis(i), domain(i)))),
    },
    alt: `${pictures.length === 1 ? 'A picture' : 'Pictures'} made from noise. ${pictures
      .map(
        (one) =>
          `${maximisedName(one)}: the score ${one.notes.length === 0 ? 'rises' : 'goes'} ${rise(one)} in ${one.options.steps} steps.`,
      )
      .join(' ')} No photo is in ${pictures.length === 1 ? 'it' : 'them'}.`,
    caption: `Activation maximisation, ${steps} steps, seed ${first.seed}: ${pictures
      .map((one) => `${maximisedName(one)}, ${rise(one)}`)
      .join(
        '; ',
      )}.${pictures.flatMap(({ notes }) => notes.map((note) => ` ${note[0]!.toUpperCase()}${note.slice(1)}.`)).join('')}`,
  };
}
