import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const find = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();

/** The machine's Redis or Valkey; empty where it has none, and tests of the queue are skipped. */
export const serverProgram = find('redis-server') || find('valkey-server');

/** A server of the test's own, on the loopback interface alone. */
export interface RedisServer {
  readonly port: number;
  readonly address: string;
  /** Ends it, by default at once and without a word, as a power cut would; its folder stays. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/** A port of the loopback interface on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts a server whose append-only file lies in `folder`: started there again, it has what it had.
 * @param more further settings, as on its command line
 */
export async function startRedis(folder: string, port: number, more: readonly string[] = []): Promise<RedisServer> {
  const settings = [
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--save',
    '',
  ];
  const plain = more.includes('--tls-port') ? ['--port', '0'] : ['--port', String(port)];
  const child = spawn(serverProgram, [...plain, ...settings, ...more], { stdio: 'ignore' });
  await listening(child, port);
  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };
  return { port, address: `redis://127.0.0.1:${port}`, stop };
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  for (let i = 0; i < 200 && child.exitCode === null; i++) {
    const socket = createConnection(port, '127.0.0.1');
    const answers = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      sleep(1000, false),
    ]);
    socket.destroy();
    if (answers) return;
    await sleep(50);
  }
  throw new Error(`redis-server did not start on port ${port}`);
}
