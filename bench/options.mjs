import { parseArgs } from 'node:util';
import { inProject } from '../scripts/setup/tools.mjs';

const sections = ['occlusion', 'gradients', 'masks', 'shared', 'curves', 'folders', 'first'];

export const help = `npm run bench -- [options]

Times Whylight beside Captum, PyTorch, pytorch-grad-cam and lime on this machine, one at a time and in turn, and
compares what they answer. Nothing else should compute meanwhile.

  --quick         the cells that matter most, in about ten minutes
  --full          every cell on whole maps (hours)
  --only LIST     sections, by comma: ${sections.join(', ')}
  --networks LIST by comma: squeezenet1_0, resnet18, resnet50, vgg16
  --sides LIST    px, by comma: 224, 448
  --occluders LIST px, by comma: 10, 16, 32, 64
  --repeats N     rounds, of which the median counts (default 3)
  --out DIR       default reports/out/bench, whose history.jsonl keeps every run in a line`;

const networks = ['squeezenet1_0', 'resnet18', 'resnet50', 'vgg16'];
const occluders = [
  { size: 10, stride: 5 },
  { size: 16, stride: 8 },
  { size: 32, stride: 8 },
  { size: 64, stride: 8 },
];

const chosen = (what, text, allowed) => {
  const list = text.split(',').map((each) => each.trim());
  const wrong = list.find((each) => !allowed.includes(each));
  if (wrong !== undefined) throw new UsageError(`unknown ${what}: ${wrong} (allowed: ${allowed.join(', ')})`);
  return list;
};

/** A command line that cannot be followed. */
export class UsageError extends Error {}

/** What a command line asks for. Throws UsageError. */
export function benchPlan(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        only: { type: 'string' },
        networks: { type: 'string' },
        sides: { type: 'string' },
        occluders: { type: 'string' },
        repeats: { type: 'string', default: '3' },
        out: { type: 'string', default: inProject('reports/out/bench') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const { quick, full } = values;
  if (quick && full) throw new UsageError('--quick and --full exclude each other');
  const repeats = Number(values.repeats);
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new UsageError(`repeats: ${values.repeats} (allowed: whole numbers from 1)`);
  }
  const wanted = values.networks ? chosen('network', values.networks, networks) : null;
  const sides = values.sides ? chosen('side', values.sides, ['224', '448']).map(Number) : null;
  const sizes = values.occluders
    ? chosen(
        'occluder',
        values.occluders,
        occluders.map(({ size }) => String(size)),
      )
    : null;
  const keep = ({ architecture, side }) => (wanted?.includes(architecture) ?? true) && (sides?.includes(side) ?? true);
  const keepOne = (architecture) => keep({ architecture, side: 224 });
  // The larger side last: a run that is cut off has a picture of every network.
  const all = [224, 448].flatMap((side) => networks.map((architecture) => ({ architecture, side, occluders })));
  const few = [
    { architecture: 'resnet18', side: 224 },
    { architecture: 'resnet18', side: 448 },
    { architecture: 'vgg16', side: 224 },
  ].map((cell) => ({ ...cell, occluders: occluders.slice(1, 2) }));
  return {
    help: values.help,
    mode: quick ? 'quick' : full ? 'full' : 'usual',
    sections: values.only ? chosen('section', values.only, sections) : sections,
    repeats,
    out: values.out,
    occlusion: (quick && [wanted, sides, sizes].every((list) => list === null) ? few : all)
      .filter(keep)
      .map((cell) => ({
        ...cell,
        occluders: cell.occluders.filter(({ size }) => sizes?.includes(String(size)) ?? true),
      })),
    gradients: networks.filter(keepOne),
    /** Gradients of batches. */
    batches: networks.filter(keepOne).filter((each) => !quick || ['squeezenet1_0', 'resnet18'].includes(each)),
    /** Seconds that one measurement of a peer should take at most. */
    peerSeconds: full ? Number.POSITIVE_INFINITY : quick ? 1.2 : 1.5,
    /** Seconds up to which our exact map is timed whole, and approximations are found on it; beyond, what ours may take. */
    wholeSeconds: full ? Number.POSITIVE_INFINITY : 30,
    thinnedSeconds: 10,
    /** Photos of a folder, and which of its networks. */
    folderPhotos: quick ? 12 : 40,
    keepFolder: ({ architecture }) => wanted?.includes(architecture) ?? true,
    /** Several targets and several methods of one photo; occluder's stride, and copies that RISE and LIME make. */
    shared: {
      networks: ['resnet18', 'squeezenet1_0'].filter(keepOne).slice(0, quick ? 1 : 2),
      stride: quick ? 16 : 8,
      copies: quick ? 100 : 500,
    },
    curves: { networks: networks.filter(keepOne).filter((each) => !quick || each === 'resnet18' || wanted !== null) },
    masks: quick ? { rise: 200, lime: 200 } : { rise: 4000, lime: 1000 },
  };
}
