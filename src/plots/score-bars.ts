import type { Classification } from '../explain/classify';
import type { Figure } from './figure';
import { baseLayout, fontSize, plainText } from './layout';
import { answerWords, className } from './words';

/** The best classes of a photo as bars, with their probabilities written beside them; of values, the values. */
export function scoreBars(
  { classes, photo, network }: Classification,
  { top = 5, width = 420 }: { readonly top?: number; readonly width?: number } = {},
): Figure {
  const best = classes.slice(0, top);
  const font = fontSize(width);
  const values = best.some(({ probability }) => probability === null);
  const what = values ? (best.length === 1 ? 'value' : `first ${best.length} values`) : `${best.length} best classes`;
  const answers = best.map((one) => `${className(one.label)} ${answerWords(one)}`).join(', ');
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: best.map(({ probability, logit }) => probability ?? logit),
        y: best.map(({ label, index }) =>
          plainText(`${className(label)}${repeated(best, label) ? ` (${index})` : ''}`),
        ),
        text: best.map(answerWords),
        textposition: 'outside',
        cliponaxis: false,
        marker: { color: best.map((_, i) => (i === 0 ? '#b5367a' : '#9a9aa5')) },
        customdata: best.map(({ label, logit }) => [plainText(label), logit]),
        hovertemplate: `%{customdata[0]}<br>${values ? 'value' : 'logit'} %{customdata[1]:.3f}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(font * (4.2 + 2.1 * best.length)),
      margin: { l: 8, r: Math.round(5.4 * font), t: 6, b: Math.round(3.4 * font) },
      bargap: 0.35,
      xaxis: {
        ...(values ? {} : { range: [0, 1], tickformat: '.0%' }),
        title: { text: values ? plainText(best[0]!.unit || 'value') : 'probability', standoff: 6 },
        nticks: 6,
        showgrid: true,
        gridcolor: '#e6e6ea',
        zeroline: false,
      },
      yaxis: { autorange: 'reversed', automargin: true, ticks: '' },
    },
    alt: `Bars of the ${what} for ${photo.source}: ${answers}.`,
    caption: `The ${what} of ${network.title} for ${photo.source}.`,
  };
}

function repeated(classes: Classification['classes'], label: string): boolean {
  return classes.filter((other) => className(other.label) === className(label)).length > 1;
}
