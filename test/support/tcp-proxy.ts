import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Stands between a client and a server of the loopback interface, and can be cut. */
export interface Proxy {
  readonly port: number;
  /** Ends all connections, and refuses new ones until `mend`. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export async function startProxy(target: number): Promise<Proxy> {
  const open = new Set<Socket>();
  let isCut = false;
  let count = 0;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    count++;
    const far = createConnection(target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    connections: () => count,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
