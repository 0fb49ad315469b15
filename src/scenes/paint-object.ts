import type { CanvasRenderingContext2D } from 'canvas';
import { paintAnt } from './ant';
import { paintBee } from './bee';
import { pictureBrush } from './brush';
import { omitted, paintCanine } from './canine';
import { paintDistractor } from './distractors';
import { paintInsect } from './insect';
import type { ObjectSpec } from './spec';

/** Paints an object, without what its spec leaves out, into a context in scene units. */
export function paintObject(context: CanvasRenderingContext2D, object: ObjectSpec, light: number): void {
  switch (object.kind) {
    case 'dog':
    case 'wolf':
      paintCanine(pictureBrush(context, omitted(object)), object, light);
      break;
    case 'bee':
    case 'ant':
      if (typeof object.colours !== 'string') paintInsect(pictureBrush(context, object.without), object, light);
      else if (object.kind === 'bee') paintBee(context, object, light);
      else paintAnt(context, object, light);
      break;
    default:
      paintDistractor(context, object, light);
  }
}
