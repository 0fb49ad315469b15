import { listAllowed, WhylightError } from '../../explain/errors';
import { blur } from './blur';
import { type Corner, corners, type EffectKind, type EffectSpec, effectKinds } from './effect';
import { multiply } from './gain';
import { cardSide, paintGreyCard } from './grey-card';
import { stamp } from './stamp';
import { paintWatermark, watermarkOpacity, watermarkSide } from './watermark';

/** A picture after its effects. */
interface AppliedEffects {
  readonly pixels: Uint8Array;
  /** In the order of application; `cover` (H×W, 0–1) where a watermark or a card lies, null for what has no place. */
  readonly layers: readonly { readonly kind: EffectKind; readonly cover: Float32Array | null }[];
}

/**
 * Applies effects to RGB bytes, always in the order exposure (the card lies in the scene before it), cast, blur, watermark.
 * Throws WhylightError for an unknown or doubled effect and for a value outside what is allowed.
 */
export function applyEffects(
  pixels: Uint8Array,
  size: { readonly width: number; readonly height: number },
  effects: readonly EffectSpec[],
): AppliedEffects {
  for (const effect of effects) checkEffect(effect);
  let result = pixels;
  const layers: { kind: EffectKind; cover: Float32Array | null }[] = [];
  for (const kind of effectKinds) {
    const same = effects.filter((effect) => effect.kind === kind);
    if (same.length > 1) throw new WhylightError(`effect ${kind}: ${same.length} times (allowed: once)`);
    const [effect] = same;
    if (!effect) continue;
    const applied = applyEffect(result, size, effect);
    result = applied.pixels;
    layers.push({ kind, cover: applied.cover });
  }
  return { pixels: result, layers };
}

function applyEffect(
  pixels: Uint8Array,
  size: { readonly width: number; readonly height: number },
  effect: EffectSpec,
): { pixels: Uint8Array; cover: Float32Array | null } {
  switch (effect.kind) {
    case 'exposure': {
      const card = stamp(pixels, size, effect.corner, cardSide, 1, paintGreyCard);
      return { pixels: multiply(card.pixels, [effect.gain, effect.gain, effect.gain]), cover: card.cover };
    }
    case 'cast':
      return { pixels: multiply(pixels, effect.gain), cover: null };
    case 'blur': {
      const sigma = effect.sigma * Math.min(size.width, size.height);
      return { pixels: blur(pixels, size.width, size.height, sigma), cover: null };
    }
    case 'watermark':
      return stamp(pixels, size, effect.corner, watermarkSide, watermarkOpacity, paintWatermark);
  }
}

function checkEffect(effect: EffectSpec): void {
  switch (effect.kind) {
    case 'exposure':
      checkNumber('exposure gain', effect.gain, 0.1, 4);
      checkCorner(effect.corner);
      break;
    case 'cast':
      if (!Array.isArray(effect.gain) || effect.gain.length !== 3)
        throw new WhylightError(`cast gain: ${effect.gain} (allowed: three factors)`);
      for (const gain of effect.gain) checkNumber('cast gain', gain, 0.1, 4);
      break;
    case 'blur':
      checkNumber('blur sigma', effect.sigma, 0, 0.1);
      break;
    case 'watermark':
      checkCorner(effect.corner);
      break;
    default:
      throw new WhylightError(
        `unknown effect: ${(effect as { kind: unknown }).kind} (allowed: ${listAllowed(effectKinds)})`,
      );
  }
}

function checkNumber(what: string, value: number, least: number, most: number): void {
  if (!(typeof value === 'number' && value >= least && value <= most))
    throw new WhylightError(`${what}: ${value} (allowed: ${least} to ${most})`);
}

function checkCorner(corner: Corner): void {
  if (!corners.includes(corner)) throw new WhylightError(`corner: ${corner} (allowed: ${listAllowed(corners)})`);
}
