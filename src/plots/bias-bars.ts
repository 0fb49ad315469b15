import type { Estimate } from '../explain/statistics/estimate';
import type { Figure } from './figure';
import { baseLayout, fontSize, plainText } from './layout';
import { percent } from './words';

/** Right answers of a network on the same animals on any background, their class's own and the other class's. */
export interface BiasBarsNetwork {
  readonly name: string;
  readonly title: string;
  readonly accuracy: { readonly fair: Estimate; readonly own: Estimate; readonly swapped: Estimate };
}

const sets = { fair: 'any background', own: 'own background', swapped: 'swapped background' } as const;
const colours = ['#3b6fb5', '#b5367a', '#6b8f3a', '#9a9aa5'];

/** Bars of right answers with 95 % intervals, a group for each kind of scene and a bar for each network. */
export function biasBars(
  networks: readonly BiasBarsNetwork[],
  { width = 420 }: { readonly width?: number } = {},
): Figure {
  const font = fontSize(width);
  const keys = Object.keys(sets) as (keyof typeof sets)[];
  const said = networks.map(
    ({ title, accuracy }) =>
      `${title}: ${keys.map((key) => `${percent(accuracy[key].value)} on ${sets[key]}`).join(', ')}`,
  );
  return {
    data: networks.map(({ title, accuracy }, n) => ({
      type: 'bar',
      name: plainText(title),
      x: keys.map((key) => sets[key].replace(' ', '<br>')),
      y: keys.map((key) => accuracy[key].value),
      text: keys.map((key) => percent(accuracy[key].value)),
      textposition: 'inside',
      insidetextanchor: 'start',
      textangle: 0,
      error_y: {
        type: 'data',
        symmetric: false,
        array: keys.map((key) => accuracy[key].high - accuracy[key].value),
        arrayminus: keys.map((key) => accuracy[key].value - accuracy[key].low),
        thickness: 1,
        width: 3,
      },
      marker: { color: colours[n % colours.length] },
      hovertemplate: '%{y:.1%}<extra></extra>',
    })),
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(width * 0.7),
      margin: {
        l: Math.round(3.4 * font),
        r: 8,
        t: Math.round(1.8 * font * networks.length),
        b: Math.round(3.2 * font),
      },
      barmode: 'group',
      bargap: 0.25,
      showlegend: true,
      legend: { orientation: 'v', x: 0, xanchor: 'left', y: 1.02, yanchor: 'bottom' },
      yaxis: { range: [0, 1.02], tickformat: '.0%', showgrid: true, gridcolor: '#e6e6ea', zeroline: false },
      xaxis: { ticks: '' },
    },
    alt: `Bars of right answers. ${said.join('. ')}.`,
    caption: `Right answers on ${networks[0]?.accuracy.fair.count ?? 0} unseen animals, each on any background, on its class’s own and on the other class’s, with 95 % intervals.`,
  };
}
