import { WhylightError } from '../../errors';
import { isValue, type Operand } from '../tensorflow/arithmetic';
import type { Constant } from '../tensorflow/tensorflow-graph';
import type { GraphNodeDef } from './graph-def';

function numbers({ name, op }: GraphNodeDef, operand: Operand | undefined): readonly number[] {
  if (operand !== undefined && !isValue(operand)) return Array.from(operand.values, Number);
  throw new WhylightError(`node ${name} (${op}) reads a value of the network where a shape is expected`);
}

const list = (values: readonly number[]): Constant => ({ shape: [values.length], values });

/** What TensorFlow computes of a shape to reshape by it; the batch's length, unknown, is −1. */
export const shapeOperations = {
  /** One number of a list, or some in a row. */
  StridedSlice: (node: GraphNodeDef, inputs: readonly Operand[]): Constant => {
    const [values, begin, end, step] = inputs.map((operand) => numbers(node, operand));
    if (begin?.length !== 1 || step?.[0] !== 1)
      throw new WhylightError(`node ${node.name} takes an unknown part of a shape`);
    const place = (bound: number) => (bound < 0 ? bound + values!.length : bound);
    const mask = (name: string) => (node.attributes.number(name, 0) & 1) === 1;
    if (mask('shrink_axis_mask')) return { shape: [], values: [values![place(begin[0]!)]!] };
    const from = mask('begin_mask') ? 0 : place(begin[0]!);
    return list(values!.slice(from, mask('end_mask') ? undefined : place(end![0]!)));
  },
  Pack: (node: GraphNodeDef, inputs: readonly Operand[]): Constant =>
    list(inputs.flatMap((operand) => numbers(node, operand))),
  Prod: (node: GraphNodeDef, [values]: readonly Operand[]): Constant => ({
    shape: [],
    values: [numbers(node, values).reduce((product, value) => product * value, 1)],
  }),
} as const;
