import { describe, expect, it } from 'vitest';
import { pictures } from '../../language/index.ts';
import type { FeatureContext } from '../../language/index.ts';
import { openFiles } from './feature-kit.ts';

const path = 'main.workflow.yaml';
const open = (text: string): FeatureContext => openFiles(new Map([[path, text]]))(path);
const whole = 'name: W\nadapter_kind: graph\nnodes:\n  - { id: a, task: { goal: x } }\n  - { id: b, task: { goal: x }, depends_on: [a] }\n';

describe('a picture', () => {
  it('does not fall apart while somebody types: the last one stays, with the problems there are now', () => {
    const before = pictures(open(whole), {});
    const typing = pictures(open(whole.replace('[a]', '[')), {}, before);
    expect(typing.map(({ nodes, edges }) => [nodes, edges])).toEqual(before.map(({ nodes, edges }) => [nodes, edges]));
    expect(typing[0]?.problems).toMatchObject({ errors: 1, messages: [expect.stringMatching(/^yaml-syntax: /)] });
    expect(pictures(open(whole), {}, typing)).toEqual(before);
  });

  it('has an id for every edge that no other has, and the same one after an edit elsewhere', () => {
    const rules = '[{ variable: $.a, isNull: true, next: T }, { variable: $.a, isNull: true, next: T }, { variable: $.b, isNull: true, next: T }]';
    const states = (extra: string): string => `apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: w }\nspec:\n  startAt: C\n  states:\n${extra}    C: { type: Choice, choices: ${rules}, default: T }\n    T: { type: Succeed }\n`;
    const ids = (text: string): readonly string[] => pictures(open(text), {}).flatMap(({ edges }) => edges.map(({ id }) => id));
    const found = ids(states(''));
    expect(new Set(found).size).toBe(4);
    expect(ids(states('    B: { type: Pass, next: C }\n'))).toEqual(['next B C', ...found]);
  });

  it('counts problems as the settings want them, each once, and names the gravest first', () => {
    const nodes = Array.from({ length: 12 }, (_, i) => `  - { id: n${String(i)}, task: { goal: "{% inputs.x %}" }, depends_on: [${i === 11 ? 'gone' : ''}] }\n`).join('');
    const text = `name: W\nadapter_kind: graph\ninputs: { y: { type: string } }\nnodes:\n${nodes}`;
    const [picture] = pictures(open(text), { 'undeclared-input': 'warning' });
    expect(picture?.problems).toMatchObject({ errors: 1, warnings: 12 });
    expect(picture?.problems.messages).toHaveLength(8);
    expect(picture?.problems.messages[0]).toMatch(/^unknown-node: /);
    expect(picture?.nodes.map(({ problems }) => [problems.errors, problems.warnings])).toEqual([...Array.from({ length: 11 }, () => [0, 1]), [1, 1]]);
    expect(pictures(open(text), { 'undeclared-input': 'off', 'unknown-node': 'off' })[0]?.problems).toEqual({ errors: 0, warnings: 0, messages: [] });
  });
});
