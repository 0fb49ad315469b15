import { WhylightError } from '../explain/errors';
import type { Figure } from './figure';
import { baseLayout, fontSize } from './layout';
import { COLUMN } from './print-geometry';

/** One training of a ladder. */
export interface LadderDot {
  /** Chance of the class's own background in training. */
  readonly bias: number;
  readonly seed: number;
  /** 0 to 1. */
  readonly reliance: number;
  /** Share of right answers in the worst group. */
  readonly worst: number;
}

const panels = [
  { key: 'reliance', axis: 'reliance', title: 'reliance on the background', colour: '#b5367a', symbol: 'circle' },
  {
    key: 'worst',
    axis: 'right, worst group',
    title: 'right answers in the worst group',
    colour: '#2f6db5',
    symbol: 'diamond',
  },
] as const;

/**
 * Reliance and worst-group accuracy against the bias of the training, a dot a training and a line through the medians.
 * @throws WhylightError for no dots.
 */
export function ladderFigure(
  dots: readonly LadderDot[],
  {
    width = COLUMN,
    bodies,
    trainingScenes,
  }: { readonly width?: number; readonly bodies: number; readonly trainingScenes: number },
): Figure {
  if (dots.length === 0) throw new WhylightError('a ladder without trainings has no figure');
  const font = fontSize(width);
  const biases = [...new Set(dots.map(({ bias }) => bias))].sort((a, b) => a - b);
  const seeds = [...new Set(dots.map(({ seed }) => seed))].sort((a, b) => a - b);
  // Side by side, so that equal dots are told apart.
  const step = biases.length > 1 ? Math.min(...biases.slice(1).map((bias, i) => bias - biases[i]!)) : 0.1;
  const aside = (seed: number) => (seeds.indexOf(seed) - (seeds.length - 1) / 2) * (step / 12);
  const values = (key: 'reliance' | 'worst', bias: number) =>
    dots.filter((dot) => dot.bias === bias).map((dot) => dot[key]);
  const medians = (key: 'reliance' | 'worst') => biases.map((bias) => median(values(key, bias)));
  const data = panels.flatMap(({ key, title, colour, symbol }, i) => {
    const axis = i === 0 ? {} : { xaxis: 'x2', yaxis: 'y2' };
    return [
      {
        type: 'scatter',
        mode: 'lines',
        name: `${title}, median`,
        x: biases,
        y: medians(key),
        line: { color: colour, width: 1 },
        hoverinfo: 'skip',
        ...axis,
      },
      {
        type: 'scatter',
        mode: 'markers',
        name: title,
        x: dots.map(({ bias, seed }) => bias + aside(seed)),
        y: dots.map((dot) => dot[key]),
        customdata: dots.map(({ bias, seed }) => [bias, seed]),
        hovertemplate: 'bias %{customdata[0]}, seed %{customdata[1]}: %{y:.3f}<extra></extra>',
        marker: { color: colour, symbol, size: 5, opacity: 0.75 },
        ...axis,
      },
    ];
  });
  const horizontal = (anchor: string, domain: readonly [number, number]) => ({
    anchor,
    domain,
    tickvals: biases,
    ticktext: biases.map((bias, i) => (i % 2 === 0 || i === biases.length - 1 ? String(bias) : '')),
    tickangle: 0,
    range: [biases[0]! - 0.6 * step, biases.at(-1)! + 0.6 * step],
    title: { text: 'training’s bias', standoff: 4, font: { size: font } },
    showgrid: false,
  });
  const vertical = (anchor: string, title: string) => ({
    anchor,
    range: [-0.03, 1.03],
    tickvals: [0, 0.25, 0.5, 0.75, 1],
    showgrid: true,
    gridcolor: '#e6e6ea',
    title: { text: title, standoff: 2, font: { size: font } },
  });
  const each = biases.map((bias) => values('worst', bias).length);
  const [fewest, most] = [Math.min(...each), Math.max(...each)];
  const count = fewest === most ? String(most) : `${fewest} to ${most}`;
  const spoken = panels.map(({ key, title }) => {
    const parts = biases.map((bias, i) => `${medians(key)[i]!.toFixed(2)} at bias ${bias}`);
    return `Median of ${title}: ${parts.join(', ')}.`;
  });
  return {
    data,
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(16 * font),
      margin: { l: Math.round(4.2 * font), r: 8, t: 8, b: Math.round(3 * font) },
      showlegend: false,
      xaxis: horizontal('y', [0, 0.4]),
      xaxis2: horizontal('y2', [0.6, 1]),
      yaxis: vertical('x', panels[0].axis),
      yaxis2: vertical('x2', panels[1].axis),
    },
    alt: `Two panels of dots against the bias of the training. ${spoken.join(' ')}`,
    caption: `What ${dots.length} classifiers of dog and wolf rely on, each trained on ${trainingScenes} drawn scenes, against the bias of these scenes: 0.5 draws the background evenly, 1 always the class’s own. A dot is one training (${count} at each bias), the line joins the medians. Left: |background| / (|markings| + |background|), the background’s share of the two mean effects on the difference of the logits. Right: right answers in the worst of twelve groups, two kinds on six backgrounds. Measured on ${bodies} bodies, each drawn as dog and wolf on all six backgrounds.`,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
