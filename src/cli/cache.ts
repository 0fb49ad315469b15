import { Argument, Command } from 'commander';
import { storedKinds } from '../explain/store/inventory';
import { jsonOption } from './options';

interface CacheRequest {
  readonly json?: boolean;
}

/** `whylight cache`: what is kept between runs, how much of it, and whether it is whole. */
export function cacheCommand(): Command {
  const command = new Command('cache')
    // So that an option behind a subcommand is the subcommand's.
    .enablePositionalOptions()
    .description('Show what is kept between runs: where it lies, of which kind, and how much.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Kinds
  maps, measurements, maximised    results of whylight report
  features                         a backbone's answers to training photos (whylight train)
  trials                           what this processor gains by bfloat16 (--quality)
  unfinished                       interrupted runs, kept for two weeks
  weights                          downloaded files of the networks that whylight networks lists
WHYLIGHT_CACHE names another folder. An interrupted training through layers lies in its --out.

Examples:
  whylight cache verify
  whylight cache clear maps features`,
    )
    .action(async ({ json }: CacheRequest) => (await import('./cache-work.js')).showCache(json));
  command
    .command('verify')
    .description('Check every entry and the weights, and name those that are damaged.')
    .addOption(jsonOption())
    .action(async ({ json }: CacheRequest) => (await import('./cache-work.js')).verifyCache(json));
  command
    .command('clear')
    .description('Remove what is kept; downloaded weights only where they are named.')
    .addArgument(new Argument('[kind...]', 'default: all but weights').choices([...storedKinds, 'weights']))
    .addOption(jsonOption())
    .action(async (kinds: readonly string[], { json }: CacheRequest) =>
      (await import('./cache-work.js')).clearCache(kinds, json),
    );
  return command;
}
