import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FolderWatch, type FolderChange } from '../../disk/folder-watch.ts';
import { makeWorkspace } from '../cli/kit.ts';

interface Watched {
  readonly folder: string;
  /** What has been told so far, the latest of each file. */
  readonly told: Map<string, boolean>;
  readonly watch: FolderWatch;
  readonly until: (fits: (told: ReadonlyMap<string, boolean>) => boolean) => Promise<void>;
}

async function watched(files: Readonly<Record<string, string>>): Promise<Watched> {
  const folder = makeWorkspace(files);
  const told = new Map<string, boolean>();
  const watch = new FolderWatch(folder, (changes: readonly FolderChange[]) => { for (const change of changes) told.set(change.path, change.exists); }, 20);
  onTestFinished(() => watch.close());
  await watch.start();
  const until = async (fits: (told: ReadonlyMap<string, boolean>) => boolean): Promise<void> => {
    for (const end = Date.now() + 30_000; !fits(told); await new Promise((resolve) => setTimeout(resolve, 10))) {
      if (Date.now() > end) throw new Error(`Told of ${JSON.stringify([...told])}`);
    }
  };
  return { folder, told, watch, until };
}

describe('watching a folder', () => {
  it('tells what has come, changed and gone, and nothing of what has stayed', async () => {
    const { folder, told, until } = await watched({ 'a.yaml': 'a', 'deep/b.yml': 'b', 'deep/c.json': '{}', 'stays.yaml': '' });
    writeFileSync(path.join(folder, 'deep/b.yml'), 'changed');
    rmSync(path.join(folder, 'a.yaml'));
    mkdirSync(path.join(folder, 'new/folder'), { recursive: true });
    writeFileSync(path.join(folder, 'new/folder/d.yaml'), 'd');
    writeFileSync(path.join(folder, 'deep/c.json'), '[]');
    utimesSync(path.join(folder, 'deep/c.json'), new Date(), new Date(Date.now() + 5_000));
    await until((all) => all.size >= 4);
    expect(Object.fromEntries(told)).toEqual({ 'a.yaml': false, 'deep/b.yml': true, 'deep/c.json': true, 'new/folder/d.yaml': true });
  });

  it('follows a folder that is moved', async () => {
    const { folder, told, until } = await watched({ 'one/a.yaml': 'a' });
    renameSync(path.join(folder, 'one'), path.join(folder, 'two'));
    await until((all) => all.size >= 2);
    expect(Object.fromEntries(told)).toEqual({ 'one/a.yaml': false, 'two/a.yaml': true });
  });

  it('leaves out what was installed, what is no text of ours, and what links lead to outside', async () => {
    const outside = makeWorkspace({ 'far.yaml': 'far' });
    const { folder, told, until } = await watched({ 'inside.yaml': '' });
    mkdirSync(path.join(folder, 'node_modules/p'), { recursive: true });
    for (const file of ['node_modules/p/x.yaml', 'notes.txt']) writeFileSync(path.join(folder, file), 'x');
    symlinkSync(path.join(outside, 'far.yaml'), path.join(folder, 'far.yaml'));
    symlinkSync('.', path.join(folder, 'circle'));
    symlinkSync('inside.yaml', path.join(folder, 'near.yaml'));
    await until((all) => all.has('near.yaml'));
    expect([...told.keys()]).toEqual(['near.yaml']);
  });

  it('tells nothing once it is closed', async () => {
    const { folder, told, watch } = await watched({ 'a.yaml': 'a' });
    const other: string[] = [];
    const second = new FolderWatch(folder, (changes) => { other.push(...changes.map((change) => change.path)); }, 20);
    onTestFinished(() => second.close());
    await second.start();
    watch.close();
    writeFileSync(path.join(folder, 'a.yaml'), 'changed');
    for (const end = Date.now() + 30_000; other.length === 0 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 10));
    expect([other, [...told]]).toEqual([['a.yaml'], []]);
  });
});
