import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWorkflow, workflowStarts } from '../../language/index.ts';
import { dagbook, makeWorkspace } from './kit.ts';

const NAMES = workflowStarts().map(({ name }) => name);

describe('dagbook new', () => {
  it('lists what a workflow can be begun from', async () => {
    const { code, stdout } = await dagbook(['new'], makeWorkspace({ 'configs/x': '' }));
    expect(code).toBe(0);
    for (const name of NAMES) expect(stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    expect(NAMES).toContain('blank');
  });

  it.each(NAMES)('%s: writes a document without an error, under the name that was given', async (template) => {
    const folder = makeWorkspace({ 'configs/x': '' });
    const { code, stdout } = await dagbook(['new', template, '--name', 'mine', '--json'], folder);
    expect([code, JSON.parse(stdout)]).toEqual([0, { files: ['configs/workflows/mine.yaml'] }]);
    const text = readFileSync(path.join(folder, 'configs/workflows/mine.yaml'), 'utf8');
    expect(text).toMatch(/^name: mine\n/);
    expect(text).not.toMatch(/\$\{|\$\d|\\/);
    const { stdout: findings } = await dagbook(['check', '--json'], folder);
    expect((JSON.parse(findings) as { severity: string }[]).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each(NAMES)('%s: says whether it runs yet, and that is so', async (template) => {
    const folder = makeWorkspace({ 'configs/x': '' });
    const listed = JSON.parse((await dagbook(['new', '--json'], folder)).stdout) as { name: string; not_yet: string | null }[];
    const { stderr } = await dagbook(['new', template, '--name', 'mine'], folder);
    const { code, stderr: refused } = await dagbook(['run', 'mine', '--json'], folder);
    const notYet = listed.find(({ name }) => name === template)?.not_yet ?? null;
    expect(stderr.includes('does not run yet')).toBe(notYet !== null);
    expect([code, refused.includes('not-runnable-yet')]).toEqual(notYet === null ? [0, false] : [1, true]);
  });

  it('begins a workflow that runs as it stands', async () => {
    const folder = makeWorkspace({ 'configs/x': '' });
    await dagbook(['new', 'fanout_synthesize'], folder);
    const { code, stdout } = await dagbook(['run', 'fanout_synthesize', '--json'], folder);
    expect([code, (JSON.parse(stdout) as { status: string }).status]).toEqual([0, 'completed']);
  });

  it('writes over nothing', async () => {
    const folder = makeWorkspace({ 'configs/workflows/mine.yaml': 'kept' });
    const { code, stderr } = await dagbook(['new', 'blank', '--name', 'mine'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain('configs/workflows/mine.yaml is there already');
    expect(readFileSync(path.join(folder, 'configs/workflows/mine.yaml'), 'utf8')).toBe('kept');
  });

  it('refuses names that would leave the folder, and says which templates there are', async () => {
    const folder = makeWorkspace({ 'configs/x': '' });
    writeFileSync(path.join(folder, 'a'), '');
    expect((await dagbook(['new', 'blank', '--name', '../../a'], folder)).code).toBe(2);
    const { code, stderr } = await dagbook(['new', 'turnament'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "tournament"?');
  });

  it('keeps what a person wrote as it is: a name with snippet signs stays out of the text', () => {
    expect(newWorkflow('blank', 'a$b}')).toMatch(/^name: a_b_\n/);
  });
});
