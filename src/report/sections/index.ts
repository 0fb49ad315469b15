import { claims } from './claims';
import { networks } from './networks';
import { reproducibility } from './reproducibility';
import { results } from './results';
import type { Section } from './section';

const words = (name: string, title: string): Section => ({
  name,
  title,
  compose: (context) => ({ values: textValues(context), figures: [] }),
});

/** What abstract, introduction and discussion may say. */
export function textValues({ study, words: figures, claimWords }: Parameters<Section['compose']>[0]) {
  const { 'grad-cam': shown, ...others } = figures.further;
  // The last claim is measured by Grad-CAM, whether a figure shows it or not.
  const gradCam = Boolean(shown) || Boolean(claimWords?.c6);
  const listed = Object.values(others).includes(true);
  return {
    ...figures,
    data: study.data,
    claims: claimWords,
    further: { ...figures.further, gradCam, listed, any: gradCam || listed },
  };
}

/** The sections of the paper, in order. */
export const sections: readonly Section[] = [
  words('introduction', 'Introduction'),
  words('methods', 'Methods'),
  networks,
  results,
  claims,
  words('discussion', 'Discussion'),
];

/** What stands after the references. */
export const appendices: readonly Section[] = [reproducibility];
