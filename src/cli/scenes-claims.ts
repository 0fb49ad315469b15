import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import { listedClasses, readCard } from '../explain/network/card';
import { wholeFolder } from '../explain/whole-folder';
import { claimNetworks, measuredBy } from '../report/claims/index';
import { scenesOfClaims } from '../report/claims/measure';
import { readStudy } from '../report/study';
import { writeSceneDataset } from '../scenes/write-dataset';
import { interruptible } from './interrupt';
import { createReporter } from './progress';

/** What a person asked of `whylight scenes --claims`. */
interface ClaimScenesRequest {
  readonly claims: string;
  readonly out: string;
  readonly json?: boolean;
}

/** What goes with `--claims`: the study says all else. */
const besideClaims = ['claims', 'out', 'json'];

/**
 * Writes the scenes on which a study's claims are measured, a folder for each stream, and the index, all or nothing; no network
 * is loaded.
 * @throws WhylightError for another option, a study without claims, a network whose card lists no classes, and a folder that holds something.
 */
export async function writeClaimScenes({ claims, out, json }: ClaimScenesRequest, options: readonly string[]) {
  const idle = options.find((name) => !besideClaims.includes(name));
  if (idle !== undefined)
    throw new WhylightError(`--${idle} and --claims: one of them, the study says all of its scenes`);
  const study = readStudy(claims);
  const settings = study.claims;
  if (settings === undefined) throw new WhylightError(`the study ${claims} has no claims`);
  const measured = measuredBy(settings).map((claim) => ({ id: claim.id, networks: claimNetworks(claim, settings) }));
  const cards = new Map<string, { readonly name: string; readonly classes: readonly string[] }>();
  for (const name of measured.flatMap(({ networks }) => networks)) cards.set(name, await classesOf(study, name));
  const sets = scenesOfClaims(settings, (name) => cards.get(name)!);
  const reporter = createReporter();
  const folders = sets.map(({ name, specs, serves }) => ({ folder: name, claims: serves, scenes: specs.length }));
  const networks = Object.fromEntries([...cards].map(([name, card]) => [name, card.name]));
  const index = { claims: settings, measured, networks, folders };
  await interruptible((signal) =>
    wholeFolder(out, async (beside) => {
      const { onProgress } = reporter;
      for (const { name, specs, changes } of sets)
        await writeSceneDataset(path.join(beside, name), specs, { changes, onProgress, signal });
      await writeWhole(path.join(beside, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
    }),
  ).finally(() => reporter.stop());
  process.stdout.write(
    json
      ? `${JSON.stringify(index, null, 2)}\n`
      : folders
          .map(({ folder, claims, scenes }) => `${scenes} scenes in ${folder} for ${claims.join(', ')}\n`)
          .join(''),
  );
}

async function classesOf({ networks }: ReturnType<typeof readStudy>, name: string) {
  const card = await readCard(networks[name]?.card ?? name);
  const classes = listedClasses(card);
  if (classes === null) throw new WhylightError(`${name}: its card lists no classes (needed: those of drawn animals)`);
  return { name: card.name, classes };
}
