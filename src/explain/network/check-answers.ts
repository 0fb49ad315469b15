import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../errors';
import { reasonOf } from '../files';
import { loadPhoto } from '../image/load-photo';
import { prepareInput } from '../image/prepare';
import { decodeNpy } from '../npy';
import { classScores } from '../target';
import type { NetworkCard } from './card';
import { forward } from './executors/forward';
import type { Network } from './network';
import { isExclusive } from './output-kind';

/** What a network is known to answer. */
type Check = NonNullable<(NetworkCard & { form: 'model' })['check']>;

/** Largest difference, as a share of the outputs' range: far above what rounding does, far below a wrong mean or eps. */
const TOLERANCE = 1e-3;

/** The largest difference that a check found. */
export interface CheckResult {
  readonly difference: number;
  readonly allowed: number;
}

/**
 * Runs a network on what its card knows the answer to.
 *
 * @param folder the card's, which its files are relative to.
 * @param ending the activation that the network's file has at its end: its output is what comes out behind it.
 * @throws WhylightError where it answers differently: a wrong scale, colour order, resize or constant.
 */
export async function checkAnswers(
  network: Network,
  check: Check,
  folder: string,
  ending: 'softmax' | 'sigmoid' | null = null,
): Promise<CheckResult> {
  const { expected, answered, what } =
    'photo' in check ? await onPhoto(network, check, folder) : await onArray(network, check, folder, ending);
  if (expected.length !== answered.length) {
    throw new WhylightError(
      `${network.name}: its check has ${expected.length} ${what}, and the network ${answered.length}`,
    );
  }
  const [least, most] = [Math.min(...expected), Math.max(...expected)];
  const range = expected.length === 1 || most === least ? Math.max(1, Math.abs(most)) : most - least;
  const { tolerance = TOLERANCE } = check;
  const differences = expected.map((value, i) => Math.abs(value - answered[i]!));
  const worst = differences.reduce((at, value, i) => (value <= differences[at]! ? at : i), 0);
  const result = { difference: differences[worst]!, allowed: tolerance * range };
  if (result.difference <= result.allowed) return result;
  const number = (value: number) => Number(value.toPrecision(5));
  throw new WhylightError(
    `${network.name} answers differently than its check says: of the ${what} number ${worst} is ${number(answered[worst]!)}, not ${number(expected[worst]!)} (allowed: within ${number(result.allowed)}); look at scale, channels, fit and resize in its card`,
  );
}

interface Answer {
  readonly expected: readonly number[];
  readonly answered: ArrayLike<number>;
  readonly what: string;
}

async function onPhoto(network: Network, check: Extract<Check, { photo: string }>, folder: string): Promise<Answer> {
  const { logits, probabilities } = check;
  if ((logits === undefined) === (probabilities === undefined)) {
    throw new WhylightError(
      `${network.name}: a check on a photo says what comes out (allowed: logits or probabilities)`,
    );
  }
  const photo = await loadPhoto(path.resolve(folder, check.photo));
  const raw = forward(network, prepareInput(photo, network.preprocessing).values);
  if (logits !== undefined) return { expected: logits, answered: raw, what: 'logits' };
  const scores = classScores(network, raw).probabilities;
  if (scores === null)
    throw new WhylightError(`${network.name}: values have no probabilities (allowed in its check: logits)`);
  return { expected: probabilities!, answered: scores, what: 'probabilities' };
}

async function onArray(
  network: Network,
  { input, output }: Extract<Check, { input: string }>,
  folder: string,
  ending: 'softmax' | 'sigmoid' | null,
): Promise<Answer> {
  const inputs = await readArray(path.resolve(folder, input));
  const expected = await readArray(path.resolve(folder, output));
  const size = network.inputShape.reduce((product, length) => product * length, 1);
  if (inputs.values.length !== size) {
    throw new WhylightError(
      `${network.name}: ${input} is ${inputs.shape.join('×')}, and the network takes ${network.inputShape.join('×')} (height, width, channels)`,
    );
  }
  const raw = forward(network, inputs.values);
  const answered = ending === null ? raw : endedIn(network, raw);
  return { expected: [...expected.values], answered, what: 'outputs' };
}

/** The outputs behind the file's own ending. */
function endedIn(network: Network, raw: Float32Array): Float32Array {
  const { probabilities } = classScores(network, raw);
  return isExclusive(network.output) && raw.length === 1 ? probabilities!.slice(1) : probabilities!;
}

async function readArray(file: string): Promise<ReturnType<typeof decodeNpy>> {
  try {
    return decodeNpy(await readFile(file));
  } catch (error) {
    const why = error instanceof WhylightError ? error.message : reasonOf(error);
    throw new WhylightError(`cannot read ${file}: ${why}`, { cause: error });
  }
}
