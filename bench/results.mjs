import { median } from './alternate.mjs';

/** What each cell is compared with, and how many times as fast ours should be. */
const aims = [
  { section: 'occlusion', peer: 'Captum at its best', name: 'Whylight', of: 'ResNet-18, 224 px, occluder 16', aim: 4 },
  { section: 'occlusion', peer: 'Captum at its best', name: 'Whylight', of: 'ResNet-18, 448 px, occluder 16', aim: 6 },
  { section: 'occlusion', peer: 'Captum at its best', name: 'Whylight', of: 'VGG-16, 224 px, occluder 16', aim: 8 },
  { section: 'occlusion', peer: 'PyTorch', name: 'Whylight, every pass whole', of: 'occluder 16', aim: 1.1 },
  { section: 'gradients', peer: 'PyTorch', name: 'Whylight, saliency', of: '', aim: 1 },
  { section: 'masks', peer: null, name: 'Whylight', of: '', aim: 1 },
];

/** Cells in the order in which they were measured, each with its rows. */
export function cells(rows) {
  const result = new Map();
  for (const row of rows) result.set(row.cell, [...(result.get(row.cell) ?? []), row]);
  return result;
}

/** How many times as fast `row` is as `other`: the median over the rounds, in each of which both ran. */
export function timesAsFast(row, other) {
  const perItem = ({ seconds, each }) => seconds.map((s) => s * (each / median(seconds)));
  const [mine, theirs] = [perItem(row), perItem(other)];
  return median(mine.map((s, round) => theirs[round] / s));
}

/** Each of our rows with its ratio to every peer of its cell, and the aim where there is one. */
export function compared(rows) {
  const found = [];
  for (const [cell, all] of cells(rows)) {
    for (const row of all.filter(({ ours }) => ours)) {
      for (const other of all.filter(({ peer }) => peer !== null)) {
        const goal = aims.find(
          ({ section, peer, name, of }) =>
            section === row.section &&
            (peer === null || peer === other.peer) &&
            (row.name === name || row.name.startsWith(`${name},`)) &&
            !(name === 'Whylight' && row.name.includes('whole')) &&
            cell.includes(of),
        );
        found.push({ cell, name: row.name, peer: other.peer, ratio: timesAsFast(row, other), aim: goal?.aim ?? null });
      }
    }
  }
  return found;
}

const time = (seconds) => (seconds < 1 ? `${(1000 * seconds).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`);
const small = (value) => (value === null ? '' : value === 0 ? '0' : value.toExponential(1));

/** Lines for people: a table for each cell, in Markdown that also reads well in a terminal. */
export function tables(rows) {
  const lines = [];
  const ratios = compared(rows);
  for (const [cell, all] of cells(rows)) {
    const unit = all[0].unit;
    const table = [['', `a ${unit}`, 'measured on', 'difference', 'GFLOP/s', 'of the roof', 'times as fast as']];
    for (const row of all) {
      const own = ratios.filter((each) => each.cell === cell && each.name === row.name && row.ours);
      const beyond =
        row.differing === undefined || row.differing === null ? '' : ` (${(100 * row.differing).toFixed(1)} % of px)`;
      table.push([
        row.name,
        time(row.each),
        row.items === row.of ? `all ${row.of}` : `${row.items} of ${row.of}`,
        `${small(row.difference)}${beyond}`,
        row.gflops.toFixed(0),
        `${(100 * row.roofShare).toFixed(0)} %`,
        own
          .map(({ peer, ratio, aim }) => `${peer} ${ratio.toFixed(2)}${aim === null ? '' : ` (aim ${aim})`}`)
          .join(', '),
      ]);
    }
    lines.push(`**${cell}**`, '', ...aligned(table), '');
  }
  return lines;
}

function aligned(table) {
  const widths = table[0].map((_, column) => Math.max(3, ...table.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  return [line(table[0]), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...table.slice(1).map(line)];
}

/** Aims, and by how much each was missed. */
export function aimLines(rows) {
  return compared(rows)
    .filter(({ aim }) => aim !== null)
    .map(({ cell, name, peer, ratio, aim }) => {
      const verdict = ratio >= aim ? 'reached' : `missed by a factor of ${(aim / ratio).toFixed(2)}`;
      return `- ${cell}: ${name} is ${ratio.toFixed(2)} times as fast as ${peer}; aim ${aim}: ${verdict}`;
    });
}

/** The whole answer as Markdown: the machine, the aims, the tables. */
export function document({ machine, rates, mode, repeats, rows }) {
  const busy =
    machine.load > 0.5
      ? [`**The machine was busy (load ${machine.load.toFixed(1)} before the start): do not trust these times.**`, '']
      : [];
  return [
    ...busy,
    `Measured on ${machine.cpu}, ${machine.cores} cores, ${machine.memory} GB (${machine.versions}), mode \`${mode}\`, medians of`,
    `${repeats} rounds (gradients: ${4 * repeats}). A product of two 2048 × 2048 matrices runs at ${rates.whylight.toFixed(0)} GFLOP/s in our engine`,
    `and at ${rates.torch.toFixed(0)} in PyTorch; the roof is the faster. A ratio is the median of the rounds' ratios; the difference is`,
    "the largest, as a share of the map's range, from the cell's reference (PyTorch; for Score-CAM, pytorch-grad-cam).",
    '',
    ...aimLines(rows),
    '',
    ...tables(rows),
  ];
}
