// The cases of ../shared/bench/runtime, ours beside its peers in the same run.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { machine, root } from './shared.mjs';

const source = path.join(root, '../shared/bench/runtime');
const work = path.join(root, '.cache/bench/runtime');
const peers = ['ref', 'langgraph', 'mastra', 'ours'];

export async function run() {
  if (!existsSync(source)) {
    console.log(`Not run: the peers' benchmark is not at ${path.relative(root, source)}.`);
    return;
  }
  mkdirSync(path.join(work, 'peers/ours'), { recursive: true });
  cpSync(source, work, { recursive: true });
  cpSync(path.join(root, 'bench/peers/ours.mjs'), path.join(work, 'peers/ours/peer.mjs'));
  for (const peer of peers) {
    const folder = path.join(work, 'peers', peer);
    if (!existsSync(path.join(folder, 'package.json')) || existsSync(path.join(folder, 'node_modules'))) continue;
    console.log(`installing ${peer} …`);
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`npm ci failed for peer ${peer}`);
  }
  const rounds = process.env.BENCH_ROUNDS ?? '3';
  const cases = process.env.BENCH_CASES ?? 'linear3,fanout100,chain1000,history';
  const done = spawnSync(process.execPath, ['run.mjs', `--peers=${peers.join(',')}`, `--rounds=${rounds}`, `--cases=${cases}`, '--out=results.json'], {
    cwd: work, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DAGBOOK_ROOT: root },
  });
  if (done.status !== 0) throw new Error('the benchmark did not run');
  report(JSON.parse(readFileSync(path.join(work, 'results.json'), 'utf8')).rows);
}

function median(values) {
  const sorted = values.filter((v) => v !== undefined).sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}

function report(rows) {
  console.log(`${machine()}; median of the rounds; × = multiples of the raw SQLite floor`);
  console.log('| case | peer | ms per run | × floor | p50 ms | CPU ms | bytes per run | × floor | RSS MB | latest 50, ms |');
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const name of [...new Set(rows.map((row) => row.case))]) {
    const of = (peer, field) => median(rows.filter((row) => row.case === name && row.peer === peer && !row.skipped).map((row) => row[field]));
    const all = [...new Set(rows.filter((row) => row.case === name && !row.skipped).map((row) => row.peer))];
    const floor = all.find((peer) => peer.startsWith('floor'));
    for (const peer of all) {
      const error = rows.find((row) => row.case === name && row.peer === peer)?.error;
      if (error !== undefined) {
        console.log(`| ${name} | ${peer} | ${String(error).slice(0, 120)} |`);
        continue;
      }
      const times = (field) => (of(peer, field) === undefined ? '' : (of(peer, field) / of(floor, field)).toFixed(2));
      const show = (field) => of(peer, field) ?? '';
      console.log(`| ${name} | ${peer} | ${show('ms_mean')} | ${times('ms_mean')} | ${show('ms_p50')} | ${show('cpu_ms_per_run')} | ${show('db_bytes_per_run')} | ${times('db_bytes_per_run')} | ${show('rss_mb')} | ${show('list50_ms_p50')} |`);
    }
  }
}
