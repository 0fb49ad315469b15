import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A worker process that answers one JSON line for each JSON line; `ask` waits for the answer. */
export function startWorker(program, args) {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-4000);
  });
  const waiting = [];
  const gone = (why) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the peers' process ${why}\n${said}`));
  };
  let ended = null;
  child.on('error', (error) => {
    ended = `cannot be started: ${error.message}`;
    gone(ended);
  });
  child.on('exit', (code, signal) => {
    ended ??= `ended (${signal ?? code})`;
    gone(ended);
  });
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { resolve, reject } = waiting.shift();
    const answer = JSON.parse(line);
    if (answer.error) reject(new Error(`the peers: ${answer.error}`));
    else resolve(answer);
  });
  return {
    ask: (command, options = {}) =>
      new Promise((resolve, reject) => {
        if (ended !== null) {
          reject(new Error(`the peers' process ${ended}\n${said}`));
          return;
        }
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify({ do: command, ...options })}\n`);
      }),
    stop: () => child.stdin.end(),
  };
}
