import { vi } from 'vitest';
import { main } from '../../src/cli/main';

/** Runs one command line in this process and catches what it prints. */
export async function runCommand(...argv: readonly string[]) {
  const [out, error]: [string[], string[]] = [[], []];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => error.push(String(text)) > 0);
  try {
    const code = await main(argv);
    return { code, out: out.join(''), error: error.join('') };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
    process.exitCode = undefined;
  }
}
