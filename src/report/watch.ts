import { watch } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { scriptHash } from '../page/policy';
import { composeReport, computeStudy, type ReportOptions, type StudyResults } from './report';
import type { Study } from './study';
import { templateFolders } from './templates';

/** What watching needs. */
export interface WatchOptions {
  /** Reads the study anew. */
  readonly study: () => Study;
  /** Its file, and those that it extends. */
  readonly studyFiles: readonly string[];
  readonly options: ReportOptions;
  readonly onBuilt: (milliseconds: number) => void;
  /** Told what is wrong with the study or a template; the page stays as it was. */
  readonly onMistake: (message: string) => void;
}

/** Asks the server for news and loads the page again; only in the page that is served, never in the file. */
const reload = 'new EventSource("/news").onmessage = () => location.reload();';

const asServed = (page: string) =>
  page
    .replace(
      "default-src 'none'; script-src",
      () => `default-src 'none'; connect-src 'self'; script-src ${scriptHash(reload)}`,
    )
    .replace('</body>', () => `<script>${reload}</script></body>`);

/**
 * Serves the HTML page on this machine alone and makes it again whenever the study or a template changes; results are
 * computed again only where the study changed. Ends with the options' signal.
 */
export async function watchReport({ study, studyFiles, options, onBuilt, onMistake }: WatchOptions) {
  let current = study();
  let results: StudyResults = await computeStudy(current, options);
  let page = '';
  const readers = new Set<ServerResponse>();

  const build = async () => {
    const started = performance.now();
    try {
      const next = study();
      if (JSON.stringify(next) !== JSON.stringify(current)) {
        results = await computeStudy(next, options, { study: current, results });
        current = next;
      }
      page = asServed(composeReport(current, results, options));
      onBuilt(performance.now() - started);
      for (const reader of readers) reader.write('data: built\n\n');
    } catch (error) {
      if (options.signal?.aborted) return;
      onMistake(error instanceof Error ? error.message : String(error));
    }
  };
  await build();

  let running: Promise<void> | null = null;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  // An editor writes a file in several steps: wait until they are over, and never build twice at once.
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (running !== null) {
        again = true;
        return;
      }
      running = build().finally(() => {
        running = null;
        if (again) changed();
        again = false;
      });
    }, 50);
  };
  const watchers = [
    ...templateFolders(options.template).map((folder) => watch(folder, { recursive: true }, changed)),
    // The folder, not the file: an editor that writes beside and renames would be lost after the first time.
    ...studyFiles.map((studyFile) =>
      watch(path.dirname(path.resolve(studyFile)), (_, file) => {
        if (file === path.basename(studyFile)) changed();
      }),
    ),
  ];

  const hosts = new Set<string>();
  const server = createServer((request, response) => {
    // A page of another site whose name leads here (DNS rebinding) asks with that name.
    if (!hosts.has(request.headers.host ?? '')) response.writeHead(403).end();
    else if (request.url === '/news') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.flushHeaders();
      readers.add(response);
      request.once('close', () => readers.delete(response));
    } else if (request.url === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(page);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const name of ['127.0.0.1', 'localhost']) hosts.add(`${name}:${port}`);
  const stopped = new Promise<void>((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      for (const reader of readers) reader.end();
      server.close(() => resolve());
      server.closeAllConnections();
    };
    if (options.signal?.aborted) stop();
    else options.signal?.addEventListener('abort', stop, { once: true });
  });
  return { address: `http://127.0.0.1:${port}/`, stopped };
}
