import { listAllowed, WhylightError } from '../explain/errors';
import type { EffectKind } from './effects/effect';
import type { SceneSpec } from './spec';

/**
 * The same scene without one of its effects; without exposure, the card goes too and the coats keep their brightness.
 * A companion is an object: `withoutObject`. Throws WhylightError for an effect that the scene does not have.
 */
export function withoutEffect(spec: SceneSpec, kind: EffectKind): SceneSpec {
  const { effects = [], ...rest } = spec;
  if (!effects.some((effect) => effect.kind === kind)) {
    const allowed = effects.length === 0 ? 'it has none' : `it has: ${listAllowed(effects.map((one) => one.kind))}`;
    throw new WhylightError(`the scene has no effect ${kind} (${allowed})`);
  }
  const others = effects.filter((effect) => effect.kind !== kind);
  return others.length === 0 ? rest : { ...rest, effects: others };
}
