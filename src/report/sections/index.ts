import { claims } from './claims';
import { discussion } from './discussion';
import { introduction } from './introduction';
import { methods } from './methods';
import { networks } from './networks';
import { reproducibility } from './reproducibility';
import { results } from './results';
import type { Section } from './section';
import { trust } from './trust';

/** The sections of the paper, in order. */
export const sections: readonly Section[] = [introduction, methods, networks, results, claims, trust, discussion];

/** What stands after the references. */
export const appendices: readonly Section[] = [reproducibility];
