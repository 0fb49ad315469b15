"""Which numbers stand in the paper's tables, by their words there."""


def judged(claim, result, names):
    """Of each subject (measure, estimate, bound)."""
    return {
        'C1': judged_gradient,
        'C2': lambda result, names: [
            [(f'right, own less swapped: {names[one["name"]]}', one['dependence'], 0.02)] for one in result['networks']
        ],
        'C3': lambda result, _: [[('P(target), rival drawn out', result['withoutRival'], 0.02)]],
        'C4': judged_separation,
        'C5': lambda result, _: [[('found alone, less among six', result['missed'], 0.02)]],
        'C6': lambda result, _: [
            [(f'more peaks on own animal: {TITLES[one["pooling"]]}', one['gain'], 0.02)] for one in result['others']
        ],
    }[claim](result, names)


def verdict(estimate, bound):
    return 'holds' if estimate['low'] > bound else 'fails' if estimate['high'] < bound else 'open'


def of_all(verdicts):
    return 'fails' if 'fails' in verdicts else 'holds' if set(verdicts) == {'holds'} else 'open'


def beside(claim, result, names):
    """Every row without a verdict: (measure, estimate)."""
    rows = {'C1': gradient_rows, 'C2': background_rows, 'C3': rival_rows, 'C4': separation_rows, 'C5': instances_rows}
    return rows.get(claim, pooling_rows)(result, names)


TITLES = {
    'average': 'global average pooling',
    'maximum': 'global maximum pooling',
    'flat': 'four quarters side by side',
}


def gauges(result):
    return [('logits', result)] + ([] if result['centred'] is None else [('centred logits', result['centred'])])


def judged_gradient(result, _):
    scenes = result['scenes']
    if scenes['byConstruction']:
        return []
    both = gauges(scenes)
    rows = []
    for name, gauge in both:
        on = f', {name}' if len(both) > 1 else ''
        rows += [(f'r of absolute maps{on}', gauge['absolute'], 0.5), (f'the same less with sign{on}', gauge['lost'], 0.1)]
    return [rows]


def gradient_rows(result, _):
    scenes, rows = result['scenes'], []
    if scenes['byConstruction']:
        return []
    for kind in [{**scenes, 'label': 'all'}, *scenes['kinds']]:
        for name, gauge in gauges(kind):
            absent = gauge['absent'] or {'absolute': None, 'neither': None}
            rows += [
                (f'{kind["label"]}: {what}, {name.split()[0]}', estimate)
                for what, estimate in (
                    ('absolute', gauge['absolute']),
                    ('with sign', gauge['signed']),
                    ('absolute, one absent', absent['absolute']),
                    ('absolute, both absent', absent['neither']),
                )
                if estimate is not None
            ]
    return rows


def background_rows(result, names):
    rows = []
    for one in result['networks']:
        name, worst = names[one['name']], one['worst']
        rows += [
            (f'{name}: right, any background', one['accuracy']['fair']),
            (f'{name}: right, {worst["label"]} on {worst["background"]} (worst)', worst['accuracy']),
            (f'{name}: P(class), own less swapped', one['probability']),
            *((f'{name}: right, own less swapped, {of["label"]}', of['dependence']) for of in one['classes']),
        ]
        for label, maps in [('all', one['camOutside']), *((of['label'], of) for of in one['outside'])]:
            words = (('map', 'mass'), ('centre blob', 'centre'), ('even map', 'even'))
            rows += [(f'{name}: {label}, {what} outside', maps[key]) for what, key in words if maps['mass'] is not None]
    return rows


def rival_rows(result, _):
    groups = [{**result, 'label': 'all'}, *result['classes']]
    return [
        *((f'rival drawn out: {one["label"]}', one['withoutRival']) for one in result['classes']),
        ('P(target) beside the rival: all', result['clean']),
        ('P(target), rival drawn out: all', result['alone']),
        ('target drawn out: all', result['withoutTarget']),
        *(
            (f'rival {paint}: {one["label"]}', one['painted'][paint])
            for paint in ('black', 'grey', 'mean colour')
            for one in groups
        ),
    ]


DIFFERENCES = (('other', 'beyondOther'), ('centre', 'gain'), ('random point', 'beyondPoint'))


def judged_separation(result, _):
    def rows(shares, where):
        words = ('peak on own animal less other', 'the same less centre', 'the same less random point')
        return [(f'{what}{where}', shares[key], 0.02) for what, (_, key) in zip(words, DIFFERENCES)]

    weaker = result['uneven']['weaker']
    return [rows(result['pointing'], '')] + ([] if weaker is None else [rows(weaker, ', uneven')])


def separation_rows(result, _):
    def four(of, shares):
        words = (('own animal', 'own'), ('other animal', 'other'), ('centre would hit', 'centre'))
        return [(f'{of}: {what}', shares[key]) for what, key in (*words, ('random point would hit', 'point'))]

    rows = four('all', result['pointing'])
    for one in result['pointing']['classes']:
        rows += [(f'{one["label"]}: own less {what}', one[key]) for what, key in DIFFERENCES]
    weaker = result['uneven']['weaker']
    if weaker is not None:
        rows += four('uneven', weaker)
        rows += [(f'uneven, {one["label"]}: own less other', one['beyondOther']) for one in weaker['classes']]
    return rows


def instances_rows(result, _):
    one, six = result['counts'][0], result['counts'][-1]
    words = lambda count: '1 animal' if count['animals'] == 1 else f'{count["animals"]} animals'
    rows = [(f'{words(count)}: map', count['found']) for count in result['counts']]
    for count in (one, six):
        rows += [
            (f'{words(count)}: peaks at random in boxes', count['boxes']['found']),
            (f'{words(count)}: peaks at random', count['points']['found']),
        ]
    rows += [
        ('peaks on an animal, of six', six['onAnimals']),
        ('the same, at random', six['points']['onAnimals']),
        ('alone less among six, in boxes', result['missedByBoxes']),
    ]
    for kind in result['classes']:
        rows += [(f'{kind["label"]}: map, of six', kind['most']), (f'{kind["label"]}: alone less among six', kind['missed'])]
    return rows


def pooling_rows(result, _):
    return [
        *((TITLES[one['pooling']], one['pointing']) for one in (result['average'], *result['others'])),
        ('the centre of the picture', result['centre']),
        ('a point at random', result['point']),
    ]
