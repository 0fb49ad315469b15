import { Command } from 'commander';
import { jsonOption } from './options';
import { table } from './table';

const flags = ['size', 'stride', 'fill', 'layer', 'seed'];

/** `whylight methods`: what can be asked of a network. */
export function methodsCommand(): Command {
  return new Command('methods')
    .description(
      'List the explanation methods and the views of a network: what each is called, whose it is, and what it costs.',
    )
    .addOption(jsonOption())
    .action(async ({ json = false }: { json?: boolean }) => {
      const { methods: maps, views } = await import('../explain/methods/index.js');
      const methods = [...maps, ...views].map(
        // The words alone: functions and schemas are no JSON.
        ({ name, title, unit, paper, needs, cost, options }) => ({ name, title, unit, paper, needs, cost, options }),
      );
      if (json) {
        process.stdout.write(`${JSON.stringify(methods, null, 2)}\n`);
        return;
      }
      const rows = methods.map(({ name, title, paper, cost, options }) => [
        name,
        title,
        paper,
        cost,
        options.map((option) => (flags.includes(option) ? `--${option}` : `--option ${option}=…`)).join(' '),
      ]);
      process.stdout.write(`${table([['METHOD', 'TITLE', 'PAPER', 'COST', 'OPTIONS'], ...rows])}\n`);
    });
}
