import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';
import { roundChannels } from './channels';
import { EFFICIENTNET_SCALES } from './efficientnet-pytorch';
import {
  type Activation,
  type BlockNames,
  type BlockStyle,
  layer,
  type MobileBlock,
  mobileBlock,
} from './mobile-block';
import { HARD_SIGMOID } from './mobilenet-v3';
import { SamePadding } from './same-padding';

/**
 * Blocks in timm's own short form, a stage an entry: `ir` inverted, `ds` separable, `er` fused, `cn` plain; r repeats,
 * k kernel, s stride of the first, e expansion, c filters, se share of the squeeze and excitation, nre ReLU.
 */
type Stages = readonly string[];

interface Network {
  readonly stages: Stages;
  readonly width?: number;
  readonly depth?: number;
  readonly stem: number;
  /** Whether the stem's width stays as it is. */
  readonly fixedStem?: boolean;
  /** Whether the first and the last stage keep their depth. */
  readonly fixedEnds?: boolean;
  /** Filters of `conv_head`. */
  readonly features: number;
  readonly activation: Activation;
  /** TensorFlow's padding, and its epsilon. */
  readonly tensorflow?: boolean;
  /** How little may be left of a width that is rounded down. */
  readonly least?: number;
  /** MobileNet v3: `conv_head` reads the pooled map, and gates are hard sigmoids, as wide as the block. */
  readonly mobileV3?: boolean;
}

interface Row extends Pick<MobileBlock, 'form' | 'kernel' | 'stride' | 'filters'> {
  readonly repeats: number;
  readonly expansion: number;
  readonly squeeze: number | null;
  readonly relu: boolean;
  readonly skip: boolean;
}

const FORMS = { ir: 'inverted', ds: 'separable', er: 'fused', cn: 'plain' } as const;

function rowOf(text: string): Row {
  const [form, ...parts] = text.split('_') as [keyof typeof FORMS, ...string[]];
  const number = (letter: string) => {
    const part = parts.find((one) => new RegExp(`^${letter}[\\d.]+$`).test(one));
    return part === undefined ? null : Number(part.slice(letter.length));
  };
  return {
    form: FORMS[form],
    kernel: number('k')!,
    stride: number('s')!,
    filters: number('c')!,
    repeats: number('r')!,
    expansion: number('e') ?? 1,
    squeeze: number('se'),
    relu: parts.includes('nre'),
    skip: form === 'cn' ? parts.includes('skip') : !parts.includes('noskip'),
  };
}

/** What a block's convolutions are called; their batch norms are numbered. */
function namesOf(name: string, form: MobileBlock['form']): BlockNames {
  let at = 0;
  const next = (part: string) => {
    at++;
    return [`${name}.${part}`, `${name}.bn${at}`, `${name}.act${at}`] as const;
  };
  const expanding = { inverted: 'conv_pw', fused: 'conv_exp', plain: 'conv', separable: '' }[form];
  return {
    expand: expanding === '' ? ['', '', ''] : next(expanding),
    depthwise: form === 'inverted' || form === 'separable' ? next('conv_dw') : ['', '', ''],
    squeeze: [`${name}.se`, `${name}.se.conv_reduce`, `${name}.se.conv_expand`],
    project: next(form === 'separable' ? 'conv_pw' : 'conv_pwl'),
    sum: `${name}.add`,
  };
}

const channelsOf = (filters: number, { width = 1, least = 0.9 }: Network) => roundChannels(filters * width, 8, least);

function squeezedOf({ squeeze, expansion }: Row, wide: number, mobileV3 = false): number | null {
  if (squeeze === null) return null;
  return mobileV3 ? roundChannels(wide * squeeze) : Math.round((wide * squeeze) / expansion);
}

/** The rows of a stage, one a block. */
function rowsOf({ stages, depth = 1, fixedEnds = false }: Network, stage: number): Row[] {
  const fixed = fixedEnds && (stage === 0 || stage === stages.length - 1);
  const repeats = (row: Row) => (fixed ? row.repeats : Math.ceil(row.repeats * depth));
  const rows = stages[stage]!.split(' ').map(rowOf);
  return rows.flatMap((row) => Array.from({ length: repeats(row) }, () => row));
}

const stemOf = (network: Network) => (network.fixedStem ? network.stem : channelsOf(network.stem, network));

/** Every block under its name. */
function* blocksOf(network: Network): Generator<readonly [name: string, block: MobileBlock]> {
  const { stages, activation, mobileV3 } = network;
  let before = stemOf(network);
  for (const at of stages.keys()) {
    for (const [i, row] of rowsOf(network, at).entries()) {
      const { form, kernel } = row;
      const filters = channelsOf(row.filters, network);
      const stride = i === 0 ? row.stride : 1;
      const wide = form === 'separable' ? before : roundChannels(before * row.expansion);
      const squeezed = squeezedOf(row, wide, mobileV3);
      const skip = row.skip && stride === 1 && before === filters;
      const active = row.relu ? 'relu' : activation;
      yield [`blocks.${at}.${i}`, { form, kernel, stride, wide, filters, squeezed, skip, activation: active }];
      before = filters;
    }
  }
}

/** Networks of inverted residuals as timm builds them. */
function timmNetwork(network: Network): Architecture {
  const { activation, features, tensorflow = false, mobileV3 = false } = network;
  return (outputs, [height, columns]) => {
    const builder = new GraphBuilder();
    const same = new SamePadding([height, columns]);
    const style: BlockStyle = {
      epsilon: tensorflow ? 1e-3 : 1e-5,
      ...(tensorflow && { padding: (kernel: number, stride: number) => same.next(kernel, stride) }),
      squeezeActivation: mobileV3 ? 'relu' : activation,
      gate: mobileV3 ? HARD_SIGMOID : { kind: 'sigmoid' },
    };
    const stem = { filters: stemOf(network), kernel: 3, stride: 2, activation };
    let x = layer(builder, ['conv_stem', 'bn1', 'act1'], 'input', stem, style);
    for (const [name, block] of blocksOf(network)) {
      x = mobileBlock(builder, namesOf(name, block.form), x, block, style);
    }
    if (mobileV3) {
      x = builder.add('global_pool', { kind: 'globalAvgPool' }, x);
      x = builder.add('act2', { kind: activation }, builder.dense('conv_head', x, features));
      builder.dense('classifier', x, outputs);
      return { graph: builder.graph, camNode: null };
    }
    x = layer(builder, ['conv_head', 'bn2', 'act2'], x, { filters: features, kernel: 1, activation }, style);
    builder.pooledHead(x, outputs, 'classifier');
    return { graph: builder.graph, camNode: x };
  };
}

const LITE: Stages = [
  'ds_r1_k3_s1_e1_c16',
  'ir_r2_k3_s2_e6_c24',
  'ir_r2_k5_s2_e6_c40',
  'ir_r3_k3_s2_e6_c80',
  'ir_r3_k5_s1_e6_c112',
  'ir_r4_k5_s2_e6_c192',
  'ir_r1_k3_s1_e6_c320',
];
const B0 = LITE.map((stage) => `${stage}_se0.25`);

const V2_BASE: Stages = [
  'cn_r1_k3_s1_e1_c16_skip',
  'er_r2_k3_s2_e4_c32',
  'er_r2_k3_s2_e4_c48',
  'ir_r3_k3_s2_e4_c96_se0.25',
  'ir_r5_k3_s1_e6_c112_se0.25',
  'ir_r8_k3_s2_e6_c192_se0.25',
];
const V2_S: Stages = [
  'cn_r2_k3_s1_e1_c24_skip',
  'er_r4_k3_s2_e4_c48',
  'er_r4_k3_s2_e4_c64',
  'ir_r6_k3_s2_e4_c128_se0.25',
  'ir_r9_k3_s1_e6_c160_se0.25',
  'ir_r15_k3_s2_e6_c256_se0.25',
];
const V2_RW: Stages = ['er_r2_k3_s1_e1_c24', ...V2_S.slice(1, -1), 'ir_r15_k3_s2_e6_c272_se0.25'];
const V2_M: Stages = [
  'cn_r3_k3_s1_e1_c24_skip',
  'er_r5_k3_s2_e4_c48',
  'er_r5_k3_s2_e4_c80',
  'ir_r7_k3_s2_e4_c160_se0.25',
  'ir_r14_k3_s1_e6_c176_se0.25',
  'ir_r18_k3_s2_e6_c304_se0.25',
  'ir_r5_k3_s1_e6_c512_se0.25',
];
const V2_L: Stages = [
  'cn_r4_k3_s1_e1_c32_skip',
  'er_r7_k3_s2_e4_c64',
  'er_r7_k3_s2_e4_c96',
  'ir_r10_k3_s2_e4_c192_se0.25',
  'ir_r19_k3_s1_e6_c224_se0.25',
  'ir_r25_k3_s2_e6_c384_se0.25',
  'ir_r7_k3_s1_e6_c640_se0.25',
];

const V3_LARGE: Stages = [
  'ds_r1_k3_s1_e1_c16_nre',
  'ir_r1_k3_s2_e4_c24_nre ir_r1_k3_s1_e3_c24_nre',
  'ir_r3_k5_s2_e3_c40_se0.25_nre',
  'ir_r1_k3_s2_e6_c80 ir_r1_k3_s1_e2.5_c80 ir_r2_k3_s1_e2.3_c80',
  'ir_r2_k3_s1_e6_c112_se0.25',
  'ir_r3_k5_s2_e6_c160_se0.25',
  'cn_r1_k1_s1_c960',
];
const V3_SMALL: Stages = [
  'ds_r1_k3_s2_e1_c16_se0.25_nre',
  'ir_r1_k3_s2_e4.5_c24_nre ir_r1_k3_s1_e3.67_c24_nre',
  'ir_r1_k5_s2_e4_c40_se0.25 ir_r2_k5_s1_e6_c40_se0.25',
  'ir_r2_k5_s1_e3_c48_se0.25',
  'ir_r3_k5_s2_e6_c96_se0.25',
  'cn_r1_k1_s1_c576',
];

const MOBILENET_V2: Stages = [
  'ds_r1_k3_s1_c16',
  'ir_r2_k3_s2_e6_c24',
  'ir_r3_k3_s2_e6_c32',
  'ir_r4_k3_s2_e6_c64',
  'ir_r3_k3_s1_e6_c96',
  'ir_r3_k3_s2_e6_c160',
  'ir_r1_k3_s1_e6_c320',
];
const MNASNET_B1: Stages = [
  'ds_r1_k3_s1_c16_noskip',
  'ir_r3_k3_s2_e3_c24',
  'ir_r3_k5_s2_e3_c40',
  'ir_r3_k5_s2_e6_c80',
  'ir_r2_k3_s1_e6_c96',
  'ir_r4_k5_s2_e6_c192',
  'ir_r1_k3_s1_e6_c320_noskip',
];
const MNASNET_A1: Stages = [
  'ds_r1_k3_s1_e1_c16_noskip',
  'ir_r2_k3_s2_e6_c24',
  'ir_r3_k5_s2_e3_c40_se0.25',
  'ir_r4_k3_s2_e6_c80',
  'ir_r2_k3_s1_e6_c112_se0.25',
  'ir_r3_k5_s2_e6_c160_se0.25',
  'ir_r1_k3_s1_e6_c320',
];

const one = (name: string, network: Network) => defineArchitecture({ name, build: timmNetwork(network) });
/** A network as timm trained it and, under `tf_…`, as TensorFlow did. */
const both = (name: string, network: Network, suffix = '') => [
  one(`${name}${suffix}`, network),
  one(`tf_${name}`, { ...network, tensorflow: true }),
];

/** Tan and Le 2019 and 2021 (arXiv:1905.11946, arXiv:2104.00298). torchvision has `efficientnet_b0` to `b7`, too: its names end in `-timm` here. */
export const timmEfficientnets: readonly ArchitectureDescription[] = [
  ...EFFICIENTNET_SCALES.flatMap(([width, depth], size) => {
    const features = roundChannels(1280 * width);
    const network = { stages: B0, width, depth, stem: 32, features, activation: 'silu' } as const;
    return both(`efficientnet_b${size}`, network, size < 8 ? '-timm' : '');
  }),
  ...EFFICIENTNET_SCALES.slice(0, 5).flatMap(([width, depth], size) => {
    const fixed = { fixedStem: true, fixedEnds: true, stem: 32, features: 1280 };
    return both(`efficientnet_lite${size}`, { stages: LITE, width, depth, ...fixed, activation: 'relu6' });
  }),
  ...EFFICIENTNET_SCALES.slice(0, 4).map(([width, depth], size) => {
    const features = roundChannels(1280 * width, 8, 0);
    const network = { stages: V2_BASE, width, depth, stem: 32, features, least: 0 };
    return one(`tf_efficientnetv2_b${size}`, { ...network, activation: 'silu', tensorflow: true });
  }),
  ...both('efficientnetv2_s', { stages: V2_S, stem: 24, features: 1280, activation: 'silu' }),
  ...both('efficientnetv2_m', { stages: V2_M, stem: 24, features: 1280, activation: 'silu' }),
  ...both('efficientnetv2_l', { stages: V2_L, stem: 32, features: 1280, activation: 'silu' }),
  one('efficientnetv2_rw_s', { stages: V2_RW, stem: 24, features: 1792, activation: 'silu' }),
  one('efficientnetv2_rw_t', {
    stages: V2_S,
    width: 0.8,
    depth: 0.9,
    stem: 24,
    features: roundChannels(1280 * 0.8),
    activation: 'silu',
  }),
];

const v3 = { stem: 16, activation: 'hardSwish', mobileV3: true } as const;
/** Windows of 3×3 alone, ReLU, no gates. */
const minimal = (stages: Stages) => stages.map((stage) => stage.replace(/_k5/g, '_k3').replace(/_se0\.25|_nre/g, ''));
const large = { stages: V3_LARGE, features: 1280, ...v3 };
const small = { stages: V3_SMALL, features: 1024, ...v3 };

/** MobileNet v2 and v3 (arXiv:1801.04381, arXiv:1905.02244), MnasNet (arXiv:1807.11626). */
export const timmMobilenets: readonly ArchitectureDescription[] = [
  ...(['035', '050', '075', '100', '140'] as const).map((size) => {
    const width = Number(size) / 100;
    const features = Math.max(1280, roundChannels(1280 * width));
    return one(`mobilenetv2_${size}`, { stages: MOBILENET_V2, width, stem: 32, features, activation: 'relu6' });
  }),
  ...(
    [
      ['110d', 1.1, 1.2],
      ['120d', 1.2, 1.4],
    ] as const
  ).map(([size, width, depth]) => {
    const fixed = { fixedStem: true, fixedEnds: true, stem: 32, features: 1280 };
    return one(`mobilenetv2_${size}`, { stages: MOBILENET_V2, width, depth, ...fixed, activation: 'relu6' });
  }),
  ...both('mobilenetv3_large_075', { ...large, width: 0.75 }),
  ...both('mobilenetv3_large_100', large),
  one('mobilenetv3_small_050', { ...small, width: 0.5, fixedStem: true }),
  ...both('mobilenetv3_small_075', { ...small, width: 0.75 }),
  ...both('mobilenetv3_small_100', small),
  one('tf_mobilenetv3_large_minimal_100', {
    ...large,
    stages: minimal(V3_LARGE),
    activation: 'relu',
    tensorflow: true,
  }),
  one('tf_mobilenetv3_small_minimal_100', {
    ...small,
    stages: minimal(V3_SMALL),
    activation: 'relu',
    tensorflow: true,
  }),
  ...(['050', '075', '100', '140'] as const).flatMap((size) => {
    const rest = { width: Number(size) / 100, stem: 32, features: 1280, activation: 'relu' } as const;
    return [
      one(`mnasnet_${size}`, { stages: MNASNET_B1, ...rest }),
      one(`semnasnet_${size}`, { stages: MNASNET_A1, ...rest }),
    ];
  }),
];
