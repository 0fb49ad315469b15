import type { Environment } from '../../src/report/environment';

/** A study of two figures that takes about a second. */
export const smallStudy = `title: A small study
authors: [First Author, Second Author]
data: two drawn scenes
figures:
  - id: wolf
    kind: saliency
    shows: A wolf in snow
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
  - id: occluded
    kind: occlusion
    shows: The wolf again
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    target: wolf
    occluders: [{ size: 32, stride: 32 }]
`;

/** A world that does not change. */
export const fixedEnvironment: Environment = {
  date: new Date('2021-02-03T04:05:06Z'),
  commit: '0123456789abcdef',
  lockfile: 'f'.repeat(64),
  versions: { Whylight: '1.2.3' },
  machine: 'A machine',
};

/** A report's words, tags and entities taken out. */
export function wordsOf(html: string): string {
  return /<header>[\s\S]*<\/main>/
    .exec(html)![0]
    .replace(/<span class="pad"[^>]*>[^<]*<\/span>/g, '')
    .replace(/<[^>]+>/g, '')
    .replace(/\u00ad/g, '')
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/\s+/g, ' ');
}
