import { WhylightError } from '../explain/errors';
import type { Estimate } from '../explain/statistics/estimate';
import type { Figure } from './figure';
import { baseLayout, fontSize, plainText } from './layout';
import { COLUMN } from './print-geometry';

/** One row or column of measured values. */
export interface EstimateSeries {
  readonly name: string;
  /** One for each category; null where nothing was measured. */
  readonly estimates: readonly (Estimate | null)[];
}

/** How estimates are drawn. */
export interface EstimatesOptions {
  /** What the values are, below the axis: `P(target), change in percentage points`. */
  readonly quantity: string;
  /** Multiplies the values: 100 for percent. Default 1. */
  readonly scale?: number;
  /** Ends of the axis, in the scaled unit. Default: what the intervals need, 0 among it. */
  readonly range?: readonly [number, number];
  /** A value to compare with, drawn as a dashed line. */
  readonly baseline?: { readonly name: string; readonly value: number };
  readonly alt: string;
  readonly caption: string;
  /** Width in px. Default 332, one column of the paper. */
  readonly width?: number;
}

const colours = ['#b5367a', '#2f6db5', '#7a7a85', '#6b8f3a'];
const symbols = ['circle', 'diamond', 'square', 'x'];

/**
 * Measured values as points with their 95 % intervals, a row for each category; several series stand under one another.
 * @throws WhylightError where a series has another length than the categories.
 */
export function estimatesFigure(
  categories: readonly string[],
  series: readonly EstimateSeries[],
  { quantity, scale = 1, range, baseline, alt, caption, width = COLUMN }: EstimatesOptions,
): Figure {
  const wrong = series.find(({ estimates }) => estimates.length !== categories.length);
  if (wrong !== undefined) {
    throw new WhylightError(`${wrong.name} has ${wrong.estimates.length} values for ${categories.length} categories`);
  }
  const font = fontSize(width);
  const legend = series.length > 1;
  const step = 0.24;
  const offset = (i: number) => (i - (series.length - 1) / 2) * step;
  const margin = {
    l: 8,
    r: 10,
    t: legend ? Math.round((0.6 + 1.5 * series.length) * font) : 6,
    b: Math.round(3.2 * font),
  };
  return {
    data: [
      ...series.map(({ name, estimates }, i) => {
        const points = estimates
          .map((estimate, row) => ({ estimate, row }))
          .filter(({ estimate }) => estimate !== null);
        return {
          type: 'scatter',
          mode: 'markers',
          name: plainText(name),
          x: points.map(({ estimate }) => scale * estimate!.value),
          y: points.map(({ row }) => row + offset(i)),
          error_x: {
            type: 'data',
            symmetric: false,
            array: points.map(({ estimate }) => scale * (estimate!.high - estimate!.value)),
            arrayminus: points.map(({ estimate }) => scale * (estimate!.value - estimate!.low)),
            thickness: 1.2,
            width: 3,
            color: colours[i % colours.length],
          },
          marker: { color: colours[i % colours.length], symbol: symbols[i % symbols.length], size: 7 },
          customdata: points.map(({ estimate, row }) => [plainText(categories[row]!), estimate!.count]),
          hovertemplate: '%{customdata[0]}: %{x:.3g}<br>n = %{customdata[1]}<extra></extra>',
        };
      }),
      ...(baseline === undefined
        ? []
        : [
            {
              type: 'scatter',
              mode: 'lines',
              name: plainText(baseline.name),
              x: [scale * baseline.value, scale * baseline.value],
              y: [-0.5, categories.length - 0.5],
              line: { color: '#555', width: 1, dash: 'dash' },
              hoverinfo: 'skip',
            },
          ]),
    ],
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(margin.t + margin.b + categories.length * Math.max(2.1, 0.9 + 1.1 * series.length) * font),
      margin,
      showlegend: legend,
      legend: { orientation: 'v', x: 0, xanchor: 'left', y: 1, yanchor: 'bottom', font: { size: font } },
      xaxis: {
        title: { text: plainText(quantity), standoff: 4, font: { size: font } },
        ...(range === undefined ? { rangemode: 'tozero' } : { range }),
        zeroline: true,
        zerolinecolor: '#999',
        zerolinewidth: 1,
        showgrid: true,
        gridcolor: '#e6e6ea',
        nticks: 6,
      },
      yaxis: {
        tickvals: categories.map((_, i) => i),
        ticktext: categories.map(plainText),
        range: [categories.length - 0.5, -0.5],
        automargin: true,
        showgrid: false,
        zeroline: false,
        ticks: '',
        ticklabelstandoff: 4,
      },
    },
    alt,
    caption,
  };
}
