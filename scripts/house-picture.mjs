// The house in one picture, from the rooms: `npm run docs` writes docs/pictures/house.svg.
import { rooms } from './rooms.mjs';

const [WIDTH, MARGIN, GAP, LINE, PAD] = [860, 20, 16, 19, 14];

/** How far up a room stands: above all that it uses. @type {(name: string) => number} */
const floorOf = (name) => {
  const { uses } = /** @type {(typeof rooms)[string]} */ (rooms[name]);
  return uses.length === 0 ? 0 : 1 + Math.max(...uses.map(floorOf));
};

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The lowest room spreads its parts over two columns. @param {number} floor @param {readonly string[]} parts */
const columnsOf = (floor, parts) => (floor === 0 && parts.length > 4 ? 2 : 1);

/** The rooms by floors, top down, as an SVG document. */
export function housePicture() {
  const floors = [...new Set(Object.keys(rooms).map(floorOf))].sort((a, b) => b - a);
  const drawn = [];
  let top = MARGIN;
  for (const floor of floors) {
    const names = Object.keys(rooms).filter((name) => floorOf(name) === floor);
    const width = (WIDTH - 2 * MARGIN - GAP * (names.length - 1)) / names.length;
    const rowsOf = (/** @type {string} */ name) => {
      const { parts = [] } = /** @type {(typeof rooms)[string]} */ (rooms[name]);
      return Math.ceil(parts.length / columnsOf(floor, parts));
    };
    const height = 2 * PAD + LINE * (2 + Math.max(...names.map(rowsOf))) - 6;
    names.forEach((name, i) => {
      const { words, parts = [] } = /** @type {(typeof rooms)[string]} */ (rooms[name]);
      const left = MARGIN + i * (width + GAP);
      drawn.push(
        `<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="6" fill="#f3f6fa" stroke="#46627f"/>`,
        `<text x="${left + PAD}" y="${top + PAD + 12}" font-weight="bold">src/${name}</text>`,
        `<text x="${left + PAD}" y="${top + PAD + 12 + LINE}" fill="#333">${escaped(words)}</text>`,
      );
      const rows = rowsOf(name);
      parts.forEach((part, at) => {
        const x = left + PAD + Math.floor(at / rows) * (width / columnsOf(floor, parts));
        const y = top + PAD + 12 + LINE * (2 + (at % rows));
        drawn.push(`<text x="${x}" y="${y}" font-size="13" fill="#46627f">${escaped(part)}</text>`);
      });
    });
    top += height + GAP;
  }
  const label = 'A room imports only from rooms below it, and those beside one another know nothing of each other.';
  drawn.push(`<text x="${MARGIN}" y="${top + 10}" font-size="13" fill="#333">${label}</text>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + 26}" width="${WIDTH}" font-family="sans-serif" font-size="15">`,
    `<rect width="${WIDTH}" height="${top + 26}" fill="white"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}
