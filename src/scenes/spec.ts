import type { EffectSpec } from './effects/effect';

/** What can be drawn as an object with a mask. */
export type AnimalKind = 'dog' | 'wolf' | 'bee' | 'ant';
export type DistractorKind = 'person' | 'ball' | 'tree';
export type ObjectKind = AnimalKind | DistractorKind;
export type BackgroundKind = 'snow' | 'forest' | 'grass' | 'room' | 'white' | 'flowers';

/** Parts that have a mask of their own, and that an animal can be drawn without. */
export const canineParts = ['body', 'legs', 'tail', 'head', 'ears', 'muzzle'] as const;
export const insectParts = ['abdomen', 'thorax', 'legs', 'wings', 'head', 'feelers'] as const;
export type CaninePart = (typeof canineParts)[number];
export type InsectPart = (typeof insectParts)[number];
export type AnimalPart = CaninePart | InsectPart;

export const animalKinds: readonly AnimalKind[] = ['dog', 'wolf', 'bee', 'ant'];
export const distractorKinds: readonly DistractorKind[] = ['person', 'ball', 'tree'];
export const backgroundKinds: readonly BackgroundKind[] = ['snow', 'forest', 'grass', 'room', 'white', 'flowers'];

/**
 * Where an object stands. Scene units: the picture's shorter side is 1, x runs right and y down from the upper left
 * corner, so that a scene looks the same at every resolution.
 */
export interface Placed {
  /** Middle of what touches the ground (for an insect: its middle). */
  readonly x: number;
  readonly y: number;
  /** A canine's height at the withers, a person's or a tree's height, an insect's length, a ball's diameter. */
  readonly size: number;
  readonly facing: 'left' | 'right';
  /** Decides every hair and irregularity of the drawing. */
  readonly seed: number;
}

export type CaninePose = 'stand' | 'sit' | 'lie';
export type CanineHead = 'profile' | 'front';

/** Proportions of a canine; 1 is a wolf's, unless said otherwise. */
export interface CanineShape {
  /** Broad cheeks with tufts and slanted eyes (`wolf`), or a plain head. */
  readonly skull: 'dog' | 'wolf';
  readonly legs: number;
  readonly length: number;
  readonly bulk: number;
  /** 0 (head low, carried forward) to 1 (head high). */
  readonly neck: number;
  readonly headSize: number;
  readonly muzzle: number;
  /** Thickness of the neck's fur. */
  readonly ruff: number;
  readonly ears: 'upright' | 'folded' | 'floppy';
  readonly tail: 'hanging' | 'curled' | 'raised';
  /** Thickness of the tail's fur. */
  readonly bush: number;
  /** Length of the hair. */
  readonly hair: number;
}

/** Three colours that both of two rivals have, `#rrggbb`: what tells them apart is where each of them lies. */
export interface Palette {
  readonly dark: string;
  readonly middle: string;
  readonly light: string;
}

/** Where a canine's three colours lie. `saddled` is the wolf's: dark above, light below and on legs and cheeks, a dark tail tip. */
export type CoatPlan = 'saddled' | 'reversed' | 'pied' | 'halved' | 'brindled';

export interface CanineCoatSpec extends Palette {
  readonly plan: CoatPlan;
}

/** Where an insect's three colours lie. `banded` is the bee's, with fuzz; the others are the ant's, with gloss. */
export type InsectPlan = 'banded' | 'plain' | 'tipped';

export interface InsectColoursSpec extends Palette {
  readonly plan: InsectPlan;
}

export interface CanineSpec extends Placed {
  readonly kind: 'dog' | 'wolf';
  readonly pose: CaninePose;
  /** Seen from the side, or turned to the viewer. */
  readonly head: CanineHead;
  /** Turn of the head: degrees up (profile); −1 to 1 to the side (front). */
  readonly turn: number;
  /** Swing of the legs, −1 to 1. */
  readonly stride: number;
  readonly shape: CanineShape;
  /** Name in the first set's table of coats, or a plan with its colours. */
  readonly coat: string | CanineCoatSpec;
  /** Colour of the collar, `#rrggbb`, or null. */
  readonly collar: string | null;
  readonly mouth: 'closed' | 'panting';
  /** Parts that are not drawn. Default: none. */
  readonly without?: readonly CaninePart[];
}

export interface InsectSpec extends Placed {
  readonly kind: 'bee' | 'ant';
  readonly view: 'side' | 'top';
  /** Turn in the picture's plane, in degrees, nose up positive. */
  readonly angle: number;
  /** A bee in the air throws its shadow further away. */
  readonly flying: boolean;
  /** Name in the first set's table of the insect's colours, or a plan with its colours. */
  readonly colours: string | InsectColoursSpec;
  /** Parts that are not drawn. Default: none. */
  readonly without?: readonly InsectPart[];
}

export interface DistractorSpec extends Placed {
  readonly kind: DistractorKind;
}

export type AnimalSpec = CanineSpec | InsectSpec;
export type ObjectSpec = CanineSpec | InsectSpec | DistractorSpec;

export interface BackgroundSpec {
  readonly kind: BackgroundKind;
  readonly seed: number;
}

/** A scene as plain data: the same spec draws the same pixels. */
export interface SceneSpec {
  /** Picture size in px. */
  readonly width: number;
  readonly height: number;
  /** Short name, the picture's `source`: `scene-42-wolf-snow`. */
  readonly name: string;
  readonly background: BackgroundSpec;
  /** Height of the horizon from the top, as a fraction of the picture's height. */
  readonly horizon: number;
  /** `wide` shows the land; `close` is a near view out of focus, as behind an insect. */
  readonly camera: 'wide' | 'close';
  /** From where the light comes: −1 left, 1 right. */
  readonly light: number;
  /** Shadows, and the grass or snow that covers the feet. */
  readonly contact: boolean;
  /** Drawn in this order: farther ones first. */
  readonly objects: readonly ObjectSpec[];
  /** What changes the whole picture once it is drawn, or is laid over it. Default: none. */
  readonly effects?: readonly EffectSpec[];
}

/** Whether an object is one of the animals, of which the classes are. */
export const isAnimal = (object: ObjectSpec): object is AnimalSpec =>
  (animalKinds as readonly ObjectKind[]).includes(object.kind);
