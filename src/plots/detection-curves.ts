import { WhylightError } from '../explain/errors';
import type { Estimate } from '../explain/statistics/estimate';
import type { Figure } from './figure';
import { baseLayout, fontSize, plainText } from './layout';
import { COLUMN } from './print-geometry';

/** How often one method's maps show the background, by how much the networks rely on it. */
export interface DetectionSeries {
  readonly title: string;
  readonly falseAlarms: Estimate | null;
  readonly points: readonly { readonly reliance: number; readonly hits: Estimate | null }[];
}

/**
 * Detection curves, a small panel a method: hits with their intervals against the reliance measured, and as a band the
 * false alarms on fair networks.
 * @throws WhylightError for no series.
 */
export function detectionFigure(
  series: readonly DetectionSeries[],
  { width = 2 * COLUMN, caption }: { readonly width?: number; readonly caption: string },
): Figure {
  if (series.length === 0) throw new WhylightError('no detection curves to draw');
  // Printed in one column at its own size, so that its letters need not grow with it.
  const font = width > COLUMN ? 12 : fontSize(width);
  const columns = Math.min(series.length, Math.max(2, Math.floor(width / (13 * font))));
  const rows = Math.ceil(series.length / columns);
  const cell = { width: 1 / columns, height: 1 / rows };
  const height = Math.round(rows * 11 * font + 4 * font);
  const axes: Record<string, unknown> = {};
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  const data = series.map(({ title, falseAlarms, points }, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const id = i === 0 ? '' : String(i + 1);
    const bottom = row === rows - 1 || i + columns >= series.length;
    const [left, top] = [column * cell.width, 1 - row * cell.height];
    axes[`xaxis${id}`] = {
      domain: [left + 0.02 / columns, left + cell.width * 0.93],
      anchor: `y${id}`,
      range: [-0.03, 1.03],
      tickvals: [0, 0.5, 1],
      showticklabels: bottom,
      zeroline: false,
      gridcolor: '#e6e6ea',
      ...(bottom && { title: { text: 'reliance', standoff: 2, font: { size: font } } }),
    };
    axes[`yaxis${id}`] = {
      domain: [top - cell.height * 0.74, top - cell.height * 0.12],
      anchor: `x${id}`,
      range: [-0.03, 1.03],
      tickvals: [0, 0.5, 1],
      showticklabels: column === 0,
      zeroline: false,
      gridcolor: '#e6e6ea',
      ...(column === 0 && { title: { text: 'shown', standoff: 2, font: { size: font } } }),
    };
    annotations.push({
      text: plainText(title),
      x: left + 0.02 / columns,
      y: top - cell.height * 0.11,
      xref: 'paper',
      yref: 'paper',
      xanchor: 'left',
      yanchor: 'bottom',
      showarrow: false,
      font: { size: font },
    });
    if (falseAlarms !== null) {
      const { low, high } = falseAlarms;
      shapes.push({
        type: 'rect',
        xref: `x${id}`,
        yref: `y${id}`,
        x0: -0.03,
        x1: 1.03,
        y0: low,
        y1: Math.max(high, low + 0.01),
        fillcolor: '#d8d8de',
        line: { width: 0 },
        layer: 'below',
      });
    }
    const whole = points.filter(({ hits }) => hits !== null);
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name: plainText(title),
      x: whole.map(({ reliance }) => reliance),
      y: whole.map(({ hits }) => hits!.value),
      error_y: {
        type: 'data',
        symmetric: false,
        array: whole.map(({ hits }) => hits!.high - hits!.value),
        arrayminus: whole.map(({ hits }) => hits!.value - hits!.low),
        thickness: 1,
        width: 2,
        color: '#b5367a',
      },
      line: { color: '#b5367a', width: 1 },
      marker: { color: '#b5367a', size: 5 },
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      hovertemplate: 'reliance %{x:.2f}: %{y:.2f}<extra></extra>',
    };
  });
  return {
    data,
    layout: {
      ...baseLayout(font),
      width,
      height,
      margin: { l: Math.round(3.4 * font), r: 6, t: 4, b: Math.round(2.4 * font) },
      annotations,
      shapes,
      ...axes,
    },
    alt: `${series.length} panels, one a method: the share of photos on which its map shows the background, against the measured reliance on it. ${series.map(describe).join(' ')}`,
    caption,
  };
}

function describe({ title, points }: DetectionSeries): string {
  const last = points.filter(({ hits }) => hits !== null).at(-1);
  if (last === undefined) return `${title}: nothing measured.`;
  return `${title}: ${(100 * last.hits!.value).toFixed(0)} % at reliance ${last.reliance.toFixed(2)}.`;
}
