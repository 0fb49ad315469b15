import { aimLines, compared, timesAsLong } from './aims.mjs';
import { cells } from './cells.mjs';
import { slowDownLines } from './history.mjs';
import { limits } from './limits.mjs';
import { roundedDown } from './numbers.mjs';

const time = (seconds) => (seconds < 1 ? `${(1000 * seconds).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`);
const small = (value) => ((value ?? null) === null ? '' : value === 0 ? '0' : value.toExponential(1));

/** What a table shows of a row; a column that is empty in the whole table is left out. */
const columns = [
  { title: '', text: ({ name }) => name },
  { title: ({ unit }) => `a ${unit}`, text: ({ each }) => time(each) },
  { title: 'measured on', text: ({ items, of }) => (items === of ? `all ${of}` : `${items} of ${of}`) },
  {
    title: 'difference',
    text: ({ difference, differing = null }) =>
      `${small(difference)}${differing === null ? '' : ` (${(100 * differing).toFixed(1)} % of px)`}`,
  },
  { title: 'of the logits', text: ({ ofLogits }) => small(ofLogits) },
  {
    title: 'rank correlation',
    text: ({ correlation }) =>
      correlation === undefined
        ? ''
        : `${roundedDown(correlation.pixels, 3)} (positions ${roundedDown(correlation.positions, 3)})`,
  },
  { title: 'GFLOP/s', text: ({ gflops }) => (gflops === null ? '' : gflops.toFixed(0)) },
  { title: 'peak memory', text: ({ peak }) => (peak === undefined ? '' : `${peak.toFixed(0)} MB`) },
  { title: 'of the roof', text: ({ roofShare }) => (roofShare === null ? '' : `${(100 * roofShare).toFixed(0)} %`) },
  {
    title: 'times as long as',
    text: (row) => {
      if ((row.beside ?? null) === null) return '';
      const { name, most } = row.beside;
      return `${name} ${timesAsLong(row).toFixed(2)}${most === null ? '' : ` (aim at most ${most})`}`;
    },
  },
  {
    title: 'times as fast as',
    text: ({ ratios }) =>
      ratios
        .map(({ peer, ratio, aim }) => `${peer} ${roundedDown(ratio, 2)}${aim === null ? '' : ` (aim ${aim})`}`)
        .join(', '),
  },
];

/** Lines for people: a table for each cell, in Markdown that also reads well in a terminal. */
export function tables(rows) {
  const lines = [];
  const ratios = compared(rows);
  for (const [cell, all] of cells(rows)) {
    const own = (row) => ratios.filter((each) => each.cell === cell && each.name === row.name);
    const table = columns
      .map(({ title, text }) => [
        typeof title === 'string' ? title : title(all[0]),
        ...all.map((row) => text({ ...row, ratios: own(row) })),
      ])
      .filter(([, ...texts]) => texts.some((text) => text !== ''));
    lines.push(`**${cell}**`, '', ...aligned(table), '', ...withoutApproximation(all), ...limits(all));
  }
  return lines;
}

function withoutApproximation(all) {
  const long = all.find((row) => row.withoutApproximation !== undefined);
  if (long === undefined) return [];
  const takes = long.withoutApproximation.toPrecision(2);
  return [`No approximate row: the exact map, by which one is found and judged, takes about ${takes} s.`, ''];
}

/** A table's lines from its columns. */
function aligned(table) {
  const widths = table.map((column) => Math.max(3, ...column.map((text) => text.length)));
  const line = (texts) => `| ${texts.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`;
  const [head, ...rest] = table[0].map((_, row) => line(table.map((column) => column[row])));
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest];
}

/** The whole answer as Markdown: the machine, the aims, the tables. */
export function document({ machine, rates, mode, repeats, rows, slower = [] }) {
  const busy =
    machine.load > 0.5
      ? [`**The machine was busy (load ${machine.load.toFixed(1)} before the start): do not trust these times.**`, '']
      : [];
  return [
    ...busy,
    `Measured on ${machine.cpu}, ${machine.cores} cores, ${machine.memory} GB (${machine.versions}), mode \`${mode}\`, medians of`,
    `${repeats} rounds (gradients: ${4 * repeats}). A product of two 2048 × 2048 matrices runs at ${rates.whylight.toFixed(0)} GFLOP/s in our engine`,
    `and at ${rates.torch.toFixed(0)} in PyTorch; the roof is the faster. A ratio is the median of the rounds' ratios; the difference is`,
    "the largest, as a share of the map's range (`of the logits`: of the range of the photo's logits), from the cell's",
    'reference: PyTorch; for an approximate map and quality good our exact one; for Score-CAM pytorch-grad-cam.',
    '',
    ...aimLines(rows),
    ...slowDownLines(slower),
    '',
    ...tables(rows),
  ];
}
