import { cells } from './cells.mjs';
import { median, roundedDown } from './numbers.mjs';

/** Least rank correlation with the exact map of an approximation that counts. */
export const ALIKE = 0.99;

/** What each way of ours is compared with, in which cells, how many times as fast it should be, and how alike at least. */
const aims = [
  { section: 'occlusion', way: 'exact', peer: 'Captum at its best', of: 'ResNet-18, 224 px, occluder 16', aim: 4 },
  { section: 'occlusion', way: 'exact', peer: 'Captum at its best', of: 'ResNet-18, 448 px, occluder 16', aim: 6 },
  { section: 'occlusion', way: 'exact', peer: 'Captum at its best', of: 'VGG-16, 224 px, occluder 16', aim: 8 },
  { section: 'occlusion', way: 'approximate', peer: 'Captum at its best', of: '', aim: 12, alike: ALIKE },
  { section: 'occlusion', way: 'full', peer: 'PyTorch', of: 'occluder 16', aim: 1.1 },
  { section: 'gradients', way: 'saliency', peer: 'PyTorch', of: '', aim: 1 },
  { section: 'gradients', way: 'batch 8', peer: 'PyTorch', of: '', aim: 1.25 },
  { section: 'curves', way: 'windows', peer: 'whole passes', of: '', aim: 3 },
  { section: 'folders', way: 'plain overlays', peer: 'OpenCV overlays', of: '', aim: 2 },
  { section: 'folders', way: 'full pictures', peer: 'matplotlib figures', of: '', aim: 4 },
  { section: 'masks', way: 'masks', peer: null, of: '', aim: 1 },
];

/** Seconds that a person should wait at most. */
const waits = [
  { section: 'first', way: 'shell, CAM', most: 1.5 },
  { section: 'first', way: 'kernel', most: 5 },
];

/** Largest difference of an exact occlusion map from PyTorch's, as a share of the range of the logits. */
const EQUAL = 1e-5;

/** How many times as fast `row` is as `other`: the median over the rounds, in each of which both ran. */
export function timesAsFast(row, other) {
  const perItem = ({ seconds, each }) => seconds.map((s) => s * (each / median(seconds)));
  const [mine, theirs] = [perItem(row), perItem(other)];
  return median(mine.map((s, round) => theirs[round] / s));
}

/** How many times as long `row` takes as the one beside it: the median over the rounds, in each of which both ran. */
export const timesAsLong = ({ seconds, beside }) => median(seconds.map((s, round) => s / beside.seconds[round]));

/** Each of our rows with its ratio to every peer of its cell, and the aim where there is one. */
export function compared(rows) {
  const found = [];
  for (const [cell, all] of cells(rows)) {
    for (const row of all.filter(({ ours }) => ours)) {
      for (const other of all.filter(({ peer }) => peer !== null)) {
        const goal = aims.find(
          ({ section, way, peer, of }) =>
            section === row.section && way === row.way && (peer === null || peer === other.peer) && cell.includes(of),
        );
        found.push({
          cell,
          name: row.name,
          peer: other.peer,
          ratio: timesAsFast(row, other),
          aim: goal?.aim ?? null,
          alike: goal?.alike === undefined ? null : { least: goal.alike, is: row.correlation.pixels },
        });
      }
    }
  }
  return found;
}

/** A line for each aim: reached, or missed and by how much. */
export function aimLines(rows) {
  const lines = compared(rows)
    .filter(({ aim }) => aim !== null)
    .map(({ cell, name, peer, ratio, aim, alike }) => {
      const missed = aim !== null && ratio < aim ? [by(aim / ratio)] : [];
      if (alike !== null && alike.is < alike.least) missed.push(`no candidate has a correlation of ${alike.least}`);
      const alikeness = alike === null ? '' : `, rank correlation ${roundedDown(alike.is, 3)} (aim ${alike.least})`;
      const speed = `${cell}: ${name} is ${roundedDown(ratio, 2)} times as fast as ${peer} (aim ${aim})${alikeness}`;
      return `- ${verdict(missed)} ${speed}`;
    });
  return [...lines, ...sharedLines(rows), ...waitLines(rows), ...equalLine(rows)];
}

const verdict = (missed) => (missed.length === 0 ? '**Reached.**' : `**Missed: ${missed.join('; ')}.**`);
const by = (factor) => `by a factor of ${factor.toFixed(2)}`;

function sharedLines(rows) {
  return rows
    .filter(({ beside }) => (beside?.most ?? null) !== null)
    .map((row) => {
      const [long, { name, most }] = [timesAsLong(row), row.beside];
      const missed = long <= most ? [] : [by(long / most)];
      const times = `${long.toFixed(2)} times as long as ${name} (aim at most ${most})`;
      return `- ${verdict(missed)} ${row.cell}: ${row.name} takes ${times}`;
    });
}

function waitLines(rows) {
  return rows.flatMap(({ section, way, cell, name, each }) =>
    waits
      .filter((one) => one.section === section && one.way === way)
      .map(({ most }) => {
        const missed = each <= most ? [] : [by(each / most)];
        return `- ${verdict(missed)} ${cell}: ${name} takes ${each.toFixed(2)} s (aim ${most} s)`;
      }),
  );
}

function equalLine(rows) {
  const exact = rows.filter(({ section, way }) => section === 'occlusion' && (way === 'exact' || way === 'full'));
  if (exact.length === 0) return [];
  const most = Math.max(...exact.map(({ ofLogits }) => ofLogits));
  const missed = most <= EQUAL ? [] : [by(most / EQUAL)];
  const span = "of the range of the photo's logits";
  return [
    `- ${verdict(missed)} Exact occlusion differs from PyTorch's by at most ${most.toExponential(1)} ${span} (aim ${EQUAL.toExponential(0)})`,
  ];
}
