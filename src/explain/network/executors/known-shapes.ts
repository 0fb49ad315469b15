import type { NativeAttribute } from '../kernels/native-backend';

type Shape = readonly number[];

/** An operation that TensorFlow is asked for, and what is known of its inputs. */
export interface AskedOperation {
  readonly name: string;
  readonly attributes: readonly NativeAttribute[];
  /** Undefined where it is not known. */
  readonly shapes: readonly (Shape | undefined)[];
  /** Whole numbers that an input holds; undefined where they are not known. */
  readonly integers: (input: number) => Shape | undefined;
}

/**
 * The shape of a result that need not be computed to be known, of the operations that take nearly all of a pass's time:
 * convolutions, their backward passes, products of matrices. Null for every other one, and where TensorFlow would refuse.
 */
export function knownShape({ name, attributes, shapes, integers }: AskedOperation): Shape | null {
  if (shapes.some((shape) => shape === undefined)) return null;
  const own = new Map(attributes.map((attribute) => [attribute.name, attribute.value]));
  const [first, second] = shapes as readonly Shape[];
  if (name === 'Conv2D') return convolved(first!, second!, own);
  if (name === 'Conv2DBackpropInput') return fromOutput(integers(0), second!, shapes[2]!, own);
  if (name === 'BatchMatMulV2') return product(first!, second!, own);
  return null;
}

type Attributes = ReadonlyMap<string, unknown>;

/** Of a convolution, NHWC, by a kernel of height × width × in × out. */
function convolved(input: Shape, kernel: Shape, attributes: Attributes): Shape | null {
  const isPlain = input.length === 4 && kernel.length === 4 && input[3] === kernel[2];
  if (!isPlain || attributes.get('data_format') !== 'NHWC') return null;
  const lengths = [1, 2].map((axis) => along(axis, input[axis]!, kernel[axis - 1]!, attributes));
  if (!lengths.every((length) => length > 0)) return null;
  return [input[0]!, ...lengths, kernel[3]!];
}

/** Outputs along an axis; NaN for a padding of another kind. */
function along(axis: number, length: number, kernel: number, attributes: Attributes): number {
  const [stride, dilation] = ['strides', 'dilations'].map((key) => (attributes.get(key) as Shape)[axis]!) as [
    number,
    number,
  ];
  const extent = (kernel - 1) * dilation + 1;
  const padding = attributes.get('padding');
  if (padding === 'SAME') return Math.ceil(length / stride);
  if (padding === 'VALID') return Math.floor((length - extent) / stride) + 1;
  if (padding !== 'EXPLICIT') return Number.NaN;
  const around = attributes.get('explicit_paddings') as Shape;
  return Math.floor((length + around[2 * axis]! + around[2 * axis + 1]! - extent) / stride) + 1;
}

/** The slope at a convolution's input of that shape, where its output fits; of a dilated one TensorFlow is asked. */
function fromOutput(input: Shape | undefined, kernel: Shape, dy: Shape, attributes: Attributes): Shape | null {
  const isSpread = (attributes.get('dilations') as Shape).some((dilation) => dilation !== 1);
  const fitting = input === undefined || isSpread ? null : convolved(input, kernel, attributes);
  return fitting?.join() === dy.join() ? input! : null;
}

/** Of two stacks of matrices of one size. */
function product(left: Shape, right: Shape, attributes: Attributes): Shape | null {
  const [turnedLeft, turnedRight] = [attributes.get('adj_x') === true, attributes.get('adj_y') === true];
  const axes = (shape: Shape, turned: boolean) => (turned ? shape.slice(-2).reverse() : shape.slice(-2));
  const [rows, inner] = axes(left, turnedLeft);
  const [same, columns] = axes(right, turnedRight);
  const stack = left.slice(0, -2);
  const fits = left.length >= 2 && inner === same && stack.join() === right.slice(0, -2).join();
  return fits ? [...stack, rows!, columns!] : null;
}
