import { Command } from 'commander';
import type { Measure } from '../explain/measures/define-measure';
import { cardJson } from './card-json';
import { jsonOption } from './options';
import { table } from './table';

/** `whylight measures`: what a map can be tested by. */
export function measuresCommand(): Command {
  return new Command('measures')
    .description(
      'List the measures by which maps are tested, and the maps that know nothing which they are compared with.',
    )
    .argument('[name]', 'one of them: its formula, which end is better, and what it rewards beside the truth')
    .addOption(jsonOption())
    .action(async (name: string | undefined, { json = false }: { readonly json?: boolean }) => {
      const { findMeasure, measures } = await import('../explain/measures/index.js');
      const { measureQuestions } = await import('../explain/measures/define-measure.js');
      const { baselines } = await import('../explain/measures/baselines/index.js');
      const list = name === undefined ? measures : [findMeasure(name)];
      if (json) {
        const all = await Promise.all(list.map(cardJson));
        process.stdout.write(`${JSON.stringify(name === undefined ? all : all[0], null, 2)}\n`);
        return;
      }
      if (name !== undefined) {
        process.stdout.write(await describe(list[0]!));
        return;
      }
      const parts = Object.entries(measureQuestions).flatMap(([question, words]) => {
        const own = measures.filter((measure) => measure.question === question);
        const rows = own.map((one) => [one.name, one.better, one.unit, one.source, one.cost]);
        return own.length === 0 ? [] : [table([[words, 'BETTER', 'UNIT', 'SOURCE', 'COST'], ...rows])];
      });
      const compared = table([
        ['Maps to compare with', 'WHAT IT IS'],
        ...baselines.map((one) => [one.name, one.sentence]),
      ]);
      process.stdout.write(`${[...parts, compared].join('\n\n')}\n\nwhylight measures NAME says all of one.\n`);
    });
}

/** One measure in words. */
async function describe(measure: Measure): Promise<string> {
  const { describeOptions } = await import('../explain/methods/method-options.js');
  const { referenceText } = await import('../report/bibliography.js');
  const { measureQuestions } = await import('../explain/measures/define-measure.js');
  const { name, title, sentence, formula, where, question, better, unit, caution, cost, needs, bibtex, schema } =
    measure;
  const options = describeOptions(schema).map((option) => [
    `  --option ${name}.${option.name}=…`,
    `${option.effect} (${[option.unit, option.allowed, option.default && `default: ${option.default}`].filter(Boolean).join('; ')})`,
  ]);
  return [
    `${title} (${name}) ${sentence}.`,
    '',
    `  ${formula}`,
    ...(where === undefined ? [] : [`  ${where.replaceAll('$', '')}`]),
    '',
    table([
      ['asks', measureQuestions[question]],
      ['better', better],
      ['unit', unit],
      ['but', caution],
      ['cost', cost],
      ['needs', needs.join(', ') || 'the map and the network'],
      ['source', referenceText(bibtex)],
    ]),
    ...(options.length === 0 ? [] : ['options', table(options)]),
    '',
  ].join('\n');
}
