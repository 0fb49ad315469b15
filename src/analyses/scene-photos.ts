import sharp from 'sharp';
import type { LabelledPhoto, LabelledPhotos } from '../explain/training/labelled-photos';
import { type SceneDatasetOptions, sceneSpecs } from '../scenes/dataset';
import { drawScene } from '../scenes/scene';

/**
 * A data set of drawn scenes to train on, drawn when it is read and kept nowhere: the photos, classes and order that
 * `writeSceneDataset` would have given a folder.
 */
export function scenePhotos(options: SceneDatasetOptions): LabelledPhotos {
  const classes = [...(options.classes ?? ['dog', 'wolf'])].sort();
  const photos = [...sceneSpecs(options)].map(({ spec, label }, i): LabelledPhoto => {
    const name = `${label}/${String(i).padStart(Math.max(4, String(options.count - 1).length), '0')}.png`;
    const read = async () => {
      const { pixels, width, height } = drawScene(spec).image;
      return sharp(pixels, { raw: { width, height, channels: 3 } })
        .png({ compressionLevel: 0 })
        .toBuffer();
    };
    return { name, label: classes.indexOf(label), read };
  });
  photos.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { classes, photos, source: `${options.count} scenes, bias ${options.bias ?? 0.5}, seed ${options.seed ?? 1}` };
}
