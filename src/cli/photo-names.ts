import path from 'node:path';

/** Files of these endings are photos even where their bytes say nothing: damaged ones, to be told. */
const endings = [
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.png',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
  '.bmp',
  '.pbm',
  '.pgm',
  '.pnm',
  '.ppm',
];
/** Other pictures, which are told by their bytes alone. */
const foreign = ['.heic', '.heif', '.jp2', '.jxl', '.psd', '.svg'];

export const endingOf = (file: string) => path.extname(file).toLowerCase();
export const isPhotoName = (file: string) => endings.includes(endingOf(file));

/** Ways to name a photo's results, from short to long. */
function namings(file: string): string[] {
  const { name, ext } = path.parse(path.resolve(file));
  const ending = ext.slice(1).toLowerCase();
  const parents = path.dirname(path.resolve(file)).split(path.sep).filter(Boolean).reverse();
  const names = [name, `${name}-${ending}`];
  for (let depth = 1; depth <= parents.length; depth++) {
    const prefix = parents.slice(0, depth).reverse().join('-');
    names.push(`${prefix}-${name}`, `${prefix}-${name}-${ending}`);
  }
  return names;
}

/**
 * Gives every one of the files a name of its own: the file's without its ending; where two would be equal (letter case
 * aside, as on some disks), both get their ending or as many parent folders as it takes.
 */
export function nameResults(files: readonly string[]): { readonly file: string; readonly base: string }[] {
  const different = [...new Set(files)];
  const bases = uniqueNames(different.map((file) => ({ key: file, names: namings(file) })));
  return files.map((file) => ({ file, base: bases.get(file)! }));
}

/** The same for files of one folder, by their names: their ending or a number tells them apart. */
export function siblingNames(files: readonly string[]): ReadonlyMap<string, string> {
  const own = (file: string) => {
    const { name, ext } = path.parse(file);
    if (ext === '') return [name];
    const whole = `${name}-${ext.slice(1).toLowerCase()}`;
    // A text beside a photo takes no name from it.
    return [...endings, ...foreign].includes(endingOf(file)) ? [name, whole] : [whole];
  };
  return uniqueNames(files.map((file) => ({ key: file, names: own(file) })));
}

function uniqueNames(all: readonly { readonly key: string; readonly names: readonly string[] }[]) {
  const bases = new Map<string, string>();
  const namesInUse = new Set<string>();
  let open = all;
  for (let level = 0; open.length > 0; level++) {
    const nameOf = ({ names }: { readonly names: readonly string[] }) => names[Math.min(level, names.length - 1)]!;
    const counts = new Map<string, number>();
    for (const one of open) {
      const key = nameOf(one).toLowerCase();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const rest: (typeof open)[number][] = [];
    for (const one of open) {
      const base = nameOf(one);
      const last = level >= one.names.length;
      if (!last && (counts.get(base.toLowerCase())! > 1 || namesInUse.has(base.toLowerCase()))) {
        rest.push(one);
        continue;
      }
      let name = base;
      for (let number = 2; namesInUse.has(name.toLowerCase()); number++) name = `${base}-${number}`;
      namesInUse.add(name.toLowerCase());
      bases.set(one.key, name);
    }
    open = rest;
  }
  return bases;
}
