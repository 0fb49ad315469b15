import type { BlockNames, LayerNames, MobileBlock } from './mobile-block';

/** Convolution, batch norm and activation as torchvision's sequences number them: `NAME.0`, `NAME.1`, `NAME.2`. */
export const torchvisionLayer = (name: string): LayerNames => [`${name}.0`, `${name}.1`, `${name}.2`];

/** Names of the parts of a block, which torchvision numbers as far as they are there: `NAME.block.0`, `NAME.block.1`, … */
export function torchvisionBlock(name: string, { form, squeezed }: Pick<MobileBlock, 'form' | 'squeezed'>): BlockNames {
  let at = 0;
  const next = () => `${name}.block.${at++}`;
  const none: LayerNames = ['', '', ''];
  const expand = form === 'separable' ? none : torchvisionLayer(next());
  const depthwise = form === 'inverted' || form === 'separable' ? torchvisionLayer(next()) : none;
  const squeeze = squeezed === null ? '' : next();
  return {
    expand,
    depthwise,
    squeeze: [squeeze, `${squeeze}.fc1`, `${squeeze}.fc2`],
    project: form === 'plain' ? none : torchvisionLayer(next()),
    sum: `${name}.add`,
  };
}
