// What a queue of real workers costs beside the same photos on one machine alone. `node bench/workers.mjs --help`
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const project = path.resolve(import.meta.dirname, '..');
const built = createRequire(path.join(project, 'dist/scenes/x.js'));
const { drawScene } = built('./scene.js');
const { singleScene } = built('./study-scenes.js');
const { connect } = built('../queue/connection.js');
const { queueAddress } = built('../queue/address.js');

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '8,32' },
    rounds: { type: 'string', default: '3' },
    network: { type: 'string', default: 'scenes-fair' },
    method: { type: 'string', default: 'saliency,occlusion,cam' },
    help: { type: 'boolean' },
  },
});

const cases = [
  { name: 'alone', workers: 0 },
  { name: '1 worker', workers: 1 },
  { name: '2 workers', workers: 2 },
];

if (values.help) {
  console.log(`node bench/workers.mjs [--photos 8,32] [--rounds 3] [--network scenes-fair] [--method saliency,occlusion,cam]

Explains drawn photos, the fewer and the more, with whylight explain alone and with one and two workers of a queue (a Redis of
its own, append-only file and all), each in turn, ROUNDS times. Prints medians as JSON: seconds of wall clock and of the processor, in which
start, submission and bringing together count too; and what one photo more costs, which is free of them. All must write the same bytes.`);
} else await measure();

async function measure() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-workers-bench-'));
  const port = await freePort();
  const data = path.join(folder, 'redis');
  mkdirSync(data);
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', data, '--appendonly', 'yes', '--appendfsync'];
  const redis = spawn('redis-server', [...settings, 'always', '--save', ''], { stdio: 'ignore' });
  try {
    const address = `redis://127.0.0.1:${port}`;
    const client = await connect(queueAddress(address, {}));
    const counts = values.photos.split(',').map(Number);
    for (const count of counts) await drawPhotos(path.join(folder, `photos-${count}`), count);
    const runs = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const count of counts) {
        // In turn, each first once: what others do to the machine meets all alike.
        for (let i = 0; i < cases.length; i++) {
          const one = cases[(i + round) % cases.length];
          runs.push({ ...one, count, ...(await timed(one, count, { folder, address, client })) });
          console.error(JSON.stringify(runs.at(-1)));
        }
      }
    }
    client.disconnect();
    console.log(JSON.stringify(summary(runs, counts), null, 2));
  } finally {
    redis.kill('SIGTERM');
    if (redis.exitCode === null) await once(redis, 'close');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function drawPhotos(folder, count) {
  mkdirSync(folder);
  for (let i = 0; i < count; i++) {
    const { image } = drawScene(singleScene(i % 2 === 0 ? 'dog' : 'wolf', { seed: i, width: 256, height: 192 }));
    const { width, height, pixels } = image;
    await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(path.join(folder, `photo-${i}.jpg`));
  }
}

/** One case from the first command to the last file. */
async function timed({ workers }, count, { folder, address, client }) {
  const out = path.join(folder, 'out');
  rmSync(out, { recursive: true, force: true });
  const request = ['explain', `photos-${count}`, '--network', values.network, '--method', values.method, '--out', out];
  const before = await redisSeconds(client);
  const started = performance.now();
  let cpu = 0;
  const whylight = async (...args) => {
    const seconds = await secondsOf(folder, address, args);
    cpu += seconds;
  };
  if (workers === 0) await whylight(...request);
  else {
    await whylight(...request, '--queue');
    await Promise.all(Array.from({ length: workers }, () => whylight('worker', '--until-done')));
    await whylight('queue', '--collect');
    await whylight('queue', '--remove');
  }
  const wall = (performance.now() - started) / 1000;
  return { wall, cpu, redis: (await redisSeconds(client)) - before, files: hashOf(out), load: os.loadavg()[0] };
}

/** Runs a command. @returns the processor's seconds of it and of all processes that it started */
async function secondsOf(cwd, address, args) {
  const script = `TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>"$LOG"`;
  const env = { ...process.env, WHYLIGHT_QUEUE: address, HOME: path.join(cwd, 'home'), LOG: path.join(cwd, 'log') };
  const command = ['-c', script, 'bash', process.execPath, path.join(project, 'dist/cli/main.js'), ...args];
  const child = spawn('bash', command, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`whylight ${args.join(' ')}: ${code}\n${readFileSync(path.join(cwd, 'log'), 'utf8')}`);
  const [user, system] = text.trim().split(' ').map(Number);
  return user + system;
}

async function redisSeconds(client) {
  const text = await client.info('cpu');
  return ['user', 'sys'].reduce(
    (sum, what) => sum + Number(new RegExp(`^used_cpu_${what}:([\\d.]+)`, 'm').exec(text)?.[1]),
    0,
  );
}

/** sha256 of all that was written. */
function hashOf(out) {
  const hash = createHash('sha256');
  const names = readdirSync(out, { encoding: 'utf8' }).filter((name) => !name.startsWith('.'));
  for (const name of names.sort()) hash.update(`${name}\0`).update(readFileSync(path.join(out, name)));
  return hash.digest('hex');
}

function summary(runs, counts) {
  const median = (list) => {
    const sorted = list.sort((a, b) => a - b);
    return (sorted[Math.floor((list.length - 1) / 2)] + sorted[Math.floor(list.length / 2)]) / 2;
  };
  const [few, many] = counts;
  for (const count of counts) {
    const written = new Set(runs.filter((run) => run.count === count).map(({ files }) => files));
    if (written.size > 1) throw new Error(`${written.size} different results of ${count} photos`);
  }
  const rows = cases.map(({ name }) => {
    const of = (count, key) =>
      median(runs.filter((run) => run.name === name && run.count === count).map((run) => run[key]));
    const more = (key) => (of(many, key) - of(few, key)) / (many - few);
    const all = Object.fromEntries(
      counts.map((count) => [count, { wall: of(count, 'wall'), cpu: of(count, 'cpu'), redis: of(count, 'redis') }]),
    );
    return { name, ...all, onePhotoMore: { wall: more('wall'), cpu: more('cpu'), redis: more('redis') } };
  });
  const [alone] = rows;
  const load = median(runs.map((run) => run.load));
  return {
    ...{
      network: values.network,
      method: values.method,
      rounds: Number(values.rounds),
      cores: os.availableParallelism(),
      load,
    },
    rows: rows.map((row) => ({ ...row, cpuBesideAlone: row.onePhotoMore.cpu / alone.onePhotoMore.cpu - 1 })),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
