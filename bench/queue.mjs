// What the queue costs: real jobs on a real Redis, with workers that only sleep. `node bench/queue.mjs --help`
import { spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const built = createRequire(path.resolve(import.meta.dirname, '../dist/queue/x.js'));
const { queueAddress } = built('./address.js');
const { connect } = built('./connection.js');
const { openStore } = built('./open-store.js');
const { noteEndings } = built('./run.js');
const { queueState } = built('./state.js');
const { submit } = built('./submit.js');
const { runWorker } = built('./worker.js');

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '4' },
    'per-photo': { type: 'string', default: '20' },
    aim: { type: 'string', default: '1000' },
    window: { type: 'string', default: '1000' },
    processes: { type: 'string', default: '1' },
    waiting: { type: 'boolean' },
    role: { type: 'string' },
    address: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) {
  console.log(`node bench/queue.mjs [--waiting] [--photos 2000] [--workers 4] [--processes 1] [--per-photo 20] [--aim 1000] [--window 1000]

Starts a Redis with an append-only file, submits PHOTOS, and lets WORKERS (spread over PROCESSES) sleep PER-PHOTO
milliseconds for each; jobs last AIM milliseconds. Prints what it cost as JSON: of time, Redis, bytes and memory.
--waiting prints what lies in its memory instead: of jobs that wait, with one photo and with ten, and of a run of ten million photos.`);
} else if (values.role === 'workers') await work();
else if (values.waiting) await weigh();
else await measure();

/** Workers in this process, each with connections of its own, as in processes of their own. */
async function work() {
  const address = queueAddress(values.address, {});
  const perUnit = Number(values['per-photo']);
  const plan = {
    identity: 'sleep',
    work: async () => {
      await sleep(perUnit);
      return { record: null, error: null };
    },
  };
  // Loaded before the count begins.
  built('bullmq');
  const begin = process.cpuUsage();
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const working = Promise.all(
    Array.from({ length: Number(values.workers) }, async () => {
      const client = await connect(address, { patience: null });
      await runWorker(client, { open: async () => plan, signal: end.signal }).catch((error) => {
        if (error.name !== 'AbortedError') throw error;
      });
      client.disconnect();
    }),
  );
  // One looks for all: what it asks is not to be counted a hundred times.
  const client = await connect(address);
  const isDone = ({ runs: [run] }) => run !== undefined && run.done === run.run.total;
  while (!isDone(await queueState(client))) await sleep(1000);
  client.disconnect();
  end.abort();
  await working;
  const { user, system } = process.cpuUsage(begin);
  process.stdout.write(`${(user + system) / 1000}\n`);
}

async function measure() {
  const [total, workers, processes] = [Number(values.photos), Number(values.workers), Number(values.processes)];
  await withRedis(async ({ folder, address, children }) => {
    writeFileSync(path.join(folder, 'photo.jpg'), 'one photo for all');
    const client = await connect(queueAddress(address, {}));
    const out = path.join(folder, 'out');
    // Names as long as those of people's photos; one file stands for all of them.
    const photos = Array.from({ length: total }, (_, i) => ({
      name: 'photo.jpg',
      base: `2024/holiday-at-sea/IMG_${i}`,
    }));
    const before = await figures(client);
    // Milliseconds of all workers.
    let cpu = 0;
    const started = performance.now();
    const args = [`--per-photo=${values['per-photo']}`, `--workers=${Math.ceil(workers / processes)}`];
    const starts = Array.from({ length: processes }, () => {
      const child = spawn(process.execPath, [process.argv[1], '--role=workers', `--address=${address}`, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      child.stdout.on('data', (text) => {
        cpu += Number(text);
      });
      return once(child, 'close');
    });
    const more = { photos: folder, out, aim: Number(values.aim), window: Number(values.window), pause: 100 };
    let peak = 0;
    const watch = setInterval(async () => {
      peak = Math.max(peak, (await figures(client)).memory);
    }, 1000);
    await submit(client, await openStore(out), photos, { plan: null, identity: 'sleep', ...more });
    const submitted = performance.now();
    await Promise.all(starts);
    clearInterval(watch);
    const seconds = (performance.now() - started) / 1000;
    const after = await figures(client);
    const { runs } = await queueState(client);
    const records = readdirSync(path.join(out, 'runs', runs[0].run.name, 'records'));
    const jobs = records.length;
    const ideal = (total * Number(values['per-photo'])) / 1000 / workers;
    const of = (name) => after[name] - before[name];
    console.log(
      JSON.stringify(
        {
          ...{ photos: total, done: runs[0].done, workers, processes, jobs, photosInAJob: total / jobs },
          ...{ seconds, ideal, overhead: seconds / ideal - 1, submitSeconds: (submitted - started) / 1000 },
          perJob: {
            commands: of('commands') / jobs,
            workerMilliseconds: cpu / jobs,
            redisMilliseconds: (1000 * of('cpu')) / jobs,
            bytesIn: of('bytesIn') / jobs,
            bytesOut: of('bytesOut') / jobs,
            appendOnlyBytes: of('aof') / jobs,
          },
          memory: { before: before.memory, peak, after: after.memory },
        },
        null,
        2,
      ),
    );
    client.disconnect();
  });
}

/** What waits and what is noted, in the server's memory. */
async function weigh() {
  await withRedis(async ({ folder, address }) => {
    const client = await connect(queueAddress(address, {}));
    const waiting = 1000;
    const bytesOf = async (photosInAJob) => {
      await client.flushall();
      const before = (await figures(client)).memory;
      const photos = Array.from({ length: waiting * photosInAJob }, (_, i) => ({
        name: `2024/holiday-at-sea/IMG_${i}.jpg`,
        base: `2024/holiday-at-sea/IMG_${i}`,
      }));
      const out = path.join(folder, 'out');
      const sizes = { aim: 1000 * photosInAJob, most: photosInAJob, window: 2 * waiting };
      await submit(client, await openStore(out), photos, { plan: null, identity: 'x', photos: folder, out, ...sizes });
      const { jobs } = await queueState(client);
      return { photosInAJob, jobs: jobs.waiting, bytesAJob: ((await figures(client)).memory - before) / jobs.waiting };
    };
    // What the first costs once and for all, scripts and buffers, is none of the jobs'.
    await bytesOf(1);
    const jobs = [await bytesOf(1), await bytesOf(10)];
    await client.flushall();
    const before = (await figures(client)).memory;
    await client.hset('whylight:run:x', 'plan', 'null');
    await noteEndings(client, 'x', [{ place: 9_999_999, error: 'the last' }], { milliseconds: 1, units: 1 });
    const run = (await figures(client)).memory - before;
    console.log(JSON.stringify({ jobs, bytesOfTenMillion: run }, null, 2));
    client.disconnect();
  });
}

/** A server of its own, gone behind the work. */
async function withRedis(work) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-queue-bench-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--save', ''];
  const redis = spawn('redis-server', settings, { stdio: 'ignore' });
  const children = [];
  try {
    await work({ folder, address: `redis://127.0.0.1:${port}`, children });
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    redis.kill('SIGTERM');
    if (redis.exitCode === null) await once(redis, 'close');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counters of the server. */
async function figures(client) {
  const text = await client.info('everything');
  const of = (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1] ?? 0);
  return {
    commands: of('total_commands_processed'),
    cpu: of('used_cpu_user') + of('used_cpu_sys'),
    bytesIn: of('total_net_input_bytes'),
    bytesOut: of('total_net_output_bytes'),
    memory: of('used_memory'),
    aof: of('aof_current_size'),
  };
}
