// From spawning the built command to its exit: dagbook check of the tutorial.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { machine, milliseconds, quantile, root } from './shared.mjs';

export async function run() {
  const times = Array.from({ length: 20 }, () => {
    const start = milliseconds();
    const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'cli/bin.mjs'), 'check', path.join(root, 'examples/tutorial')], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`check exited ${String(status)}: ${stderr}`);
    return milliseconds() - start;
  });
  console.log(`${machine()}\ndagbook check examples/tutorial: p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`);
}
