/** What bounds the rows of a section, in words that stand below its tables; one table's own come first. */
const sentences = [
  {
    section: 'shared',
    of: 'coarse',
    text: 'Limit: the coarse positions are run once; which are refined depends on the target, and each map is what it is alone.',
  },
  {
    section: 'shared',
    of: 'Methods together',
    text: 'Limit: the forward and backward pass of the dearest method; each other layer adds a backward pass down to it.',
  },
  {
    section: 'shared',
    of: '',
    text: 'Limit: passes of the copies, which give every class at once; beside them each target has its own sums over masks.',
  },
  {
    section: 'curves',
    of: '',
    text:
      'Limit: behind the layers in which a cell changes most of the map, passes are whole; steps that remove one cell after another ' +
      'are whole from the first on, for together their cells lie anywhere in the photo.',
  },
  {
    section: 'gradients',
    of: 'Grad-CAM',
    text: 'Limit: the forward pass, in convolutions of oneDNN on both sides; the backward pass has few layers or none.',
  },
  {
    section: 'gradients',
    of: '',
    text: 'Limit: convolutions of oneDNN on both sides, forwards and backwards; no weights are prepared for so few photos.',
  },
  { section: 'masks', of: '', text: 'Limit: whole passes of the copies.' },
  {
    section: 'occlusion',
    of: '',
    text: 'Limit: whole passes behind the layers that a change has filled; before them gathers, and the engine’s start of each operation.',
  },
  {
    section: 'folders',
    of: '',
    text: 'Limit: passes one photo after another; decoding and pictures are made beside them.',
  },
  { section: 'first', of: '', text: 'Limit: starting processes, loading TensorFlow or PyTorch, reading the weights.' },
];

/** What limits a cell, as lines of Markdown. */
export function limits(rows) {
  const [{ section, cell }] = rows;
  const one = sentences.find((each) => each.section === section && cell.includes(each.of));
  return one === undefined ? [] : [one.text, ''];
}
