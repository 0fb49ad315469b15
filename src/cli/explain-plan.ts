import { createHash } from 'node:crypto';
import { WhylightError } from '../explain/errors';
import { type Decoder, openDecoder } from '../explain/image/decoder';
import { readCard } from '../explain/network/card';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import { oneAtATime } from '../explain/one-at-a-time';
import type { RunOptions } from '../explain/progress';
import { networkIdentity } from '../explain/store/network-identity';
import { findChromium } from '../page/find-chromium';
import { ask, type Chosen, choose, type ExplainRequest, targetsOf } from './explain-choice';
import { refuseFigures } from './explain-figures';
import { formats } from './explain-formats';
import type { PlanOrigin, PlanWords } from './explain-origin';

/** A network, and what it is asked of every photo: opened once, for any number of photos. */
export interface OpenPlan {
  readonly request: ExplainRequest;
  readonly network: Network;
  readonly choice: Chosen;
  /** What its results say of how they were made. */
  readonly origin: PlanOrigin;
  /** Lets one photo compute at a time. */
  readonly turn: ReturnType<typeof oneAtATime>;
  /** Reads photos beside it. */
  readonly decoder: Decoder;
}

/** How a plan is opened. */
export interface PlanRun extends Pick<RunOptions, 'signal' | 'onProgress'> {
  /** Told what was left out or assumed, a sentence each. */
  readonly onNote?: (sentence: string) => void;
}

/**
 * Checks all that can be checked without the network: it costs nothing and comes before anything else.
 * @throws WhylightError for an unknown network, method or option, and for formats that the rest does not go with.
 */
export async function checkRequest(request: ExplainRequest): Promise<void> {
  ask(request);
  if (request.figure !== undefined && !(request.format ?? formats).includes('png')) {
    throw new WhylightError('--figure draws PNG: name png among the --format kinds');
  }
  await readCard(request.network);
}

/**
 * Loads the network, and checks what is asked of it, as far as that goes without a photo.
 * @throws WhylightError for what no photo could be given.
 */
export async function openPlan(request: ExplainRequest, run: PlanRun = {}): Promise<OpenPlan> {
  const { maxMegapixels } = request;
  const selection = ask(request);
  // Its process starts while the network is loaded.
  const decoder = openDecoder({ ...(maxMegapixels && { maxMegapixels }) });
  try {
    const network = await openNetwork(request, run);
    const choice = choose(request, selection, network);
    for (const omission of choice.omissions) run.onNote?.(omission);
    checkFigures(request, choice, network);
    return { request, network, choice, origin: planOriginOf(request, network, choice), turn: oneAtATime(), decoder };
  } catch (error) {
    decoder.close();
    throw error;
  }
}

async function openNetwork({ network: name, mirror, offline, fit }: ExplainRequest, run: PlanRun): Promise<Network> {
  const network = await loadNetwork(name, { mirror, offline, ...run });
  return fit === undefined ? network : { ...network, preprocessing: { ...network.preprocessing, fit } };
}

function checkFigures(request: ExplainRequest, choice: Chosen, network: Network): void {
  const { figure = [], format = formats } = request;
  const ranked = network.classes.map((_, i) => i);
  refuseFigures(figure, choice, targetsOf(request, network, ranked).length);
  if (format.includes('png') && (figure.length > 0 || choice.views.length > 0)) findChromium();
}

function planOriginOf(request: ExplainRequest, network: Network, choice: Chosen): PlanOrigin {
  const plan: PlanWords = {
    network: network.name,
    methods: Object.fromEntries(choice.methods.map(({ method, options }) => [method.name, method.parse(options)])),
    views: Object.fromEntries(choice.views.map(({ name, options }) => [name, options])),
    targets: request.target ?? ['top1'],
    figures: request.figure ?? [],
    formats: formats.filter((format) => format === 'json' || (request.format ?? formats).includes(format)),
    overlay: request.overlay ?? 'full',
    fit: network.preprocessing.fit ?? 'as the card says',
    memory: request.memory ?? null,
  };
  const hash = createHash('sha256')
    .update(JSON.stringify(networkIdentity(network)))
    .digest('hex');
  return { network: hash, plan: JSON.parse(JSON.stringify(plan)) as PlanWords };
}
