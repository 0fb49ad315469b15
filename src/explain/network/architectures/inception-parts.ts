import type { ConvolutionOptions, GraphBuilder } from '../graph-builder';

/** Convolution, batch norm and ReLU: torchvision's `BasicConv2d`. */
export function basicConvolution(
  builder: GraphBuilder,
  name: string,
  from: string,
  filters: number,
  options: ConvolutionOptions,
): string {
  const convolved = builder.convolution(`${name}.conv`, from, filters, options);
  return builder.relu(`${name}.relu`, builder.batchNorm(`${name}.bn`, convolved, 1e-3));
}

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

/**
 * The weights were trained on inputs in ±1 and torchvision feeds them the usual normalised ones: its
 * `transform_input` undoes the ImageNet mean and deviation, and takes 0.5 for both.
 */
export function transformInput(builder: GraphBuilder): string {
  const scale = STD.map((std) => std / 0.5);
  const shift = MEAN.map((mean) => (mean - 0.5) / 0.5);
  return builder.add('transform_input', { kind: 'rescale', scale, shift }, 'input');
}

/** Leaves out the parameters of modules that only training uses. */
export function withoutModules(...modules: readonly string[]): (published: string) => string | null {
  return (published) => (modules.includes(published.split('.')[0]!) ? null : published);
}
