/**
 * The rooms of src: what each holds, and which others it may import. test/structure.test.ts holds the code to it,
 * docs/pictures/house.svg shows it.
 *
 * @type {Readonly<Record<string, { words: string, uses: readonly string[], parts?: readonly string[] }>>}
 */
export const rooms = {
  explain: {
    words: 'photo + network → map',
    uses: [],
    parts: [
      'image: decode, resize, crop',
      'network: the graph and all that runs or reads it',
      'look: a photo as one network sees it',
      'methods: one a file',
      'store: what is kept between runs',
      'training',
      'statistics',
      'measures: what a map is worth, one measure a file',
    ],
  },
  plots: { words: 'map → figure, as plain JSON', uses: ['explain'] },
  scenes: { words: 'drawn photos with exact masks', uses: ['explain'] },
  page: { words: 'Chromium, fonts, print', uses: ['explain', 'plots'] },
  analyses: { words: 'one question a file', uses: ['explain', 'plots', 'scenes'] },
  notebook: { words: 'tslab and Jupyter', uses: ['explain', 'plots', 'scenes', 'page', 'analyses'] },
  report: {
    words: 'study → paper',
    uses: ['explain', 'plots', 'scenes', 'page', 'analyses'],
    parts: ['prose: the document', 'figures: one kind a file', 'claims: one a file', 'sections: one a file'],
  },
  queue: { words: 'photos for many machines', uses: ['explain', 'analyses'] },
  cli: {
    words: 'one command a file; prints and exits',
    uses: ['explain', 'plots', 'scenes', 'page', 'analyses', 'queue', 'notebook', 'report'],
  },
};
