import { type Colour, hex, mix, toHex } from './colour';
import { noise } from './noise';
import type { CanineCoatSpec, CanineSpec, CoatPlan } from './spec';

/** Colours of a coat, part by part. */
export interface Coat {
  readonly back: Colour;
  readonly side: Colour;
  readonly belly: Colour;
  readonly leg: Colour;
  /** Forehead and the bridge of the nose. */
  readonly face: Colour;
  /** Cheeks and the sides of the muzzle. */
  readonly cheek: Colour;
  readonly ear: Colour;
  readonly tailTip: Colour;
  readonly eye: Colour;
  /** 0–1: how far single hairs stray to dark and to light. */
  readonly grizzle: number;
  /** Patches of another colour: their share of the coat and their size. */
  readonly patches: { readonly colour: Colour; readonly share: number; readonly size: number } | null;
  /** Pale spots over the eyes. */
  readonly brows: boolean;
  /** Colours that replace the others: over the front half, or in bands around body and legs. */
  readonly second: { readonly where: 'front' | 'bands'; readonly dark: Colour; readonly light: Colour | null } | null;
}

export type CoatPart = 'body' | 'neck' | 'leg' | 'tail';

function coat(colours: readonly string[], grizzle: number, patches: Coat['patches'] = null, brows = false): Coat {
  const [back, side, belly, leg, face, cheek, ear, tailTip, eye] = colours.map(hex) as Colour[];
  return {
    back: back!,
    side: side!,
    belly: belly!,
    leg: leg!,
    face: face!,
    cheek: cheek!,
    ear: ear!,
    tailTip: tailTip!,
    eye: eye!,
    grizzle,
    patches,
    brows,
    second: null,
  };
}

/** Every wolf's coat has the same plan: a dark, grizzled saddle, pale legs, belly and cheeks, a tail with a black tip. */
export const wolfCoats: Readonly<Record<string, Coat>> = {
  grey: coat(
    ['#3c3a39', '#8c867e', '#cfc8ba', '#bdb2a0', '#6f6962', '#e6e0d4', '#5a4f47', '#2b2827', '#d9a032'],
    1,
    null,
    true,
  ),
  timber: coat(
    ['#352e27', '#92795c', '#cdbb9d', '#b89e7c', '#6c5a49', '#e3d6bd', '#6a4f38', '#241f1c', '#d8a53a'],
    1,
    null,
    true,
  ),
  pale: coat(
    ['#625e59', '#b3aca1', '#e2dcd0', '#d3cabb', '#98918a', '#f0ebe1', '#8b7f74', '#4a4643', '#cf9a35'],
    0.8,
    null,
    true,
  ),
  dark: coat(
    ['#2c2a2a', '#55504c', '#9b9186', '#8a7d70', '#474240', '#bfb6a9', '#3b3430', '#171616', '#d6a02c'],
    0.9,
    null,
    true,
  ),
};

/** Dogs come in all colours; the one named `husky` is the wolf's near relative. */
export const dogCoats: Readonly<Record<string, Coat>> = {
  golden: coat(
    ['#b5793a', '#cf9850', '#e6c48c', '#d6a561', '#c98d48', '#dcb177', '#a8692f', '#e0b878', '#3a2413'],
    0.35,
  ),
  brown: coat(['#5a3620', '#774a2c', '#91633f', '#7a4f30', '#6d432a', '#8b5d3c', '#4d2d1a', '#6d452b', '#3a2010'], 0.3),
  black: coat(['#1f1e20', '#2c2b2d', '#38363a', '#2b2a2c', '#262527', '#34323a', '#1a191b', '#252426', '#3b2412'], 0.3),
  white: coat(['#e2dccf', '#eee9de', '#f3efe6', '#ece6da', '#eee8dd', '#f4f0e8', '#dccbb4', '#f1ece2', '#2e2018'], 0.3),
  tan: coat(['#221d1b', '#3a2c22', '#a8703c', '#b57a42', '#2d2521', '#b47a43', '#1f1a18', '#241e1b', '#3a2110'], 0.35),
  sable: coat(
    ['#8a5226', '#b06f37', '#efe6d6', '#e9dcc7', '#b37338', '#efe5d4', '#7a451f', '#f0e8da', '#3a2211'],
    0.45,
  ),
  beagle: coat(
    ['#2a211d', '#8f5a30', '#f1ece2', '#ece3d4', '#a5683a', '#f1ebe0', '#935a30', '#f3eee4', '#36200f'],
    0.25,
  ),
  spotted: coat(
    ['#ece8e0', '#f1eee7', '#f4f1ea', '#efebe3', '#efebe4', '#f4f1eb', '#2a2728', '#ece8e0', '#2f2018'],
    0.15,
    {
      colour: hex('#2c292a'),
      share: 0.3,
      size: 0.11,
    },
  ),
  pied: coat(
    ['#efeae0', '#f2eee5', '#f4f1ea', '#f0ebe1', '#8a5530', '#f2ede4', '#7c4a28', '#f2eee6', '#38220f'],
    0.25,
    {
      colour: hex('#87532e'),
      share: 0.42,
      size: 0.34,
    },
  ),
  collie: coat(
    ['#1e1d1f', '#29282b', '#eeeae2', '#efebe3', '#232225', '#efeae2', '#1c1b1d', '#f0ece4', '#3a2413'],
    0.25,
  ),
  husky: coat(['#4b4f57', '#767b83', '#eceae6', '#eae7e2', '#5d6169', '#f3f1ed', '#494c52', '#e8e6e2', '#86b2d6'], 0.5),
  cream: coat(
    ['#cfa878', '#dfc095', '#eddcbd', '#e2c69c', '#dab98c', '#e8d2ac', '#c2935e', '#e9d4ae', '#38230f'],
    0.35,
  ),
};

/** The coat that a spec names or plans. */
export function coatOf({ kind, coat: spec }: Pick<CanineSpec, 'kind' | 'coat'>): Coat {
  if (typeof spec !== 'string') return plannedCoat(spec);
  return (kind === 'wolf' ? wolfCoats : dogCoats)[spec]!;
}

/**
 * Where a plan puts dark (d), middle (m) and light (l), in the order of a coat's colours from back to tail tip. `contrast`
 * and `lift` (of 255) make the mean and the spread of the colours in a coat say little about its plan.
 */
const plans: Readonly<Record<CoatPlan, { readonly places: string; readonly contrast: number; readonly lift: number }>> =
  {
    saddled: { places: 'dmlldldd', contrast: 1.12, lift: -3 },
    reversed: { places: 'lmddldll', contrast: 0.72, lift: 5 },
    pied: { places: 'lllllldl', contrast: 0.7, lift: -4 },
    halved: { places: 'lllldddl', contrast: 0.7, lift: -2 },
    brindled: { places: 'mmmmmmmm', contrast: 1, lift: 8 },
  };

function plannedCoat({ plan, ...palette }: CanineCoatSpec): Coat {
  const { places, contrast, lift } = plans[plan];
  const middle = hex(palette.middle);
  const of = (colour: string): Colour =>
    mix(middle, hex(colour), contrast).map((value) => Math.max(6, Math.min(249, value + lift))) as unknown as Colour;
  const [d, m, l] = [of(palette.dark), of(palette.middle), of(palette.light)];
  const eye = plan === 'saddled' ? '#d9a032' : '#3a2413';
  const colours = [...places].map((letter) => toHex({ d, m, l }[letter]!));
  const coatOfPlan = coat([...colours, eye], 0.5, null, plan === 'saddled');
  switch (plan) {
    case 'pied':
      return { ...coatOfPlan, patches: { colour: d, share: 0.5, size: 0.34 } };
    case 'halved':
      return { ...coatOfPlan, second: { where: 'front', dark: d, light: null } };
    case 'brindled':
      return { ...coatOfPlan, second: { where: 'bands', dark: d, light: l } };
    default:
      return coatOfPlan;
  }
}

/** The coat's colour at a place: `along` 0–1, `across` −1 (back, nape, front of a leg) to 1 (belly, throat); patches go by (x, y). */
export function coatColour(
  coat: Coat,
  part: CoatPart,
  along: number,
  across: number,
  x: number,
  y: number,
  seed: number,
): Colour {
  const wobble = noise(along * 7, across * 2.2, seed) - 0.5;
  const second = secondColour(coat, part, along + wobble * 0.3, x, y, seed);
  if (second !== null) return second;
  const height = across + wobble * 0.5;
  switch (part) {
    case 'body':
      return height < 0
        ? ramp(coat.back, coat.side, (height + 0.7) / 0.55)
        : ramp(coat.side, coat.belly, (height - 0.15) / 0.5);
    case 'neck':
      return height < 0.1
        ? ramp(coat.back, coat.side, (height + 0.9) / 0.8)
        : ramp(coat.side, coat.cheek, (height - 0.1) / 0.6);
    case 'leg':
      return ramp(coat.side, coat.leg, (along + wobble * 0.2 - 0.12) / 0.35);
    case 'tail':
      return along > 0.72
        ? ramp(coat.side, coat.tailTip, (along + wobble * 0.2 - 0.72) / 0.12)
        : ramp(mix(coat.side, coat.belly, 0.35), coat.back, (across + 0.4) / 1.1);
  }
}

/** The colour of patches, bands or the front half, where one of them is. */
function secondColour({ patches, second }: Coat, part: CoatPart, along: number, x: number, y: number, seed: number) {
  if (patches) {
    const { share, size } = patches;
    const value = noise(x / size, y / size, seed ^ 0x51ab) + 0.15 * (noise((3 * x) / size, (3 * y) / size, seed) - 0.5);
    return value > 1 - share ? patches.colour : null;
  }
  if (second?.where === 'bands') {
    const wave = Math.sin(along * 26);
    return wave > 0.3 ? second.dark : wave < -0.3 ? second.light : null;
  }
  const front = part === 'neck' || (part === 'body' && along > 0.5);
  return second && front ? second.dark : null;
}

function ramp(from: Colour, to: Colour, amount: number): Colour {
  return mix(from, to, Math.max(0, Math.min(1, amount)));
}
