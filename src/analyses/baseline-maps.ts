import { createHash } from 'node:crypto';
import type { MethodCall } from '../explain/explain-all';
import { prepareInput } from '../explain/image/prepare';
import { withLook } from '../explain/look';
import { baselines } from '../explain/measures/baselines';
import type { Baseline, OtherMap } from '../explain/measures/baselines/define-baseline';
import type { MeasuredMap } from '../explain/measures/define-measure';
import { mapByMethod } from '../explain/measures/remake';
import type { Network } from '../explain/network/network';
import type { MapCase, MapSource } from './evaluation-maps';
import type { EvaluationPhoto } from './evaluation-photo';

/**
 * Maps that know nothing of the network, or of the photo, beside those of the methods; and, where the truth can be drawn,
 * the truth with noise. Blurred, and of another photo, is the first method's map.
 */
export function baselineMaps(methods: readonly MethodCall[]): MapSource[] {
  const [first] = methods;
  return baselines.flatMap((baseline): MapSource[] => {
    if (baseline.knows !== 'map') return [plainSource(baseline)];
    return first === undefined ? [] : [copySource(baseline, first)];
  });
}

function plainSource(baseline: Baseline): MapSource {
  const { name, title, knows } = baseline;
  return {
    name,
    title,
    kind: knows === 'truth' ? 'ceiling' : 'baseline',
    key: (_, photos) => [baseline.parse({}), knows === 'set' ? digestOf(photos) : null],
    make: async (at) => baseline.map({ ...caseOf(at), masks: knows === 'set' ? otherMasks(at) : null }),
  };
}

const digests = new WeakMap<readonly EvaluationPhoto[], string>();

/** sha256 (hex) of what decides the masks of a set, made once: it stands in the key of every photo. */
function digestOf(photos: readonly EvaluationPhoto[]): string {
  const text = () => JSON.stringify(photos.map(({ photo, key }) => [photo.sha256, key]));
  const digest = digests.get(photos) ?? createHash('sha256').update(text()).digest('hex');
  digests.set(photos, digest);
  return digest;
}

/** What is made of a method's map: of this photo, or of the next one of the set. */
function copySource(baseline: Baseline, { method, options = {} }: MethodCall): MapSource {
  const blurred = baseline.name === 'blurred';
  return {
    name: `${method.name}-${baseline.name}`,
    title: blurred ? `${method.title}, blurred` : `${method.title} of another photo`,
    kind: blurred ? 'copy' : 'baseline',
    key: (_, photos) => [
      baseline.parse({}),
      method.parse(options),
      blurred ? null : photos.map(({ photo }) => photo.sha256),
    ],
    make: async (at) => {
      if (blurred)
        return baseline.map({ ...caseOf(at), map: at.maps.find(({ name }) => name === method.name) ?? null });
      const other = await nextPhoto(at, { method, options });
      return other === null ? null : baseline.map({ ...caseOf(at), others: [other] });
    },
  };
}

const caseOf = ({ measured: { look, seed, things } }: MapCase) => ({ look, seed, things });

async function nextPhoto({ photo, photos, measured, run }: MapCase, call: MethodCall): Promise<OtherMap | null> {
  const next = photos[(photos.indexOf(photo) + 1) % photos.length]!;
  if (next === photo) return null;
  const map = await withLook(
    measured.look.network,
    next.photo,
    (look): Promise<MeasuredMap> => mapByMethod(call.method, look, look.target(), call.options, run),
  );
  return { photo: next.photo.sha256, map };
}

const masks = new WeakMap<EvaluationPhoto, Map<string, Uint8Array | null>>();

/** Masks of the other photos, over the input of a network; drawn once for all networks that see photos alike. */
function otherMasks({ photo, photos, measured: { look } }: MapCase): Uint8Array[] {
  return photos
    .filter((other) => other !== photo)
    .flatMap((other) => {
      const mask = maskOf(look.network, other);
      return mask === null ? [] : [mask];
    });
}

function maskOf(network: Network, photo: EvaluationPhoto): Uint8Array | null {
  const held = masks.get(photo) ?? new Map<string, Uint8Array | null>();
  masks.set(photo, held);
  const form = JSON.stringify([network.preprocessing, network.inputShape]);
  if (!held.has(form)) held.set(form, photo.mask(prepareInput(photo.photo, network.preprocessing)));
  return held.get(form)!;
}
