import type { Attribution } from '../explain/attribution';
import type { Classification } from '../explain/classify';
import type { ImageSample } from '../explain/image/sample';
import { withLook } from '../explain/look';
import { camMethod } from '../explain/methods/cam';
import { type OcclusionOptions, occlusionMethod } from '../explain/methods/occlusion';
import { saliencyMethod } from '../explain/methods/saliency';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { Target } from '../explain/target';
import type { Figure } from '../plots/figure';
import { methodPanel } from '../plots/method-panel';
import { occlusionGrid } from '../plots/occlusion-grid';
import { COLUMN } from '../plots/print-geometry';
import { scoreBars } from '../plots/score-bars';
import { targetName } from '../plots/words';

/** What to explain, and how fine. */
export interface ExplainPhotoOptions extends RunOptions {
  /** Default: the best class. */
  readonly target?: Target;
  /** A second class whose activation map is set beside the target's. Default: the best other class. */
  readonly rival?: Target;
  /** Occluder. Default: 16 px at stride 8. */
  readonly occlusion?: Pick<OcclusionOptions, 'size' | 'stride' | 'fill' | 'seed'>;
}

/** The source paper's three explanations of one photo, and their figures. */
export interface PhotoExplanation {
  readonly classification: Classification;
  readonly saliency: Attribution;
  readonly occlusion: Attribution;
  /** Of the target and of its rival. */
  readonly cam: readonly [Attribution, Attribution];
  readonly figures: {
    readonly scores: Figure;
    readonly saliency: Figure;
    /** The probability at each position. */
    readonly occlusionGrid: Figure;
    readonly occlusion: Figure;
    /** Both maps on one scale. */
    readonly cam: Figure;
  };
}

/** Why did the network decide as it did on this photo? Saliency, occlusion sensitivity and class activation maps. */
export async function explainPhoto(
  network: Network,
  photo: ImageSample,
  { target, rival, occlusion: occluder = {}, ...run }: ExplainPhotoOptions = {},
): Promise<PhotoExplanation> {
  return withLook(network, photo, async (look) => {
    const { classification } = look;
    const { index } = look.target(target);
    const other = rival ?? classification.classes.find((each) => each.index !== index)!.index;
    const [saliency] = (await saliencyMethod.explain(look, [target])) as [Attribution];
    const options = { size: 16, stride: 8, ...occluder, ...run };
    const [occlusion] = (await occlusionMethod.explain(look, [target], options)) as [Attribution];
    const cam = (await camMethod.explain(look, [target, other])) as [Attribution, Attribution];
    return {
      classification,
      saliency,
      occlusion,
      cam,
      figures: {
        scores: scoreBars(classification),
        saliency: methodPanel([saliency], { title: () => 'Saliency map' }),
        occlusionGrid: occlusionGrid(occlusion, { width: COLUMN }),
        occlusion: methodPanel([occlusion], { title: () => 'Occlusion attribution' }),
        cam: methodPanel(cam, { shared: true, title: (map) => targetName(map.target) }),
      },
    };
  });
}
