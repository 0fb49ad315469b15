import { spawn } from 'node:child_process';

/** Ms in which an opener says that it failed; one that stays is at work. */
const PATIENCE = 2000;

/** Opens a file or an address with what the system has for it, and says on stderr where that fails. */
export function show(target: string): void {
  const [command, ...args] = {
    darwin: ['open', target],
    win32: ['cmd', '/c', 'start', '', target],
  }[process.platform as string] ?? ['xdg-open', target];
  const failed = (why: string) => process.stderr.write(`cannot open ${target}: ${why}\n`);
  const opener = spawn(command!, args, { detached: true, stdio: 'ignore' });
  opener.on('error', ({ code, message }: NodeJS.ErrnoException) =>
    failed(code === 'ENOENT' ? `there is no ${command} on this machine` : message),
  );
  opener.on('exit', (code) => code !== 0 && failed(`${command} ended with ${code ?? 'a signal'}`));
  setTimeout(() => opener.unref(), PATIENCE).unref();
}
