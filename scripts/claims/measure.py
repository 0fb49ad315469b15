"""The numbers of C1 to C6 from scenes, networks and docs/claims.md, in the shape in which a report's JSON has them."""

import json
from pathlib import Path

import numpy as np

from intervals import correlation, crossed, least_share, mean, mean_difference, paired, share
from network import upsampled
from pictures import boxes, grown, halved, hits, peaks, radius, reach

PAIRS = (('dog', 'wolf'), ('bee', 'ant'))
KINDS = ('dog', 'wolf', 'bee', 'ant')
OWN = {'wolf': 'snow', 'dog': 'grass', 'bee': 'flowers', 'ant': 'forest'}
RIVAL = {'dog': 'wolf', 'wolf': 'dog', 'bee': 'ant', 'ant': 'bee'}
CLOSE = 1e-5
"""What float32 may move: values that are nearer to a bound, relative to their size, may fall on either side of it."""


class Notes:
    """Cases that rounding decides: what the report says of them is taken over, and said."""

    def __init__(self):
        self.lines = []

    def __call__(self, text):
        self.lines.append(text)


def pairs_of(network):
    return [pair for pair in PAIRS if set(pair) <= set(network.classes)]


def kinds_of(network):
    return [kind for kind in KINDS if kind in network.classes]


def whole(value):
    return int(np.floor(value + 0.5))


def by_scene(cases, value):
    """The mean of each scene's cases."""
    groups = {}
    for case in cases:
        groups.setdefault(case['scene'], []).append(value(case))
    return [np.mean(values) for values in groups.values()]


def seen(scenes, i, pair):
    return all(scenes.mask(i, kind).any() for kind in pair)


def rival_scenes(network, scenes):
    pairs = pairs_of(network)
    for i in range(len(scenes)):
        pair = pairs[i % len(pairs)]
        if set(scenes.kinds(i)) != set(pair):
            raise ValueError(f'scene {i} shows {scenes.kinds(i)}, not {pair}')
        if seen(scenes, i, pair):
            yield i, pair


# C1


def absolute_gradient(network, scenes):
    pictures = []
    for i, pair in rival_scenes(network, scenes):
        labels = [*pair, *(kind for kind in kinds_of(network) if kind not in pair)]
        outputs = len(network.bias)
        weights = np.stack([network.of_logits(label) for label in labels])
        each = network.gradients(scenes.picture(i), np.concatenate([weights, np.full((1, outputs), 1 / outputs)]))
        gradients, middle = each[:-1], each[-1]
        softmax = network.output == 'softmax' and outputs > 2
        pictures.append(
            {
                'source': scenes.name(i),
                'label': ', '.join(pair),
                **correlations(gradients),
                'centred': correlations(gradients - middle) if softmax else None,
            }
        )
    labels = list(dict.fromkeys(one['label'] for one in pictures))
    result = {
        **both_gauges(pictures),
        'kinds': [
            {'label': label, **both_gauges([one for one in pictures if one['label'] == label])} for label in labels
        ],
        'pairs': pictures,
        'oppositeCentred': network.output == 'softmax' and len(network.classes) == 2,
        'byConstruction': network.output == 'sigmoid',
    }
    return {'scenes': result}


def correlations(gradients):
    with_sign, absolute = gradients.sum(3), np.abs(gradients).max(3)
    there, away = (0, 1), range(2, len(gradients))
    of = lambda pairs: [correlation(absolute[a], absolute[b]) for a, b in pairs]
    one = of([(a, b) for a in there for b in away])
    neither = of([(a, b) for a in away for b in away if a < b])
    return {
        'signed': correlation(with_sign[0], with_sign[1]),
        'absolute': correlation(absolute[0], absolute[1]),
        'absent': float(np.mean(one)) if one else None,
        'neither': float(np.mean(neither)) if neither else None,
    }


def both_gauges(pictures):
    centred = [one['centred'] for one in pictures]
    return {**gauge(pictures), 'centred': None if None in centred else gauge(centred)}


def gauge(pictures):
    of = lambda value, bound, among=pictures: mean([value(one) for one in among], -bound, bound)
    compared = [one for one in pictures if one['absent'] is not None]
    apart = [one for one in pictures if one['neither'] is not None]
    return {
        'signed': of(lambda one: one['signed'], 1),
        'absolute': of(lambda one: one['absolute'], 1),
        'lost': of(lambda one: one['absolute'] - one['signed'], 2),
        'absent': {
            'absolute': of(lambda one: one['absent'], 1, compared),
            'neither': of(lambda one: one['neither'], 1, apart) if apart else None,
            'beyondNeither': of(lambda one: one['absolute'] - one['neither'], 2, apart) if apart else None,
        }
        if compared
        else None,
    }


# C2


def background(networks, scenes_of, maps, note):
    return {'networks': [background_of(network, scenes_of(network), maps, note) for network in networks]}


def background_of(network, scenes, maps, note):
    grounds = list(dict.fromkeys(['snow', 'forest', 'grass', 'flowers', 'room', 'white']))
    cases, close = [], 0
    for i in range(len(scenes)):
        label = scenes.label(i)
        drawn = [
            scenes.picture(i) if scenes.background(i) == ground else scenes.changed(i, 'background', ground)
            for ground in grounds
        ]
        answers = network.answers(np.stack(drawn))
        two = np.sort(answers, 1)[:, -2:]
        close += int(((two[:, 1] - two[:, 0]) < CLOSE).sum())
        at = network.classes.index(label)
        cases.append(
            {
                'label': label,
                'right': dict(zip(grounds, answers.argmax(1) == at)),
                'p': dict(zip(grounds, answers[:, at])),
                'map': map_shares(network, label, drawn[grounds.index(OWN[label])], scenes.mask(i, label))
                if i < maps
                else None,
            }
        )
    if close:
        note(f'C2, {network.name}: {close} answers have two classes as good as equally probable')
    labels = [label for label in network.classes if any(one['label'] == label for one in cases)]
    own = lambda of: [one['right'][OWN[one['label']]] for one in of]
    swapped = lambda of: [one['right'][OWN[RIVAL[one['label']]]] for one in of]
    alone = lambda label: [one for one in cases if one['label'] == label]
    groups = [(label, ground, [one['right'][ground] for one in alone(label)]) for label in labels for ground in grounds]
    worst, least = least_share([(int(sum(right)), len(right)) for _, _, right in groups])
    return {
        'name': network.name,
        'title': network.title,
        'close': close,
        'accuracy': {
            'fair': mean([np.mean(list(one['right'].values())) for one in cases]),
            'own': share(own(cases)),
            'swapped': share(swapped(cases)),
        },
        'dependence': paired(own(cases), swapped(cases)),
        'probability': mean([one['p'][OWN[one['label']]] - one['p'][OWN[RIVAL[one['label']]]] for one in cases], -1, 1),
        'classes': [
            {
                'label': label,
                'own': share(own(alone(label))),
                'swapped': share(swapped(alone(label))),
                'dependence': paired(own(alone(label)), swapped(alone(label))),
            }
            for label in labels
        ],
        'groups': [{'label': label, 'background': ground, 'accuracy': share(right)} for label, ground, right in groups],
        'worst': {'label': groups[worst][0], 'background': groups[worst][1], 'accuracy': least},
        'camOutside': outside([one['map'] for one in cases]),
        'redrawn': [],
        'outside': [{'label': label, **outside([one['map'] for one in alone(label)])} for label in network.classes],
    }


def map_shares(network, label, picture, mask):
    """Shares outside the animal of the map's positive mass, of a blob's at the middle, and of the area."""
    (values,) = network.maps(picture, [label])
    height, width = mask.shape
    y, x = np.mgrid[:height, :width]
    deviation = min(width, height) / 4
    blob = np.exp(-((x - (width - 1) / 2) ** 2 + (y - (height - 1) / 2) ** 2) / (2 * deviation**2))
    positive = np.maximum(values, 0)
    if positive.sum() <= 0:
        return None
    return {
        'mass': positive[~mask].sum() / positive.sum(),
        'far': positive[~grown(mask, whole(network.cell()))].sum() / positive.sum(),
        'centre': blob[~mask].sum() / blob.sum(),
        'even': (~mask).mean(),
    }


def outside(maps):
    maps = [one for one in maps if one is not None]
    if not maps:
        return dict.fromkeys(('mass', 'far', 'centre', 'even', 'beyondCentre'))
    return {
        **{name: mean([one[name] for one in maps]) for name in ('mass', 'far', 'centre', 'even')},
        'beyondCentre': mean([one['mass'] - one['centre'] for one in maps], -1, 1),
    }


# C3

PAINTS = ('black', 'grey', 'mean colour')


def rival(network, scenes, theirs, note):
    cases = []
    for i, pair in rival_scenes(network, scenes):
        picture = scenes.picture(i)
        average = np.floor(picture.reshape(-1, 3).mean(0) + 0.5).astype(np.uint8)
        drawn = [picture] + [scenes.changed(i, 'without-object', scenes.kinds(i).index(kind)) for kind in pair]
        for kind in pair:
            mask = scenes.mask(i, kind)
            for colour in (0, 128, average):
                painted = picture.copy()
                painted[mask] = colour
                drawn.append(painted)
        p = network.answers(np.stack(drawn))
        for at, target in enumerate(pair):
            of = lambda picture: float(p[picture, network.classes.index(target)])
            other = 1 - at
            cases.append(
                {
                    'scene': scenes.name(i),
                    'target': target,
                    'clean': of(0),
                    'withoutRival': of(1 + other),
                    'withoutTarget': of(1 + at),
                    'painted': {paint: of(3 + 3 * other + k) for k, paint in enumerate(PAINTS)},
                }
            )
    signs = []
    for case, other in zip(cases, theirs['cases']):
        sign = np.sign(case['withoutRival'] - case['clean'])
        said = np.sign(other['withoutRival'] - other['clean'])
        if sign != said and abs(case['withoutRival'] - case['clean']) < CLOSE:
            note(f'C3, {case["scene"]}, {case["target"]}: P changes by {case["withoutRival"] - case["clean"]:.1e}')
            sign = said
        signs.append({'scene': case['scene'], 'sign': sign})
    return {
        **changes(cases),
        'clean': mean(by_scene(cases, lambda one: one['clean'])),
        'alone': mean(by_scene(cases, lambda one: one['withoutRival'])),
        'raised': mean(by_scene(signs, lambda one: one['sign'] > 0)),
        'lowered': mean(by_scene(signs, lambda one: one['sign'] < 0)),
        'classes': [
            {'label': kind, **changes([one for one in cases if one['target'] == kind])}
            for kind in kinds_of(network)
            if any(one['target'] == kind for one in cases)
        ],
        'cases': cases,
    }


def changes(cases):
    of = lambda value: mean(by_scene(cases, lambda one: value(one) - one['clean']), -1, 1)
    return {
        'withoutRival': of(lambda one: one['withoutRival']),
        'withoutTarget': of(lambda one: one['withoutTarget']),
        'painted': {paint: of(lambda one: one['painted'][paint]) for paint in PAINTS},
    }


# C4


def separation(network, rivals, uneven, sample, theirs, note):
    cases = []
    known = {(one['scene'], one['target']): one for one in theirs['pointing']['cases']}
    for i, pair in rival_scenes(network, rivals):
        cases += pointing(network, rivals, i, pair, known, note)
    labels = kinds_of(network)
    return {
        'pointing': {
            **shares(cases),
            'classes': by_class(cases, labels),
            'bins': bins(cases, known, note),
            'tolerance': radius(network.side),
            'cases': cases,
        },
        'uneven': uneven_pointing(network, uneven, sample, theirs['uneven'], note),
    }


def pointing(network, scenes, i, pair, theirs, note):
    picture, r, middle = scenes.picture(i), radius(network.side), ((network.side - 1) / 2,) * 2
    p = network.answers(picture[None])[0]
    masks = [scenes.mask(i, kind) for kind in pair]
    cases = []
    for at, (target, values) in enumerate(zip(pair, network.maps(picture, pair))):
        top = peaks(values)[:1]
        on = lambda mask: bool(top) and hits(mask, top[0][:2], r)
        case = {
            'scene': scenes.name(i),
            'target': target,
            'probability': float(p[network.classes.index(target)]),
            'rivalProbability': float(p[network.classes.index(pair[1 - at])]),
            'own': on(masks[at]),
            'other': on(masks[1 - at]),
            'centre': hits(masks[at], middle, r),
            'point': float(reach(masks[at], r).mean()),
        }
        said = theirs.get((case['scene'], target))
        for what, mask in (('own', masks[at]), ('other', masks[1 - at])):
            if said is not None and said[what] != case[what] and said[what] in highest(values, mask, r):
                note(f'C4, {case["scene"]}, {target}: two pixels of the map are as good as equally high')
                case[what] = said[what]
        cases.append(case)
    return cases


def highest(values, mask, r):
    """Whether the pixels that float32 may take for the highest hit the mask."""
    rows, columns = np.nonzero(values >= values.max() * (1 - CLOSE))
    return {hits(mask, point, r) for point in zip(columns, rows)}


def shares(cases):
    of = {key: by_scene(cases, lambda one: one[key]) for key in ('own', 'other', 'centre', 'point')}
    less = {'beyondOther': 'other', 'gain': 'centre', 'beyondPoint': 'point'}
    return {
        **{key: mean(values) for key, values in of.items()},
        **{key: mean_difference(of['own'], of[what]) for key, what in less.items()},
    }


def by_class(cases, labels):
    groups = [(label, [one for one in cases if one['target'] == label]) for label in labels]
    return [{'label': label, **shares(own)} for label, own in groups if own]


BINS = (
    ('rival over 10 times', 0, 0.1),
    ('rival 1 to 10 times', 0.1, 1),
    ('target 1 to 10 times', 1, 10),
    ('target over 10 times', 10, np.inf),
)


def bins(cases, theirs, note):
    ratios = []
    for case in cases:
        ratio = case['probability'] / case['rivalProbability']
        said = theirs.get((case['scene'], case['target']))
        if said is not None and any(abs(ratio / edge - 1) < 10 * CLOSE for edge in (0.1, 1, 10)):
            note(f'C4, {case["scene"]}, {case["target"]}: a ratio of {ratio:.6f}')
            ratio = said['probability'] / said['rivalProbability']
        ratios.append(ratio)
    result = []
    for label, start, end in BINS:
        inside = [case for case, ratio in zip(cases, ratios) if start <= ratio < end]
        result.append({'label': label, 'cases': len(inside), 'shares': shares(inside) if inside else None})
    return result


def uneven_pointing(network, scenes, sample, theirs, note):
    pairs = pairs_of(network)
    labels = [kind for pair in pairs for kind in pair]
    each = max(1, whole(sample / len(labels)))
    most = 12 * sample
    count = dict.fromkeys(labels, 0)
    known = {(one['scene'], one['target']): one for one in theirs['cases']}
    weaker, stronger, gone = [], [], 0
    while gone < most and min(count.values()) < each:
        batch = range(gone, min(gone + 32, most))
        gone = batch.stop
        smaller = lambda i: pairs[i % len(pairs)][i // len(pairs) % 2]
        # Whose class has its scenes before a batch is passed over in it, and so is what comes after the last one needed.
        for i in [i for i in batch if count[smaller(i)] < each]:
            kind, pair = smaller(i), pairs[i % len(pairs)]
            if count[kind] >= each or any(scenes.mask(i, one).mean() < 0.002 for one in pair):
                continue
            p = network.answers(scenes.picture(i)[None])[0]
            ratio = p[network.classes.index(RIVAL[kind])] / p[network.classes.index(kind)]
            uneven = ratio >= 10
            if abs(ratio / 10 - 1) < 10 * CLOSE:
                note(f'C4, candidate {i}: a ratio of {ratio:.6f}')
                uneven = (scenes.name(i), kind) in known
            if not uneven:
                continue
            count[kind] += 1
            for case in pointing(network, scenes, i, pair, known, note):
                (weaker if case['target'] == kind else stronger).append(case)
    return {
        'weaker': {**shares(weaker), 'classes': by_class(weaker, labels)} if weaker else None,
        'stronger': shares(stronger) if stronger else None,
        'ratio': 10,
        'candidates': gone,
        'cases': weaker + stronger,
    }


# C5


def instances(network, scenes, theirs, note):
    kinds, r = kinds_of(network), radius(network.side)
    known = {(one['scene'], one['animals']): one for group in theirs['counts'] for one in group['pictures']}
    pictures = []
    for i in range(len(scenes) // 6):
        kind, own = kinds[i % len(kinds)], []
        for animals in range(1, 7):
            row = 6 * i + animals - 1
            if scenes.kinds(row) != [kind] * animals:
                raise ValueError(f'scene {row} shows {scenes.kinds(row)}, not {animals} of {kind}')
            masks = [mask for mask in scenes.masks(row, kind) if mask.any()]
            (values,) = network.maps(scenes.picture(row), [kind])
            if masks:
                one = counted(masks, values, r, known.get((i, animals)), note, f'C5, {scenes.name(row)}')
                own.append({'scene': i, 'kind': kind, 'animals': animals, **one})
        if len(own) == 6:
            pictures += own
    return {
        'counts': [count_of(n, [one for one in pictures if one['animals'] == n]) for n in range(1, 7)],
        **missed(pictures),
        'classes': [
            {
                'label': kind,
                'one': mean([one['found'] for one in pictures if one['kind'] == kind and one['animals'] == 1]),
                'most': mean([one['found'] for one in pictures if one['kind'] == kind and one['animals'] == 6]),
                **missed([one for one in pictures if one['kind'] == kind]),
            }
            for kind in kinds
            if any(one['kind'] == kind for one in pictures)
        ],
        'least': 0.2,
        'tolerance': r,
    }


def counted(masks, values, r, said, note, where):
    result = on_animals(masks, peaks(values), r)
    keys = ('found', 'onAnimals', 'peaks')
    if said is None or all(abs(said[key] - result[key]) < 1e-9 for key in keys):
        return result
    size = CLOSE * values.max()
    for least, rounded in ((0.2 - CLOSE, values), (0.2 + CLOSE, values), (0.2, np.round(values / size) * size)):
        other = on_animals(masks, peaks(rounded, least), r)
        if all(abs(said[key] - other[key]) < 1e-9 for key in keys):
            note(f'{where}: a peak that is as good as level with its surroundings, or with the threshold')
            return other
    return result


def on_animals(masks, points, r):
    hit = [[hits(mask, point[:2], r) for mask in masks] for point in points]
    reaches = [reach(mask, r) for mask in masks]
    union = np.any(reaches, 0)
    chance = lambda area: {
        'found': float(np.mean([1 - (1 - one[area].mean()) ** len(points) for one in reaches])),
        'onAnimals': float(union[area].mean()) if points else 0.0,
    }
    return {
        'found': float(np.mean(np.any(hit, 0))) if points else 0.0,
        'onAnimals': float(np.mean(np.any(hit, 1))) if points else 0.0,
        'peaks': len(points),
        'points': chance(np.ones_like(union)),
        'boxes': chance(boxes(masks)),
    }


def count_of(animals, pictures):
    both = lambda of: {key: mean([of(one)[key] for one in pictures]) for key in ('found', 'onAnimals')}
    return {
        'animals': animals,
        **both(lambda one: one),
        'points': both(lambda one: one['points']),
        'boxes': both(lambda one: one['boxes']),
        'beyondBoxes': mean_difference([one['found'] for one in pictures], [one['boxes']['found'] for one in pictures]),
        'pictures': pictures,
    }


def missed(pictures):
    alone = [one for one in pictures if one['animals'] == 1]
    six = {one['scene']: one for one in pictures if one['animals'] == 6}
    of = lambda value: mean_difference([value(one) for one in alone], [value(six[one['scene']]) for one in alone])
    return {'missed': of(lambda one: one['found']), 'missedByBoxes': of(lambda one: one['boxes']['found'])}


# C6

POOLINGS = {'average': 'nano-resnet', 'maximum': 'nano-resnet-max', 'flat': 'nano-resnet-flat'}


def pooling(network, scenes, outcomes):
    trainings = json.loads(Path(outcomes).read_text(encoding='utf8'))['trainings']
    series = {
        pooling: sorted((one for one in trainings if one['plan']['architecture'] == name), key=lambda one: one['plan']['seed'])
        for pooling, name in POOLINGS.items()
    }
    y = {pooling: np.array([one['result']['own'] for one in own]) for pooling, own in series.items()}
    of = lambda pooling: {
        'pooling': pooling,
        'trainings': len(y[pooling]),
        'right': [pick(one['result']['right'] for one in series[pooling]) for pick in (min, max)],
        'pointing': crossed(y[pooling], 0, 1),
        'byTraining': y[pooling].mean(1).tolist(),
    }
    gain = lambda pooling: {**of(pooling), 'gain': crossed(y[pooling] - y['average'], -1, 1, 2)}
    r, middle, cases = radius(network.side), ((network.side - 1) / 2,) * 2, []
    own = [one['result']['own'] for one in series['average'] if f'scenes-{one["plan"]["name"]}' == network.name]
    again = []
    for i, pair in rival_scenes(network, scenes):
        if own:
            again.append(own_peaks(network, scenes, i, pair))
        for kind in pair:
            mask = in_input(scenes.mask(i, kind), network.side)
            cases.append({'scene': scenes.name(i), 'centre': hits(mask, middle, r), 'point': reach(mask, r).mean()})
    return {
        'average': of('average'),
        'others': [gain('maximum'), gain('flat')],
        'scenes': y['average'].shape[1],
        'again': {'network': network.name, 'recorded': own[0], 'measured': again} if own else None,
        'centre': mean(by_scene(cases, lambda one: one['centre'])),
        'point': mean(by_scene(cases, lambda one: one['point'])),
        'tolerance': r,
    }


def own_peaks(network, scenes, i, pair):
    """The share of both Grad-CAM maps at the last layer whose highest peak hits the own animal."""
    _, last, _ = network.run(halved(scenes.picture(i))[None])
    right = []
    for kind in pair:
        values = upsampled(np.maximum(last[0] @ (network.of_logits(kind) @ network.head), 0), network.side)
        top = peaks(values)[:1]
        right.append(bool(top) and hits(in_input(scenes.mask(i, kind), network.side), top[0][:2], radius(network.side)))
    return np.mean(right)


def in_input(mask, side):
    """A mask of a scene that is larger than the input: what it is at the middle of each of the input's pixels."""
    at = np.floor((np.arange(side) + 0.5) * len(mask) / side).astype(int)
    return mask[np.ix_(at, at)]
