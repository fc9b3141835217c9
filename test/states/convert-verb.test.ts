import { describe, expect, it } from 'vitest';
import { dagbook, makeWorkspace } from '../cli/kit.ts';
import { envelope } from './asl-cases.ts';

const states = `${envelope}spec:\n  startAt: Look\n  states:\n    Look: { type: Wait, seconds: 5, next: Choose }\n    Choose: { type: Choice, choices: [{ variable: $.again, booleanEquals: true, next: Look }], default: Done }\n    Done: { type: Succeed }\n`;
const asl = JSON.stringify({ StartAt: 'Look', States: { Look: { Type: 'Succeed' } } });
const workspace = (): string => makeWorkspace({ 'configs/.keep': '', 'states.yaml': states, 'machine.asl.json': asl, 'broken.json': '{"StartAt": ' });

describe('dagbook convert', () => {
  it('prints the other spelling on stdout, and what has no place there on stderr', async () => {
    const folder = workspace();
    const there = await dagbook(['convert', 'states.yaml', '--to', 'asl'], folder);
    expect(there.code).toBe(0);
    expect(JSON.parse(there.stdout)).toMatchObject({ StartAt: 'Look', States: { Choose: { Type: 'Choice', Default: 'Done' } } });
    expect(there.stderr).toMatch(/^note: Amazon States Language has no place/);
    const back = await dagbook(['convert', 'machine.asl.json', '--to', 'states', '--json'], folder);
    expect(JSON.parse(back.stdout)).toEqual({ apiVersion: 'agentrc.workflow/v0.1', kind: 'AgentWorkflow', metadata: { name: 'machine' }, spec: { startAt: 'Look', states: { Look: { type: 'Succeed' } } } });
  });

  it.each<readonly [readonly string[], number, RegExp]>([
    [['convert', 'states.yaml'], 2, /^usage: Say what to convert to/],
    [['convert', 'states.yaml', '--to', 'yaml'], 2, /^usage: --to is one of states, asl/],
    [['convert', 'nowhere.json', '--to', 'states'], 2, /^file-not-found: /],
    [['convert', 'states.yaml', '--to', 'states'], 1, /error\[not-a-workflow\] This is a states document already/],
    [['convert', 'broken.json', '--to', 'states'], 1, /error\[yaml-syntax\]/],
  ])('refuses %j', async (words, code, says) => {
    const ended = await dagbook(words, workspace());
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toMatch(says);
  });
});

describe('dagbook graph', () => {
  it('draws states, and says where a run goes back', async () => {
    const { code, stdout } = await dagbook(['graph', 'states.yaml'], workspace());
    expect(code).toBe(0);
    expect(stdout).toContain('Choose');
    expect(stdout).toContain('goes back along Choose → Look');
    const mermaid = await dagbook(['graph', 'states.yaml', '--format', 'mermaid'], workspace());
    expect(mermaid.stdout).toContain('-->|"$.again = true"|');
  });
});
