import { requireNetwork } from './arguments';
import { type Classification, classificationOf } from './classify';
import { WhylightError } from './errors';
import { prepareInput } from './image/prepare';
import type { NetworkInput } from './image/preprocessing';
import type { ImageSample } from './image/sample';
import { type Activation, activations } from './network/executors/activations';
import { type GradientOptions, openGradient } from './network/executors/gradient';
import { type HeldPass, holdPass } from './network/executors/held-pass';
import type { Network } from './network/network';
import { type ResolvedTarget, resolveTarget, type Target } from './target';

/** What a layer's map is made of. */
export interface LayerGradient {
  readonly activation: Activation;
  /** ∂y/∂A. */
  readonly gradient: Activation;
}

/**
 * A photo as one network sees it: resized once, run once, and whatever is asked of the passes kept until `close`.
 * Plain values: arrays that come out of it must not be changed.
 */
export interface Look {
  readonly network: Network;
  readonly photo: ImageSample;
  readonly input: NetworkInput;
  /** Raw outputs. */
  readonly outputs: Float32Array;
  readonly classification: Classification;
  /** A target resolved against this photo. Default: the best class. Throws WhylightError for an unknown one. */
  readonly target: (target?: Target) => ResolvedTarget;
  /** Values of nodes by name; the map that feeds a pooled head comes from the pass that gave the outputs. */
  readonly activations: (nodes: readonly string[]) => ReadonlyMap<string, Activation>;
  /**
   * Gradients of several targets at one node (default: the input), in their order: one forward pass serves them all, and
   * those at other nodes too, but before the few whose values that pass does not keep.
   */
  readonly gradients: (targets: readonly ResolvedTarget[], options?: GradientOptions) => readonly LayerGradient[];
  /** Lets go of what further gradients would begin with, where long work follows that asks for none. */
  readonly rest: () => void;
  /** Lets go of everything; later questions are errors. */
  readonly close: () => void;
}

/** What a look is opened for. */
export interface LookOptions {
  /** Gradients will be asked for: the pass that gives the outputs keeps what they need. Default: not. */
  readonly gradients?: boolean;
}

/**
 * Prepares a photo for a network; passes run when first asked for.
 * @param prepared what the network is to see instead of the photo as its preprocessing gives it: the same with other values.
 * @throws WhylightError for a preprocessing that cannot be, and for what is no network or no photo.
 */
export function look(
  network: Network,
  photo: ImageSample,
  prepared?: NetworkInput,
  { gradients: forGradients = false }: LookOptions = {},
): Look {
  requireNetwork(network);
  const input = prepared ?? prepareInput(photo, network.preprocessing);
  const maps = new Map<string, Activation>();
  const slopes = new Map<string, LayerGradient>();
  const pooled = network.camNode === null ? [] : [network.camNode];
  let raw: Float32Array | null = null;
  let pass: HeldPass | null = null;
  let open = true;

  const check = () => {
    if (!open) throw new WhylightError(`the look at ${photo.source} is closed`);
  };

  /** Of each node by itself but for the pooled one: what else was asked must not change its rounding. */
  function run(nodes: readonly string[]): Float32Array {
    const { maps: values, output } = activations(network, input.values, nodes);
    for (const [node, map] of values) maps.set(node, map);
    return output;
  }

  const held = () => {
    pass ??= holdPass(network, input.values, pooled);
    return pass;
  };

  function outputsForGradients(): Float32Array {
    const { outputs, activation } = held();
    for (const node of pooled) maps.set(node, activation(node)!);
    return outputs;
  }

  const outputs = () => {
    check();
    raw ??= forGradients ? outputsForGradients() : run(pooled);
    return raw;
  };

  /** Slopes of scores at one node, from the pass that is held, or from one of their own. */
  function slopesOf(weights: readonly Float32Array[], options: GradientOptions): LayerGradient[] {
    const activation = held().activation(options.at ?? 'input');
    const slopesHere = activation === null ? [] : weights.map((each) => held().slope(each, options));
    if (activation !== null && slopesHere.every((slope) => slope !== null)) {
      return slopesHere.map((gradient) => ({ activation, gradient }));
    }
    const session = openGradient(network, options);
    try {
      const { shape, activations: values, gradients } = session.runEach(input.values, 1, weights);
      const [height, width, channels] = shape.length === 3 ? (shape as [number, number, number]) : [1, 1, shape[0]!];
      const whole = (all: Float32Array): Activation => ({ height, width, channels, values: all });
      return gradients.map((gradient) => ({ activation: whole(values), gradient: whole(gradient) }));
    } finally {
      session.close();
    }
  }

  const rest = () => {
    pass?.close();
    pass = null;
  };
  return {
    network,
    photo,
    input,
    get outputs() {
      return outputs();
    },
    get classification() {
      return classificationOf(network, photo, input, outputs());
    },
    target: (target) => resolveTarget(network, outputs(), target),
    activations: (nodes) => {
      check();
      if (nodes.some((node) => pooled.includes(node))) outputs();
      for (const node of nodes) if (!maps.has(node)) run([node]);
      return maps;
    },
    gradients: (targets, options = {}) => {
      check();
      const keys = targets.map(({ weights }) => [options.at, options.reluRule, weights].join());
      const missing = new Map(targets.map(({ weights }, i) => [keys[i]!, weights] as const));
      for (const key of missing.keys()) if (slopes.has(key)) missing.delete(key);
      if (missing.size > 0) {
        const all = slopesOf([...missing.values()], options);
        [...missing.keys()].forEach((key, i) => {
          slopes.set(key, all[i]!);
        });
      }
      return keys.map((key) => slopes.get(key)!);
    },
    rest,
    close: () => {
      open = false;
      rest();
      maps.clear();
      slopes.clear();
    },
  };
}

/** A look for the length of some work. */
export async function withLook<T>(
  network: Network,
  photo: ImageSample,
  work: (look: Look) => T | Promise<T>,
  options: LookOptions = {},
): Promise<T> {
  const photoLook = look(network, photo, undefined, options);
  try {
    return await work(photoLook);
  } finally {
    photoLook.close();
  }
}

/** Looks by network and photo, each opened when it is first asked for. */
export interface Looks {
  readonly at: (network: Network, photo: ImageSample) => Look;
  readonly close: () => void;
}

/** Looks for a piece of work that asks several times about few photos; its caller closes them. */
export function openLooks(): Looks {
  const open: Look[] = [];
  return {
    at: (network, photo) => {
      const one = open.find((other) => other.network === network && other.photo === photo) ?? look(network, photo);
      if (!open.includes(one)) open.push(one);
      return one;
    },
    close: () => {
      for (const one of open.splice(0)) one.close();
    },
  };
}
