import { describe, expect, it } from 'vitest';
import type { Network } from '../../../src/explain/network/network';
import type { MeasuredClaim } from '../../../src/report/claims/claim';
import { claimsReport } from '../../../src/report/claims/report';
import {
  allMeasured,
  biasOf,
  gradients,
  instancesOf,
  measuredClaim,
  network,
  pointing,
  poolingOf,
  rivals,
} from '../../support/claims';
import { blockText, proseText } from '../../support/prose';

const told = (...measured: MeasuredClaim[]) => {
  const { section, discussion, abstract } = claimsReport(measured, new Map());
  return `${blockText(section)}\n${abstract.map(proseText).join('\n')}\n${blockText(discussion)}`;
};

const cases: readonly (readonly [string, string, unknown, readonly RegExp[]])[] = [
  [
    'C1',
    'holds',
    { scenes: gradients(0.9, 0.1), photos: null },
    [
      /correlate by 0\.90 \[0\.88, 0\.92\] and the gradients with their sign by 0\.10 \[0\.08, 0\.12\], a difference of 0\.80/,
      /: the claim holds\./,
      /beside a method that keeps it/,
    ],
  ],
  [
    'C1',
    'holds in both gauges, more for classes that are there',
    { scenes: gradients(0.9, 0.1, { centred: [0.8, 0], absent: 0.6 }), photos: null },
    [
      /defined up to a term that all classes share\. Of the logits less their mean the absolute maps correlate by 0\.80 .* with their sign by 0\.00/,
      /in both gauges: the claim holds\./,
      /r of absolute maps, centred logits\|> 0\.5\|0\.80/,
      /dog, wolf: absolute, both absent, centred\|r\|0\.60\|0\.58\|0\.62\|40$/m,
      /correlate by 0\.50 \[0\.48, 0\.52\] \(centred 0\.50 .*both not there by 0\.60 .* \(centred 0\.60 .*there correlate by 0\.30 \[0\.28, 0\.32\] more \(centred 0\.20 \[0\.18, 0\.22\] more\) than two that are not\./,
    ],
  ],
  [
    'C1',
    'fails in the other gauge, and an absent class is as much alike',
    { scenes: gradients(0.9, 0.1, { centred: [0.3, 0], absent: 0.88 }), photos: null },
    [
      /by less than 0\.5 in one gauge at least, so they differ/,
      /there correlate by 0\.02 \[0\.00, 0\.04\] more \(centred 0\.58 \[0\.56, 0\.60\] less\)/,
    ],
  ],
  [
    'C1',
    'holds, but not for the other kind of pair',
    { scenes: gradients(0.7, 0.1, { other: -0.3 }), photos: null },
    [
      /For the net the saliency maps of two classes of one scene correlate by 0\.70/,
      /By the kind of pair the claim holds for “dog, wolf” and fails for “bee, ant”\./,
    ],
  ],
  [
    'C1',
    'holds for each kind of pair',
    { scenes: gradients(0.9, 0.1, { other: -0.1, centred: [0.8, 0] }), photos: null },
    [/opposed is in part by construction\. The absolute maps/, /For each kind of pair alone the claim holds as well\./],
  ],
  [
    'C1',
    'holds, and the absent class is as much alike',
    { scenes: gradients(0.9, 0.1, { absent: 0.88 }), photos: null },
    [
      /0\.02 \[0\.00, 0\.04\] more than two that are not: to within 0\.1 their likeness does not depend on whether they are in the picture\./,
    ],
  ],
  [
    'C1',
    'holds, and the absent class leaves it open; two classes',
    { scenes: gradients(0.9, 0.1, { absent: 0.81, oppositeCentred: true }), photos: null },
    [
      /Of the two logits less their mean the gradients differ by their sign alone, by construction\./,
      /there correlate by 0\.09 \[0\.07, 0\.11\] more than two that are not\./,
    ],
  ],
  [
    'C1',
    'fails, for the maps differ',
    { scenes: gradients(0.3, 0.1), photos: null },
    [
      /by less than 0\.5, so they differ from class to class as well: the claim fails/,
      /correlate by less than 0\.5, against/,
    ],
  ],
  [
    'C1',
    'fails, for the sign says nothing more',
    { scenes: gradients(0.9, 0.88), photos: null },
    [
      /less than 0\.1: the absolute value tells the classes apart as well, and the claim fails/,
      /as well as the sign does, to within/,
    ],
  ],
  [
    'C1',
    'open',
    { scenes: gradients(0.51, 0.1), photos: null },
    [/the claim stays open/, /do not decide whether the absolute gradient/],
  ],
  [
    'C1',
    'by construction',
    { scenes: gradients(1, -1, { byConstruction: true }), photos: null },
    [/there is nothing to measure: it has one logit/],
  ],
  [
    'C1',
    'by construction on scenes, open on photos',
    { scenes: gradients(1, -1, { byConstruction: true }), photos: gradients(0.6, 0.2, { half: 0.3, count: 5 }) },
    [
      /there is nothing to measure: it has one logit/,
      /On 5 photos .* the claim stays open/,
      /On photos the numbers do not decide/,
      /Hoeffding/,
      /classes of one photo correlate by 0\.60/,
    ],
  ],
  [
    'C2',
    'holds',
    biasOf([{ title: 'Biased', own: 1, swapped: 0 }]),
    [
      /Biased is right on 100\.0 % \[99\.0, 100\.0\], and of the same animals on the other class’s on 0\.0 % .*: it depends on the background/,
      /\|yes/,
      /The probability of the true class falls by 90\.0 percentage points \[89\.0, 91\.0\] with the swap/,
      /the worst of the 4 groups of one class on one background is wolf on “grass”, with 0\.0 % \[−1\.0, 1\.0\] of 33/,
      /biased: wolf, centre blob outside\|%\|70\.0\|68\.0\|72\.0\|100$/im,
      /60\.0 % .* lies outside the animal; of a plain Gaussian .*, 70\.0 % .* does, and of an even map 80\.0 %/,
      /10\.0 percentage points less \[8\.0, 12\.0\] outside than that blob\./,
      /alone would not tell: 60\.0 % of its positive mass lies outside the animal, less than the 70\.0 % of a plain blob/,
    ],
  ],
  [
    'C2',
    'holds, with no map',
    biasOf([{ title: 'Biased', own: 1, swapped: 0, outside: null }]),
    [/depend on the background: .* on 0\.0 % where it is the other class’s\.$/m],
  ],
  [
    'C2',
    'holds, and its map is no nearer to the animal than a blob',
    biasOf([{ title: 'Biased', own: 1, swapped: 0, outside: 0.8 }]),
    [
      /10\.0 percentage points more \[8\.0, 12\.0\] outside than that blob: one that has seen neither picture nor network has more/,
    ],
  ],
  [
    'C2',
    'holds, and its map is like a blob',
    biasOf([{ title: 'Biased', own: 1, swapped: 0, outside: 0.71 }]),
    [/1\.0 percentage points more \[−1\.0, 3\.0\] outside than that blob, which settles no difference/],
  ],
  [
    'C2',
    'fails within the margin',
    biasOf([{ title: 'Fair', own: 1, swapped: 0.995 }]),
    [
      /0\.5 percentage points fewer \[−0\.5, 1\.5\]: to within 2 percentage points it does not depend on which of the two/,
      /\|no$/m,
      /by more than 2 percentage points is ruled out for Fair/,
    ],
  ],
  [
    'C2',
    'fails on the other side',
    biasOf([{ title: 'Odd', own: 0.5, swapped: 0.75 }]),
    [/25\.0 percentage points more \[24\.0, 26\.0\]: it is not helped by/],
  ],
  [
    'C2',
    'open for equal values of few scenes',
    biasOf([{ title: 'Fair', own: 1, swapped: 1, half: 0.031 }]),
    [
      /0\.0 percentage points fewer \[−3\.1, 3\.1\]: whether it depends on the background stays open/,
      /\|open/,
      /For Fair these scenes do not decide/,
    ],
  ],
  [
    'C3',
    'holds in the mean',
    rivals(0.2),
    [
      /rises by 20\.0 percentage points \[18\.0, 22\.0\] in the mean; it rises in 80\.0 % .* of the cases and falls in 20\.0 %/,
      /In the mean the claim holds, not in every case/,
      /and lowers it in 20\.0 % of the cases/,
      /from 45\.0 % \[43\.0, 47\.0\] beside the rival to 65\.0 % \[63\.0, 67\.0\] alone\. Beside the rival it is a half at most/,
      /P\(target\) beside the rival: all\|%\|45\.0\|43\.0\|47\.0\|40$/m,
      /raises the target’s probability, as the net gives it, by 20\.0/,
      /the interval lies above zero for dog and wolf\./,
      /rises by 10\.0 percentage points .* with black, rises by 20\.0 .* with grey/,
      /rival drawn out: wolf\|pp\|10\.0\|8\.0\|12\.0\|40$/m,
      /No class has one of these changes wholly below zero/,
      /in the mean, and higher in 80\.0 % of the cases/,
    ],
  ],
  ['C3', 'holds in every case', rivals(0.2, { lowered: 0 }), [/falls by 30\.0 .*\. The claim holds\./]],
  [
    'C3',
    'holds, where paint says the opposite',
    rivals(0.2, { black: -0.2 }),
    [/rival black: wolf\|pp\|−30\.0/, /Wholly below zero are the intervals of dog \(black\) and wolf \(black\)\./],
  ],
  [
    'C3',
    'fails on the other side',
    rivals(-0.2),
    [
      /falls by 20\.0 percentage points \[18\.0, 22\.0\]/,
      /in the mean the target is lowered/,
      /without a competing animal lowers the target’s probability, as the net gives it, by 20\.0 percentage points in the mean\./,
      /the interval lies below zero for dog and wolf\./,
      /probability is lower here, against/,
    ],
  ],
  [
    'C3',
    'fails within the margin',
    rivals(0.005, { half: 0.01, black: 0 }),
    [
      /raised by less than 2 percentage points, if at all\./,
      /above zero for dog and below zero for wolf\./,
      /is higher by less than 2 percentage points here/,
    ],
  ],
  [
    'C3',
    'open',
    rivals(0.02),
    [/Whether the target is raised by more than 2 percentage points stays open/, /these scenes do not decide/],
  ],
  [
    'C4',
    'holds, uneven scores untested',
    pointing(0.9),
    [
      /hits its own 85\.0 percentage points more often \[83\.0, 87\.0\].*hits 40\.0 percentage points more often .* and 70\.0 percentage points more often .* The claim holds\./,
      /None of 480 scenes .* 10 times less probable than the other: .* was not tested/,
      /90\.0 % \(rival 1 to 10 times, 73 maps\)/,
      /dog: own less random point\|pp\|70\.0\|68\.0\|72\.0\|40$/m,
      /finds its own animal 85\.0 percentage points more often than the other\.$/m,
    ],
  ],
  [
    'C4',
    'holds, at uneven scores too',
    pointing(0.9, { unlikely: 0.8 }),
    [
      /Of 480 such scenes 40 are taken .* picked by their probabilities, not by their maps, and as many of each class/,
      /By class the interval of own less other lies above zero for wolf and below zero for bee\./,
      /smaller too, which may tell on the maps as much as the scores do\. The maps/,
      /map of the net lies on .* where its animal is drawn smaller and the class is at least 10 times less probable than the other, in 80\.0 % and 5\.0 %/,
      /on its own animal in 80\.0 % .* and on the other one in 5\.0 % .* The maps separate classes at scores so uneven too/,
      /the same less centre, uneven\|> 2 pp\|70\.0/,
      /For a class whose animal is drawn smaller and that is at least 10 times less probable than the other their peak is on its own animal 75\.0 percentage points/,
    ],
  ],
  [
    'C4',
    'holds, not at uneven scores: the peak stays on the other animal',
    pointing(0.9, { unlikely: 0.3, other: 0.35, usual: 31 }),
    [
      /as much as the scores do: of the usual size, at a ratio as uneven, the peak hits its own in 90\.0 % \(31 maps\)\./,
      /5\.0 percentage points less often .*the maps do not hit their own animal by more than 2/,
      /The claim holds\./,
      /do not separate a class whose animal is drawn smaller and that is at least 10 times less probable/,
    ],
  ],
  [
    'C4',
    'holds, open at uneven scores',
    pointing(0.9, { unlikely: 0.38, other: 0.35 }),
    [
      /At scores so uneven the claim stays open/,
      /in 38\.0 % and 35\.0 %, which settles no difference\.$/m,
      /stays open: 38\.0 % of the peaks are on its own animal, 35\.0 % on the other/,
    ],
  ],
  [
    'C4',
    'fails',
    pointing(0.3),
    [
      /20\.0 percentage points less often .* The claim fails: the maps are not better/,
      /do not separate the two classes here/,
    ],
  ],
  [
    'C4',
    'fails for a map that reads no class',
    pointing(0.9, { other: 0.9, half: 0.01 }),
    [/hits its own 0\.0 percentage points more often .* The claim fails/],
  ],
  ['C4', 'open', pointing(0.53), [/The claim stays open/, /Whether class activation maps separate the/]],
  [
    'C5',
    'holds',
    instancesOf(1, 0.8),
    [
      /20\.0 percentage points fewer \[.*The claim holds\./,
      /6 animals: peaks at random in boxes\|%\|60\.0\|/,
      /against the boxes the maps find 20\.0 percentage points more \[19\.5, 20\.5\]\./,
      /of the peaks at random in boxes the share is smaller by 10\.0 percentage points \[9\.5, 10\.5\] among six than alone\./,
      /By the kind of animal the interval of alone less among several lies above zero for dog and on both sides of zero for ant\./,
      /have a peak of the map of the net, of one of them alone 100\.0 %/,
      /of six animals they miss 20\.0 %, of one alone 0\.0 %/,
    ],
  ],
  [
    'C5',
    'holds, worse than peaks placed without looking',
    instancesOf(1, 0.5),
    [/find 10\.0 percentage points fewer \[9\.5, 10\.5\]: peaks placed without looking do better/],
  ],
  [
    'C5',
    'holds, like peaks placed without looking',
    instancesOf(1, 0.6),
    [/find 0\.0 percentage points more \[−0\.5, 0\.5\], which settles no difference/],
  ],
  [
    'C5',
    'fails within the margin',
    instancesOf(0.9, 0.9),
    [
      /The claim fails: of six animals the share is smaller by less than 2 percentage points, if at all/,
      /find six animals as well as one, to within 2/,
    ],
  ],
  [
    'C5',
    'open',
    instancesOf(0.98, 0.93, 0.05),
    [
      /5\.0 percentage points fewer \[.*The claim stays open/,
      /alone 98\.0 %, which settles no difference\.$/m,
      /more of several animals than of one, these scenes do not decide/,
    ],
  ],
  [
    'C6',
    'holds',
    poolingOf(0.1, -0.1),
    [
      /With global maximum pooling .*10\.0 percentage points more often \[8\.0, 12\.0\]/,
      /With four quarters side by side .*10\.0 percentage points less often \[8\.0, 12\.0\]/,
      /The guess holds/,
      /goes with global average pooling: with global maximum pooling they point better/,
      /Over five trainings of each pooling Grad-CAM peaks on the own animal 10\.0 percentage points more often \[8\.0, 12\.0\] with global maximum pooling and 10\.0 percentage points less often \[8\.0, 12\.0\] with four quarters/,
    ],
  ],
  [
    'C6',
    'fails',
    poolingOf(-0.1, -0.1),
    [
      /The guess fails: no other pooling points better by more than 2 percentage points/,
      /more peaks on own animal: four quarters side by side\|> 2 pp\|−10\.0\|−12\.0\|−8\.0\|40\|no$/m,
      /is not borne out/,
    ],
  ],
  ['C6', 'open', poolingOf(-0.1, 0.02), [/The guess stays open/, /these networks do not decide/]],
];

describe('sentences of the claims', () => {
  it.each(cases)('%s: %s', (id, _, result, expected) => {
    const networks = id === 'C1' ? [network, { name: 'other', title: 'the other' } as Network] : [network];
    const text = told(measuredClaim(id, result, networks));
    for (const words of expected) expect(text).toMatch(words);
    // What one result says another one does not: no sentence stands whatever the numbers are.
    const others = cases.filter(([other, , , words]) => other === id && words !== expected);
    const own = expected.at(-1)!;
    expect(others.every(([, , one]) => own.test(told(measuredClaim(id, one, networks))))).toBe(false);
  });

  it('judge each network in words of its own', () => {
    const text = told(
      measuredClaim(
        'C2',
        biasOf([
          { title: 'Fair', own: 1, swapped: 1 },
          { title: 'Biased', own: 1, swapped: 0 },
          { title: 'Unsure', own: 1, swapped: 0.97, half: 0.02 },
        ]),
      ),
    );
    expect(text).toMatch(/Fair\|> 2 pp\|0\.0\|−1\.0\|1\.0\|400\|no$/m);
    expect(text).toMatch(/Biased\|> 2 pp\|100\.0\|99\.0\|101\.0\|400\|yes$/m);
    expect(text).toMatch(/Unsure\|.*\|open/);
    expect(text).toContain(
      'C2 (does it depend on the background?) is asked row by row: yes where it holds, no where it fails.',
    );
    expect(text).toMatch(/answers of Biased depend .* ruled out for Fair\. For Unsure these scenes/);
  });

  it('stand in the order of the list, and speak only of what was measured', () => {
    const all = claimsReport(allMeasured(), new Map());
    expect(all.count).toBe(6);
    expect(all.methods).toEqual(['saliency', 'cam', 'grad-cam']);
    expect(all.section.flatMap((block) => (block.block === 'heading' ? [block.label] : []))).toEqual([
      'C1',
      'C2',
      'C3',
      'C4',
      'C5',
      'C6',
    ]);
    const one = claimsReport([measuredClaim('C4', pointing(0.9))], new Map());
    const text = `${blockText(one.section)} ${blockText(one.discussion)} ${one.abstract.map(proseText)}`;
    expect(text).toContain('here one is put to numbers');
    expect(text).not.toMatch(
      /C[12356]|Grad-CAM|background|pooling|instances|painted|Wilson|Newcombe|Hoeffding|Satterthwaite/,
    );
    expect(blockText(all.section)).toMatch(
      /Student’s .*, Wilson’s .*, Newcombe’s paired .* and Student’s with Satterthwaite’s/,
    );
    expect(one.introduction.map(proseText)).toEqual(['class activation maps separate classes']);
    expect(one.reproducibility.map(proseText)).toEqual(['C4 is measured on 40 scenes of two animals, 0 maps, seed 1.']);
  });

  it('name Hoeffding’s interval where any number has it, in the table or not', () => {
    const { pointing: all, uneven } = pointing(0.9);
    const bins = all.bins.map((bin) =>
      bin.shares === null ? bin : { ...bin, shares: { ...bin.shares, own: { ...bin.shares.own, count: 5 } } },
    );
    expect(told(measuredClaim('C4', { pointing: all, uneven }))).not.toContain('Hoeffding');
    expect(told(measuredClaim('C4', { pointing: { ...all, bins }, uneven }))).toContain(
      'Hoeffding’s where there are fewer than six',
    );
  });

  it('have no table where all is true by construction', () => {
    const text = told(measuredClaim('C1', { scenes: gradients(1, -1, { byConstruction: true }), photos: null }));
    expect(text).not.toMatch(/<table|holds|fails|correlate|put to numbers/);
  });
});
