import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server saw it. */
export interface Seen {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** A publisher of one file on this machine, whose manners a test can change while it runs. */
export class FileServer {
  content: Uint8Array = new Uint8Array(0);
  /** `null`: says nothing to know the file again by. */
  tag: string | null = '"one"';
  /** Cuts the connection after so many bytes of each answer's body. */
  cutAfter = Number.POSITIVE_INFINITY;
  /** Answers this and nothing else. */
  status: number | null = null;
  ranges = true;
  /** Sends the first bytes and then nothing more. */
  stallAfter = Number.POSITIVE_INFINITY;
  /** Ms between pieces of 10,000 bytes. */
  slowness = 0;
  readonly seen: Seen[] = [];
  #port = 0;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  url(name: string): string {
    return `http://127.0.0.1:${this.#port}/${name}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { range } = request.headers;
    const ifRange = request.headers['if-range'] as string | undefined;
    this.seen.push({ range, ifRange });
    if (this.status !== null) {
      response.writeHead(this.status).end('no');
      return;
    }
    const same = ifRange === undefined || ifRange === this.tag;
    const start = this.ranges && same ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0;
    if (start >= this.content.length) {
      response.writeHead(416, { 'content-range': `bytes */${this.content.length}` }).end();
      return;
    }
    const body = this.content.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(this.tag === null ? {} : { etag: this.tag }),
      ...(start > 0 ? { 'content-range': `bytes ${start}-${this.content.length - 1}/${this.content.length}` } : {}),
    });
    const limit = Math.min(this.cutAfter, this.stallAfter, body.length);
    for (let at = 0; at < limit && !response.destroyed; at += 10_000) {
      await new Promise((resolve) => response.write(body.subarray(at, Math.min(limit, at + 10_000)), resolve));
      if (this.slowness > 0) await new Promise((resolve) => setTimeout(resolve, this.slowness));
    }
    if (this.cutAfter < body.length) {
      // A connection that is reset takes along what the other side has not read yet.
      await new Promise((resolve) => setTimeout(resolve, 50));
      response.destroy();
    }
    if (limit === body.length) response.end();
  }
}
