import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { type Why, type WhyOptions, why } from '../analyses/why';
import { classify } from '../explain/classify';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder } from '../explain/files';
import { loadPhoto } from '../explain/image/load-photo';
import type { ImageSample } from '../explain/image/sample';
import { readCard } from '../explain/network/card';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import { expandTargets, type NamedTarget } from '../explain/target';
import { writeTogether } from '../explain/write-together';
import { formatJson } from './explain-results';
import { pngOf } from './figure-file';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { createReporter } from './progress';

export interface WhyRequest {
  readonly network: string;
  readonly target?: string;
  readonly methods?: readonly string[];
  readonly support?: string;
  readonly fill?: WhyOptions['fills'];
  readonly seed: number;
  readonly quick?: boolean;
  readonly memory?: number;
  readonly out: string;
  readonly with?: readonly string[];
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** The work of `whylight why`. */
export async function explainWhy(file: string, request: WhyRequest): Promise<void> {
  const {
    network: name,
    mirror,
    offline,
    out,
    memory,
    json,
    target,
    methods,
    support,
    fill: fills,
    seed,
    quick,
  } = request;
  await readCard(name);
  const photo = await loadPhoto(file);
  const outputs = ['why.txt', 'why.png', 'why.json'].map((one) => path.join(out, one));
  const replaced = outputs.find((one) => path.resolve(one) === path.resolve(file));
  if (replaced !== undefined) {
    throw new WhylightError(`this would replace the photo ${replaced} (choose another folder with --out)`);
  }
  const folders = await ensureWritableFolder(out);
  const reporter = createReporter();
  try {
    await interruptible(async (signal) => {
      const { onProgress } = reporter;
      const network = await loadNetwork(name, { mirror, offline, signal, onProgress, onNote: noteOnce(reporter) });
      const result = await why(network, photo, {
        ...(target !== undefined && { target: await oneTarget(network, photo, target) }),
        methods,
        support,
        fills,
        seed,
        quick,
        onProgress,
        signal,
        ...(memory && { memoryMB: memory }),
      });
      reporter.stop();
      const png = await pngOf(result.figures.why);
      const text = `${file}\n\n${whyText(result)}`;
      const document = `${formatJson(whyJson(result))}\n`;
      const contents = [text, png, document];
      await writeTogether(
        out,
        outputs.map((output, i) => [output, contents[i]!]),
        signal,
      );
      process.stdout.write(json ? document : `${text}\nin ${out}${path.sep}: why.txt why.png why.json\n`);
    });
  } finally {
    reporter.stop();
    for (const folder of folders) await rmdir(folder).catch(() => undefined);
  }
}

async function oneTarget(network: Network, photo: ImageSample, text: string): Promise<NamedTarget> {
  const { classes } = await classify(network, photo);
  const targets = expandTargets(
    network,
    classes.map(({ index }) => index),
    text,
  );
  if (targets.length === 1) return targets[0]!;
  throw new WhylightError(`--target ${text} names ${targets.length} targets (needed: one)`);
}

/** The content of `why.json`. */
const whyJson = ({ numbers, concluded, open, figures: { why: figure } }: Why) => ({
  concluded,
  open,
  numbers,
  picture: { alt: figure.alt, caption: figure.caption },
});

/** The content of `why.txt`. */
function whyText({ concluded, open, figures: { why: figure } }: Why): string {
  const lines = (all: Why['open']) => all.map(({ text }) => `- ${text}\n`).join('');
  return `What can be concluded\n${lines(concluded)}\nWhat cannot\n${lines(open)}\nThe picture: ${figure.caption}\n`;
}
