import { renameSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openWorkspace } from '../../disk/open-workspace.ts';
import type { LockResult, Workspace } from '../../language/index.ts';
import { createLockCache } from '../../runtime/lock-cache.ts';
import { makeWorkspace } from '../cli/kit.ts';
import { until } from './workshop.ts';

/** What it came to is nothing to the cache. */
const locked: LockResult = { ok: false, diagnostics: [] };

/** A time that can be given back to a file exactly: seconds. */
const TIME = 1_700_000_000;

/** A cache with one lock that has read one file, which has been as it is for so long that its stamp tells. */
async function lockOf(file: string, text: string): Promise<{ readonly folder: string; readonly still: () => Promise<void>; readonly holds: () => boolean; readonly reads: () => number }> {
  const folder = makeWorkspace({ [file]: text });
  utimesSync(path.join(folder, file), TIME, TIME);
  const disk = openWorkspace(folder);
  let reads = 0;
  const workspace: Workspace = { ...disk, settings: disk.settings, read: (name) => (reads++, disk.read(name)) };
  const cache = createLockCache();
  const still = (): Promise<void> => until(() => disk.stamp?.(file) !== null, 'a file that is still');
  await still();
  cache.lock('key', workspace, (files) => (files.read(file), locked));
  return { folder, still, holds: () => cache.known('key', workspace) !== null, reads: () => reads };
}

test('a lock holds as long as its files are as they were, and they are not read again', async () => {
  const { holds, reads } = await lockOf('a.yaml', 'name: a');
  expect([holds(), holds(), reads()]).toEqual([true, true, 1]);
});

test('a file that says something else ends it, also of the same length and with its time put back', async () => {
  const { folder, still, holds } = await lockOf('a.yaml', 'name: a');
  const file = path.join(folder, 'a.yaml');
  writeFileSync(file, 'name: b');
  utimesSync(file, TIME, TIME);
  await still();
  expect(holds()).toBe(false);
});

test('another file in its place ends it, whatever its times, and so does a link that leads elsewhere', async () => {
  const { folder, still, holds } = await lockOf('a.yaml', 'name: a');
  const [file, other] = [path.join(folder, 'a.yaml'), path.join(folder, 'b.yaml')];
  writeFileSync(other, 'name: b');
  utimesSync(other, TIME, TIME);
  renameSync(other, file);
  await still();
  expect(holds()).toBe(false);
  writeFileSync(file, 'name: a');
  expect(holds()).toBe(true);
  const outside = makeWorkspace({ 'a.yaml': 'name: a' });
  unlinkSync(file);
  symlinkSync(path.join(outside, 'a.yaml'), file);
  expect(holds()).toBe(false);
});

test('a file that was touched is read again, and where it says the same the lock holds', async () => {
  const { folder, holds, reads } = await lockOf('a.yaml', 'name: a');
  writeFileSync(path.join(folder, 'a.yaml'), 'name: a');
  expect(holds()).toBe(true);
  expect(reads()).toBe(2);
});
