import type { Constant, OnnxModel, OnnxNode } from './model';

/** What older exporters write as several operators, as the one that it is: activations, and norms over channels. */
export function joinForms({ nodes, constants }: Pick<OnnxModel, 'nodes' | 'constants'>): OnnxNode[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  return nodes.map((node) => norm(node, makers, constants) ?? activation(node, makers, constants) ?? node);
}

type Makers = ReadonlyMap<string, OnnxNode>;
type Constants = ReadonlyMap<string, Constant>;

/** The number of a constant that is one; NaN otherwise. */
function single(name: string, makers: Makers, constants: Constants): number {
  const maker = makers.get(name);
  const value = constants.get(name) ?? (maker?.operator === 'Constant' ? maker.attributes.get('value') : undefined);
  if (maker?.operator === 'Constant' && typeof maker.attributes.get('value_float') === 'number') {
    return maker.attributes.get('value_float') as number;
  }
  const { values } = (value ?? { values: [] }) as Constant;
  return values.length === 1 ? values[0]! : Number.NaN;
}

/** erf by the series of Abramowitz and Stegun 7.1.6, to double precision where |x| < 4. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 120 && Math.abs(term) > 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const clip = (x: number, least: number, most: number) => Math.min(most, Math.max(least, x));

/** Operators on single numbers. */
const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: Math.min,
  Max: Math.max,
  Neg: (a) => -a,
  Greater: (a, b) => Number(a > b),
  Less: (a, b) => Number(a < b),
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (a) => 1 / a,
  Relu: (a) => Math.max(0, a),
  Erf: erf,
  Tanh: Math.tanh,
  Sigmoid: sigmoid,
  Softplus: (a) => Math.log1p(Math.exp(a)),
};

const SAMPLES = [-5.3, -3.7, -2.9, -1.31, -0.6, -0.07, 0.2, 0.83, 1.7, 2.6, 3.3, 4.9, 25];

/** Activations that exporters take apart. */
const forms: readonly {
  readonly operator: string;
  readonly attributes: [string, string][];
  of: (x: number) => number;
}[] = [
  { operator: 'Gelu', attributes: [], of: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)) },
  {
    operator: 'Gelu',
    attributes: [['approximate', 'tanh']],
    of: (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  },
  { operator: 'Softplus', attributes: [], of: (x) => Math.log1p(Math.exp(x)) },
  { operator: 'whylight.Silu', attributes: [], of: (x) => x * sigmoid(x) },
  { operator: 'HardSwish', attributes: [], of: (x) => x * clip(x / 6 + 0.5, 0, 1) },
];

/** How far back the parts of an activation lie. */
const DEPTH = 9;

function activation(node: OnnxNode, makers: Makers, constants: Constants): OnnxNode | null {
  if (!['Mul', 'Div', 'Where', 'Log'].includes(node.operator)) return null;
  for (const source of sources(node, makers)) {
    const values = SAMPLES.map((x) => valueAt(node, source, x, makers, constants, DEPTH));
    if (values.some((value) => Number.isNaN(value))) continue;
    const form = forms.find(({ of }) =>
      SAMPLES.every((x, i) => Math.abs(of(x) - values[i]!) < 2e-5 * (1 + Math.abs(x))),
    );
    if (form !== undefined) {
      const { operator, attributes } = form;
      return { ...node, operator, inputs: [source], attributes: new Map(attributes) };
    }
  }
  return null;
}

/** Values from which a node is computed, the nearest first. */
function sources(node: OnnxNode, makers: Makers): Set<string> {
  const result = new Set<string>();
  let edge = [node];
  for (let depth = 0; depth < DEPTH; depth++) {
    const next: OnnxNode[] = [];
    for (const input of edge.flatMap(({ inputs }) => inputs)) {
      if (result.has(input)) continue;
      result.add(input);
      const maker = makers.get(input);
      if (maker !== undefined && isArithmetic(maker)) next.push(maker);
    }
    edge = next;
  }
  return result;
}

const isArithmetic = ({ operator }: OnnxNode) =>
  Object.hasOwn(arithmetic, operator) || ['Clip', 'HardSigmoid', 'Where'].includes(operator);

/** What a node gives where the source is x and all else fixed; NaN where it depends on more. */
function valueAt(
  node: OnnxNode,
  source: string,
  x: number,
  makers: Makers,
  constants: Constants,
  depth: number,
): number {
  if (depth === 0 || !isArithmetic(node)) return Number.NaN;
  const of = (name: string | undefined): number => {
    if (name === undefined || name === '') return Number.NaN;
    if (name === source) return x;
    const fixed = single(name, makers, constants);
    const maker = makers.get(name);
    return !Number.isNaN(fixed) || maker === undefined
      ? fixed
      : valueAt(maker, source, x, makers, constants, depth - 1);
  };
  const number = (name: string, otherwise: number) => {
    const value = node.attributes.get(name);
    return typeof value === 'number' ? value : otherwise;
  };
  const [a, b] = [of(node.inputs[0]), of(node.inputs[1])];
  if (node.operator === 'Where') return a === 0 ? of(node.inputs[2]) : a === 1 ? b : Number.NaN;
  if (node.operator === 'HardSigmoid') return clip(number('alpha', 0.2) * a + number('beta', 0.5), 0, 1);
  if (node.operator === 'Clip') {
    const bound = (at: number, name: string, none: number) =>
      node.inputs[at] ? of(node.inputs[at]) : number(name, none);
    return clip(a, bound(1, 'min', Number.NEGATIVE_INFINITY), bound(2, 'max', Number.POSITIVE_INFINITY));
  }
  return arithmetic[node.operator]!(a, b);
}

/** (x − mean) / √(variance + ε) over the last axis, as five operators; scale and bias after it stay what they are. */
function norm(node: OnnxNode, makers: Makers, constants: Constants): OnnxNode | null {
  if (node.operator !== 'Div') return null;
  const [above, below] = node.inputs.map((name) => makers.get(name));
  if (above?.operator !== 'Sub' || below?.operator !== 'Sqrt') return null;
  const [x, mean] = above.inputs as [string, string];
  const sum = makers.get(below.inputs[0]!);
  if (sum?.operator !== 'Add') return null;
  const epsilon = sum.inputs.map((name) => single(name, makers, constants)).find((value) => !Number.isNaN(value));
  const variance = sum.inputs.map((name) => makers.get(name)).find((maker) => maker?.operator === 'ReduceMean');
  const square = variance && makers.get(variance.inputs[0]!);
  if (epsilon === undefined || square === undefined || !isMean(makers.get(mean), x, makers, constants)) return null;
  const centred = (name: string | undefined) => {
    const maker = makers.get(name ?? '');
    return (
      maker?.operator === 'Sub' && maker.inputs[0] === x && isMean(makers.get(maker.inputs[1]!), x, makers, constants)
    );
  };
  const squared =
    (square.operator === 'Pow' && single(square.inputs[1]!, makers, constants) === 2) ||
    (square.operator === 'Mul' && square.inputs[0] === square.inputs[1]);
  const axes = lastAxis(variance!, makers, constants);
  if (!squared || !centred(square.inputs[0]) || axes === null) return null;
  if (lastAxis(makers.get(mean)!, makers, constants) !== axes) return null;
  const attributes = new Map([
    ['epsilon', epsilon],
    ['axis', axes],
  ]);
  return { ...node, operator: 'LayerNormalization', inputs: [x], attributes };
}

const isMean = (node: OnnxNode | undefined, x: string, makers: Makers, constants: Constants): boolean =>
  node?.operator === 'ReduceMean' && node.inputs[0] === x && lastAxis(node, makers, constants) !== null;

/** The one axis of a mean; null where there are more. */
function lastAxis(node: OnnxNode, makers: Makers, constants: Constants): number | null {
  const attribute = node.attributes.get('axes');
  if (Array.isArray(attribute)) return attribute.length === 1 ? (attribute[0] as number) : null;
  const axis = node.inputs[1] === undefined ? Number.NaN : single(node.inputs[1], makers, constants);
  return Number.isNaN(axis) ? null : axis;
}
