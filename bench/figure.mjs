import { compared } from './aims.mjs';
import { cells } from './cells.mjs';
import { built } from './networks.mjs';
import { roundedDown } from './numbers.mjs';

const colours = { peer: '#9a9aa5', ours: '#b5367a', full: '#2f6db5', approximate: '#d98ab3' };

/** Bars of ms per position (pass, map), a panel for each cell, ours beside the peers', as a figure of the project. */
export function benchFigure({ rows, rates, machine }) {
  const { baseLayout, plainText } = built('plots/layout.js');
  const all = [...cells(rows)];
  const width = 900;
  const font = 13;
  const panel = (list) => (list.length + 1.6) * 1.75 * font;
  const heights = all.map(([, list]) => panel(list));
  const total = heights.reduce((sum, height) => sum + height, 0);
  const ratios = compared(rows);
  const data = [];
  const layout = {};
  const annotations = [];
  let above = 0;
  all.forEach(([cell, list], i) => {
    const axis = i === 0 ? '' : String(i + 1);
    const domain = [1 - (above + heights[i] - 0.4 * font) / total, 1 - (above + 1.9 * font) / total];
    above += heights[i];
    data.push({
      type: 'bar',
      orientation: 'h',
      xaxis: `x${axis}`,
      yaxis: `y${axis}`,
      x: list.map(({ each }) => 1000 * each),
      y: list.map(({ name }) => plainText(name)),
      text: list.map((row) => {
        const best = ratios.find((ratio) => ratio.cell === cell && ratio.name === row.name && row.ours);
        const said = `${(1000 * row.each).toPrecision(3)} ms`;
        return best === undefined ? said : `${said}, ${roundedDown(best.ratio, 2)}× ${plainText(best.peer)}`;
      }),
      textposition: 'outside',
      cliponaxis: false,
      marker: {
        color: list.map((row) => (row.ours ? (colours[row.way] ?? colours.ours) : colours.peer)),
      },
      customdata: list.map(hovered),
      hovertemplate: '%{y}: %{x:.3g} ms<br>%{customdata}<extra></extra>',
    });
    const most = Math.max(...list.map(({ each }) => 1000 * each));
    layout[`xaxis${axis}`] = {
      range: [0, 1.8 * most],
      anchor: `y${axis}`,
      showgrid: false,
      zeroline: false,
      showticklabels: false,
      ticks: '',
    };
    layout[`yaxis${axis}`] = { domain, anchor: `x${axis}`, autorange: 'reversed', automargin: true, ticks: '' };
    annotations.push({
      text: `${plainText(cell)}, ms a ${list[0].unit}`,
      xref: 'paper',
      yref: 'paper',
      x: 0,
      y: domain[1],
      xanchor: 'left',
      yanchor: 'bottom',
      showarrow: false,
      font: { size: font + 1 },
    });
  });
  const said = ratios.map(
    ({ cell, name, peer, ratio }) => `${cell}: ${name} ${roundedDown(ratio, 2)} times as fast as ${peer}`,
  );
  return {
    data,
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(total + 30),
      margin: { l: 8, r: 20, t: 10, b: 16 },
      bargap: 0.3,
      annotations,
      ...layout,
    },
    alt: `Bars of the time each way takes, by cell. ${said.join('; ')}.`,
    caption: `Time a position, map or pass on ${machine.cpu} with ${machine.cores} cores; matrix products run at ${rates.whylight.toFixed(0)} GFLOP/s in our engine and ${rates.torch.toFixed(0)} in PyTorch.`,
  };
}

const hovered = ({ gflops, roofShare, difference }) =>
  [
    ...(gflops === null ? [] : [`${gflops.toFixed(0)} GFLOP/s, ${(100 * roofShare).toFixed(0)} % of the roof`]),
    ...((difference ?? null) === null ? [] : [`difference ${difference.toExponential(1)}`]),
  ].join('<br>');

/** A self-contained page, and the picture where a Chromium can draw it (else null). */
export function drawn(figure) {
  const { figurePicture } = built('page/picture.js');
  const { figureHtml, plotlyScript, escapeHtml } = built('notebook/plotly-html.js');
  const png = figurePicture(figure, built('page/find-chromium.js').findChromium(), 'png');
  const html =
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Whylight beside its peers</title></head><body>' +
    `${plotlyScript()}${figureHtml(figure, 'bench', png)}<p>${escapeHtml(figure.caption)}</p></body></html>`;
  return { png, html };
}
