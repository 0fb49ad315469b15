#!/usr/bin/env python3
"""Computes the numbers of a report's claims again and compares them, number by number: docs/claims.md says what each is.

    whylight report --study scenes --json > numbers.json
    whylight scenes --claims scenes --out of-claims
    python scripts/claims/recompute.py numbers.json of-claims

Python 3.9 or later with numpy; no code of Whylight's is run. It ends with 1 where a number differs.
"""

import argparse
import json
import os
import re
import sys
from pathlib import Path

# Several threads for matrices as small as these wait for each other more than they compute.
for name in ('OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'OMP_NUM_THREADS'):
    os.environ.setdefault(name, '1')

import measure
from network import Network
from pictures import Scenes, check_kept, check_seeds
from tables import beside, judged, of_all, verdict

TOLERANCE = 1e-5
"""Of probabilities and shares of mass: float32 and float64 differ by less."""
OF_GRADIENTS = 1e-4
"""Of correlations of gradients: where a ReLU's input is as good as 0, rounding decides whether it lets a gradient through."""
QUANTILE = 1e-3
"""Of half of Student's interval: the report's quantile of Student's t is a series, exact to this at four degrees of freedom."""
IDENTITY = ('label', 'background', 'animals', 'pooling', 'name', 'source', 'scene', 'target')
"""What tells the entries of a list apart, so that their order does not matter."""


class Comparison:
    def __init__(self):
        self.numbers, self.estimates, self.differences = 0, 0, []
        self.largest = {}

    def differ(self, path, theirs, ours):
        self.differences.append(f'{path}: the report has {json.dumps(theirs)}, recomputed {json.dumps(ours)}')

    def value(self, path, theirs, ours, kind, slack):
        self.numbers += 1
        distance = abs(theirs - ours)
        claim = path[:2]
        if distance > self.largest.get((claim, kind), (-1, ''))[0]:
            self.largest[claim, kind] = (distance, path)
        if not distance <= slack:
            self.differ(path, theirs, ours)

    def estimate(self, path, theirs, ours, slack):
        self.estimates += 1
        for key in ('value', 'low', 'high'):
            more = QUANTILE * ours['reach'] if key != 'value' else 0
            self.value(f'{path}.{key}', theirs[key], ours[key], key, slack + more)
        self.value(f'{path}.count', theirs['count'], ours['count'], 'count', 0)

    def anything(self, path, theirs, ours, slack=TOLERANCE):
        if isinstance(theirs, dict) and isinstance(ours, dict):
            if 'low' in theirs and 'low' in ours:
                return self.estimate(path, theirs, ours, slack)
            if theirs.keys() != ours.keys():
                return self.differ(path, sorted(theirs), sorted(ours))
            for key in theirs:
                self.anything(f'{path}.{key}', theirs[key], ours[key], slack)
        elif isinstance(theirs, list) and isinstance(ours, list):
            self.lists(path, theirs, ours, slack)
        elif isinstance(theirs, bool) or theirs is None or isinstance(theirs, str):
            if theirs is not ours and theirs != ours:
                self.differ(path, theirs, ours)
        elif isinstance(ours, (int, float)):
            self.value(path, theirs, ours, 'case', slack)
        else:
            self.differ(path, theirs, ours)

    def lists(self, path, theirs, ours, slack):
        keyed = [{identity(one, i): one for i, one in enumerate(each)} for each in (theirs, ours)]
        if len(theirs) != len(ours) or keyed[0].keys() != keyed[1].keys():
            return self.differ(path, sorted(keyed[0]), sorted(keyed[1]))
        for key, one in keyed[0].items():
            self.anything(f'{path}[{key}]', one, keyed[1][key], slack)


def identity(entry, place):
    if not isinstance(entry, dict):
        return str(place)
    return ', '.join(str(entry[key]) for key in IDENTITY if isinstance(entry.get(key), (str, int))) or str(place)


def plain_numbers(value):
    """numpy's numbers as Python's."""
    if isinstance(value, dict):
        return {key: plain_numbers(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_numbers(one) for one in value]
    return value.item() if hasattr(value, 'item') else value


def recomputed(claim, theirs, index, folder, networks, note):
    settings = index['claims']
    of = {one['id']: [networks(name) for name in one['networks']] for one in index['measured']}[claim]
    seed = settings['seed']

    def scenes(name, stream=None, seed=seed, pictures=1):
        result = Scenes(folder / name)
        check_seeds(result, stream or name, seed, pictures)
        return result

    if claim == 'C1':
        return measure.absolute_gradient(of[0], scenes('rivals'))
    if claim == 'C2':
        maps = min(settings['scenes'], settings['background']['scenes'])
        single = lambda network: scenes(f'single-{"-".join(network.classes)}', 'single')
        return measure.background(of, single, maps, note)
    if claim == 'C3':
        return measure.rival(of[0], scenes('rivals'), theirs, note)
    if claim == 'C4':
        return measure.separation(of[0], scenes('rivals'), scenes('uneven'), settings['scenes'], theirs, note)
    if claim == 'C5':
        instances = scenes('instances', pictures=6)
        check_kept(instances, 6)
        return measure.instances(of[0], instances, theirs, note)
    return measure.pooling(of[0], scenes('pooling', 'rivals', 1), networks.folder / f'{settings["pooling"]["trainings"]}.json')


class Networks:
    """Networks by the names that a study has for them."""

    def __init__(self, folder, cards):
        self.folder, self.cards, self.read = folder, cards, {}

    def __call__(self, name):
        if name not in self.read:
            self.read[name] = Network(self.folder, self.cards[name])
        return self.read[name]


def compare_claim(comparison, claim, theirs, ours, names):
    """The results, then every row of the paper's tables with its verdict."""
    result = {key: value for key, value in theirs['result'].items() if (claim, key) not in (('C1', 'photos'), ('C2', 'figures'), ('C2', 'seed'))}
    # A right answer that rounding decides moves a share by one of its cases, and both ends with it.
    if claim == 'C2':
        for one in ours['networks']:
            one['slack'] = TOLERANCE + 4 * one.pop('close') / one['dependence']['count']
        slacks = {one['name']: one.pop('slack') for one in ours['networks']}
        for one in result['networks']:
            mine = next(each for each in ours['networks'] if each['name'] == one['name'])
            comparison.anything(f'C2.{one["name"]}', one, mine, slacks[one['name']])
        slack = max(slacks.values())
    else:
        again = ours.pop('again', None)
        if again is not None:
            comparison.anything(f'C6, {again["network"]} measured again', again['recorded'], again['measured'])
        slack = OF_GRADIENTS if claim == 'C1' else TOLERANCE
        comparison.anything(claim, result, ours, slack)
    photos = claim == 'C1' and theirs['result'].get('photos') is not None
    of_scenes = [
        [one for one in subject['findings'] if one['of'] == 'scenes'] for subject in theirs['subjects']
    ]
    of_scenes = [findings for findings in of_scenes if findings]
    subjects = judged(claim, ours, names)
    if len(of_scenes) != len(subjects):
        comparison.differ(f'{claim}, subjects', len(of_scenes), len(subjects))
    for i, (findings, rows) in enumerate(zip(of_scenes, subjects)):
        verdicts = compare_rows(comparison, f'{claim}, table', findings, rows, slack)
        said = [one['verdict'] for one in findings]
        if said != verdicts:
            comparison.differ(f'{claim}, verdicts of {[row[0] for row in rows]}', said, verdicts)
        if not photos and theirs['subjects'][i]['verdict'] != of_all(verdicts):
            comparison.differ(f'{claim}, verdict {i}', theirs['subjects'][i]['verdict'], of_all(verdicts))
    details = [one for one in theirs['details'] if one.get('of', 'scenes') == 'scenes']
    compare_rows(comparison, f'{claim}, rows', details, beside(claim, ours, names), slack)
    return [(row[0], *(verdict(row[1], row[2]),), row[1]) for rows in subjects for row in rows]


def compare_rows(comparison, where, theirs, ours, slack):
    words = [[one['measure'] for one in theirs], [row[0] for row in ours]]
    if words[0] != words[1]:
        comparison.differ(f'{where}, measures', *words)
        return []
    for row, entry in zip(ours, theirs):
        comparison.estimate(f'{where}: {row[0]}', entry['estimate'], row[1], slack)
        if len(row) > 2 and entry['above'] != row[2]:
            comparison.differ(f'{where}: {row[0]}, bound', entry['above'], row[2])
    return [verdict(row[1], row[2]) for row in ours if len(row) > 2]


def in_tables(study, cards, networks):
    """How the tables call each network: as the study does, without an article, else by its title."""
    names = {}
    for name in cards:
        called = study['networks'].get(name, {}).get('called') or networks(name).title
        names[cards[name]] = re.sub(r'^(?:the|an?) ', '', called, flags=re.I)
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('numbers', type=Path, help='what whylight report --json wrote')
    parser.add_argument('scenes', type=Path, help='the folder of whylight scenes --claims for the same study')
    parser.add_argument('--networks', type=Path, default=Path(__file__).resolve().parents[2] / 'networks')
    parser.add_argument('--only', nargs='+', help='claims, as C1 C4')
    parser.add_argument('--tables', action='store_true', help='print the judged numbers as they come out')
    request = parser.parse_args()
    report = json.loads(request.numbers.read_text(encoding='utf8'))
    index = json.loads((request.scenes / 'index.json').read_text(encoding='utf8'))
    if report['study']['claims'] != index['claims']:
        sys.exit(f'{request.scenes} holds the scenes of other claims than those of {request.numbers}')
    networks = Networks(request.networks, index['networks'])
    names = in_tables(report['study'], index['networks'], networks)
    comparison, note = Comparison(), measure.Notes()
    for claim, theirs in report['claims'].items():
        if request.only and claim not in request.only:
            continue
        ours = plain_numbers(recomputed(claim, theirs['result'], index, request.scenes, networks, note))
        before = len(comparison.differences)
        rows = compare_claim(comparison, claim, theirs, ours, names)
        print(f'{claim}: {"as the report says" if len(comparison.differences) == before else "differs"}', flush=True)
        for words, answer, estimate in rows if request.tables else []:
            print(f'  {words}: {estimate["value"]:.6f} [{estimate["low"]:.6f}, {estimate["high"]:.6f}], n = {estimate["count"]}: {answer}')
    if report['claims'].get('C1', {}).get('result', {}).get('photos') is not None:
        print('C1 on photos is not computed again.')
    print(f'{comparison.estimates} estimates and {comparison.numbers} numbers compared. Largest differences:')
    for (claim, kind), (distance, path) in sorted(comparison.largest.items()):
        if distance > 0:
            print(f'  {claim} {kind}: {distance:.1e} ({path})')
    for line in dict.fromkeys(note.lines):
        print(f'decided by rounding: {line}')
    for line in comparison.differences:
        print(f'differs: {line}')
    sys.exit(1 if comparison.differences else 0)


if __name__ == '__main__':
    main()
