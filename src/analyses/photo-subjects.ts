import { WhylightError } from '../explain/errors';
import { coverSize, fillObject, pasteObject } from '../explain/image/fill-object';
import type { ImageSample } from '../explain/image/sample';
import { grown } from '../explain/measures/mass-outside';
import { mixSeeds, Random } from '../scenes/random';
import { randomScene } from '../scenes/random-scene';
import { drawScene } from '../scenes/scene';
import { backgroundKinds } from '../scenes/spec';
import type { FlipSubject } from './background-flips';

/** A photo and where its object is. */
export interface ObjectPhoto {
  /** Another one for each photo of a run. */
  readonly name: string;
  readonly photo: ImageSample;
  /** H×W, row by row; 0 is outside. */
  readonly mask: Uint8Array;
}

/** A picture that may lie behind an object. */
export interface BackgroundPicture {
  readonly name: string;
  readonly picture: ImageSample;
}

/** Which backgrounds are tried. */
export interface PhotoSubjectsOptions {
  /** Backgrounds tried with each photo; where there are more, as many as this are drawn by lot. Default 40. */
  readonly each?: number;
  /** Of that lot. Default 1. */
  readonly seed?: number;
}

/** Px around an object that are filled with it, as a share of the photo's shorter side: its shadow and soft edge. */
const RIM = 0.02;

/** A photo of which more than this share was filled says little of its background. */
const MOST_FILLED = 0.5;

/**
 * The backgrounds of photos: of each its object, and 2 % of the shorter side around it, filled with their own surroundings
 * (`fillObject`). What lay behind the object nobody knows, so a photo of which more than half was filled gives none.
 *
 * @returns the backgrounds, and the names of the photos that give none.
 * @throws WhylightError where mask and size disagree, or so little is left outside an object that nothing can fill it.
 */
export function photoBackgrounds(photos: readonly ObjectPhoto[]): {
  readonly backgrounds: readonly BackgroundPicture[];
  readonly without: readonly string[];
} {
  const wide = (one: ObjectPhoto) => {
    const rim = grownMask(one);
    return rim.filter((value) => value !== 0).length > MOST_FILLED * rim.length;
  };
  return {
    backgrounds: photos.filter((one) => !wide(one)).map(ownBackgroundOf),
    without: photos.filter(wide).map(({ name }) => name),
  };
}

function grownMask({ photo: { width, height, source }, mask }: ObjectPhoto): Uint8Array {
  if (mask.length !== width * height) {
    throw new WhylightError(`a mask of ${mask.length} px for ${source}, which is ${width}×${height}`);
  }
  return grown(mask, width, height, Math.max(2, Math.round(RIM * Math.min(width, height))));
}

const ownBackgroundOf = (one: ObjectPhoto): BackgroundPicture => ({
  name: one.name,
  picture: fillObject(one.photo, grownMask(one)),
});

const greyLike = ({ width, height }: ImageSample): ImageSample => {
  const pixels = new Uint8Array(width * height * 3).fill(128);
  return { pixels, width, height, sha256: '', source: 'grey' };
};

/** Six backgrounds drawn with nothing on them, one of each kind. */
export function drawnBackgrounds(seed = 1): BackgroundPicture[] {
  return backgroundKinds.map((kind, i) => {
    const spec = randomScene({ seed: mixSeeds(seed, i), backgrounds: [kind], distraction: 0, width: 384, height: 384 });
    return { name: `${kind} (drawn)`, picture: drawScene({ ...spec, objects: [] }).image };
  });
}

/** A photographed object, pasted by its mask, pixel for pixel and in its place, before a background that covers the photo. */
const beforeBackground = ({ name, photo, mask }: ObjectPhoto, { name: other, picture }: BackgroundPicture) =>
  pasteObject(photo, mask, coverSize(picture, photo), `${name} on ${other}`);

/** The same before one of several backgrounds, drawn by lot. */
export const beforeAny = (one: ObjectPhoto, backgrounds: readonly BackgroundPicture[], random: Random): ImageSample =>
  beforeBackground(one, random.pick(backgrounds));

/**
 * Photographed objects, pasted by their masks, pixel for pixel and in their place, before other backgrounds, which are
 * resized to cover the photo. A photo's own background, known by
 * its name, is not among them; pasting on it is the control.
 *
 * @param backgrounds those of the same photos (`photoBackgrounds`), drawn ones, or any pictures.
 * @throws WhylightError where a photo has no other background, and as `photoBackgrounds`.
 */
export function photoSubjects(
  photos: readonly ObjectPhoto[],
  backgrounds: readonly BackgroundPicture[],
  { each = 40, seed = 1 }: PhotoSubjectsOptions = {},
): FlipSubject[] {
  if (!Number.isInteger(each) || each < 1) throw new WhylightError(`each: ${each} (allowed: whole numbers from 1)`);
  return photos.map((one, i) => {
    const { name, photo } = one;
    const others = backgrounds.filter((other) => other.name !== name);
    if (others.length === 0) {
      throw new WhylightError(`no other background for ${name} (needed: another photo with a mask, or backgrounds)`);
    }
    const before = (other: BackgroundPicture) => beforeBackground(one, other);
    const lot = new Set(new Random(mixSeeds(seed, i)).shuffle(others).slice(0, each));
    return {
      name,
      label: null,
      own: 'its own background',
      picture: () => photo,
      repasted: () => before(backgrounds.find((other) => other.name === name) ?? ownBackgroundOf(one)),
      onGrey: () => before({ name: 'grey', picture: greyLike(photo) }),
      backgrounds: others
        .filter((other) => lot.has(other))
        .map((other) => ({
          name: other.name,
          picture: () => before(other),
          alone: () => coverSize(other.picture, photo),
        })),
    };
  });
}
