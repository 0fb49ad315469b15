import { Command } from 'commander';
import type { Card } from '../explain/methods/define-method';
import { cardJson } from './card-json';
import { jsonOption, withOption } from './options';
import { table } from './table';

const flags = ['size', 'stride', 'fill', 'layer', 'seed'];
const flagOf = (option: string) => (flags.includes(option) ? `--${option}` : `--option ${option}=…`);

interface MethodsRequest {
  readonly json?: boolean;
  readonly with?: readonly string[];
}

/** `whylight methods`: what can be asked of a network. */
export function methodsCommand(): Command {
  return new Command('methods')
    .description(
      'List the explanation methods and the views of a network: what each is called, whose it is, and what it costs.',
    )
    .argument('[name]', 'one of them: its formula, when to use it and when not, and each of its options')
    .addOption(withOption())
    .addOption(jsonOption())
    .action(async (name: string | undefined, { json = false, with: modules }: MethodsRequest) => {
      if (modules !== undefined) (await import('./with.js')).addModules(modules);
      const { findCard, methods, views } = await import('../explain/methods/index.js');
      const cards: readonly Card[] = name === undefined ? [...methods, ...views] : [findCard(name)];
      if (json) {
        const all = await Promise.all(cards.map(cardJson));
        process.stdout.write(`${JSON.stringify(name === undefined ? all : all[0], null, 2)}\n`);
        return;
      }
      if (name !== undefined) {
        process.stdout.write(await describe(cards[0]!));
        return;
      }
      const rows = cards.map(({ name, title, source, cost, schema }) => [
        name,
        title,
        source,
        cost,
        Object.keys(schema.shape).map(flagOf).join(' '),
      ]);
      process.stdout.write(`${table([['METHOD', 'TITLE', 'SOURCE', 'COST', 'OPTIONS'], ...rows])}\n`);
      process.stdout.write(
        `\n${methods.length} methods and ${views.length} views of the network; whylight methods NAME says all of one.\n`,
      );
    });
}

/** One method in words. */
async function describe({
  name,
  title,
  unit,
  formula,
  where,
  sentence,
  use,
  avoid,
  cost,
  needs,
  bibtex,
  schema,
}: Card) {
  const { describeOptions } = await import('../explain/methods/method-options.js');
  const { referenceText } = await import('../report/bibliography.js');
  const rows = [
    ['use it', use],
    ['not', avoid],
    ['cost', cost],
    ['needs', needs.join(', ') || 'the outputs alone'],
    ['unit', unit],
    ['source', referenceText(bibtex)],
  ].filter((row): row is [string, string] => row[1] !== undefined);
  const options = describeOptions(schema).map(({ name, allowed, unit, default: standard, effect }) => [
    `  ${flagOf(name)}`,
    `${effect} (${[unit, allowed, standard && `default: ${standard}`].filter(Boolean).join('; ')})`,
  ]);
  return [
    `${title} (${name}) ${sentence}.`,
    '',
    `  ${formula}`,
    ...(where === undefined ? [] : [`  ${where.replaceAll('$', '')}`]),
    '',
    table(rows),
    ...(options.length === 0 ? [] : ['options', table(options)]),
    '',
  ].join('\n');
}
