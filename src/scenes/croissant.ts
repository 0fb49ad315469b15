/** What a set's metadata is about. */
export interface CroissantSubject {
  readonly scenes: number;
  readonly classes: readonly string[];
  /** Tables and lists beside the pictures; sha256 of their bytes. */
  readonly files: readonly { readonly name: string; readonly encodingFormat: string; readonly sha256: string }[];
  /** Columns of scenes.csv. */
  readonly columns: readonly string[];
  /** Columns of counterfactuals.csv; null where there is none. */
  readonly changes: readonly string[] | null;
}

/** The JSON-LD context that Croissant 1.0 prescribes. */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};

const words: Readonly<Record<string, string>> = {
  file: 'picture, relative to the folder',
  label: 'class of the scene',
  background: 'what the scene is drawn on',
  background_role: 'own (the class’s background), rival (the other class’s) or other',
  objects: 'kinds of the objects, farther ones first, with ; between them',
  areas: 'px in each object’s mask',
  visible: 'share of each object that nothing nearer hides',
  boxes: 'x y width height in px around each mask, with ; between them',
  masks: 'mask of each object, relative to the folder',
  parts: 'masks of each object’s parts, with spaces between them',
  shadows: 'mask of each object’s shadow',
  effects: 'effects on the whole picture, in the order of application',
  sha256: 'of the picture’s RGB bytes, row by row',
  scene: 'photo that the picture was drawn again from',
  change: 'what was changed',
  object: 'place of the object that was changed',
  part: 'part that was left out',
  effect: 'effect that was left out',
};

/**
 * Metadata of a set in MLCommons' Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html), as plain
 * data for `croissant.json` in the set's folder: its files, and their records.
 */
export function croissant({ scenes, classes, files, columns, changes }: CroissantSubject): object {
  const subject = `${scenes} drawn scenes of ${classes.join(', ')}`;
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    name: 'whylight-scenes',
    description: `${subject} with the exact mask of every object, for evaluating explanations of image classifiers.`,
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    license: 'https://spdx.org/licenses/MIT.html',
    citeAs: `Whylight: ${subject}`,
    distribution: [
      ...files.map(({ name, encodingFormat, sha256 }) => ({
        '@type': 'cr:FileObject',
        '@id': name,
        name,
        contentUrl: name,
        encodingFormat,
        sha256,
      })),
      fileSet('photos', 'photos/*/*.png', 'The scenes, RGB, a folder for each class.'),
      fileSet('masks', 'masks/*.png', '8-bit grey: 255 where the object is seen, 0 elsewhere.'),
      ...(changes
        ? [fileSet('counterfactuals', 'counterfactuals/*/*.png', 'Scenes drawn again with one thing changed, RGB.')]
        : []),
    ],
    recordSet: [
      tableRecords('scenes', 'scenes.csv', columns),
      pictureRecords('photos'),
      pictureRecords('masks'),
      ...(changes ? [tableRecords('changes', 'counterfactuals.csv', changes), pictureRecords('counterfactuals')] : []),
    ],
  };
}

const fileSet = (name: string, includes: string, description: string) => ({
  '@type': 'cr:FileSet',
  '@id': `${name}-files`,
  name: `${name}-files`,
  description,
  encodingFormat: 'image/png',
  includes,
});

const tableRecords = (name: string, file: string, columns: readonly string[]) => ({
  '@type': 'cr:RecordSet',
  '@id': name,
  name,
  key: { '@id': `${name}/file` },
  field: columns.map((column) => ({
    '@type': 'cr:Field',
    '@id': `${name}/${column}`,
    name: column,
    description: words[column],
    dataType: column === 'label' ? ['sc:Text', 'cr:Label'] : 'sc:Text',
    source: { fileObject: { '@id': file }, extract: { column } },
  })),
});

const pictureRecords = (name: string) => {
  const field = (what: string, description: string, dataType: string, fileProperty: string) => ({
    '@type': 'cr:Field',
    '@id': `${name}/${what}`,
    name: what,
    description,
    dataType,
    source: { fileSet: { '@id': `${name}-files` }, extract: { fileProperty } },
  });
  return {
    '@type': 'cr:RecordSet',
    '@id': name,
    name,
    key: { '@id': `${name}/path` },
    field: [
      field('path', 'file, relative to the folder', 'sc:Text', 'fullpath'),
      field('picture', 'the picture itself', 'sc:ImageObject', 'content'),
    ],
  };
};
