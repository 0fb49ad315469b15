import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { attempt, inProject, must, sha256, stamp } from '../../scripts/setup/tools.mjs';

/** The Python in `WHYLIGHT_PYTHON`, or one of the bench's own in `.venv-bench`, made at first use. */
export function peersPython(log) {
  if (process.env.WHYLIGHT_PYTHON) return process.env.WHYLIGHT_PYTHON;
  const python = inProject('.venv-bench/bin/python');
  const requirements = inProject('bench/peers/requirements.txt');
  const wanted = sha256(requirements);
  if (stamp.is('bench', wanted) && attempt(python, ['-c', 'import captum, lime, pytorch_grad_cam']).ok) return python;
  log('Installing PyTorch, Captum, pytorch-grad-cam and lime into .venv-bench');
  const advice = 'or name a Python that has what bench/peers/requirements.txt lists in WHYLIGHT_PYTHON';
  if (!existsSync(python)) {
    must('python3', ['-m', 'venv', inProject('.venv-bench')], {}, `install python3-venv, ${advice}`);
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  must(python, [...pip, '-r', requirements], { minutes: 60 }, `check the connection to PyPI, ${advice}`);
  // It asks for torchvision, whose compiled operators do not load beside every torch; the worker needs none of it.
  must(python, [...pip, '--no-deps', 'grad-cam==1.5.7'], { minutes: 10 }, `check the connection to PyPI, ${advice}`);
  stamp.set('bench', wanted);
  return python;
}

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
