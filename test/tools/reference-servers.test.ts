import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { temporaryFolder } from '../runtime/harness.ts';
import { until, workflow } from '../runtime/workshop.ts';
import { agentNode, everything, filesystem, memory, processesWith, toolShop, toolSteps } from './tool-kit.ts';

/** Servers that no one here wrote, over stdio. */

describe('server-filesystem', () => {
  test('reads and writes the workspace, each call a step with what was asked and answered', async () => {
    const folder = temporaryFolder();
    const { shop } = toolShop({ mcp_servers: [filesystem('.')], tools: ['read_text_file', 'write_file'] }, [
      [{ name: 'read_text_file', arguments: { path: 'notes/a.md' } }],
      [{ name: 'write_file', arguments: { path: 'notes/b.md', content: 'Grüße' } }],
      'done',
    ], { folder, on: { 'notes/a.md': 'hello from the file' } });
    const result = await shop.run(workflow([agentNode('work')]));
    expect(result).toMatchObject({ status: 'completed', output: { work: 'done' } });
    expect(readFileSync(path.join(folder, 'notes/b.md'), 'utf8')).toBe('Grüße');
    const steps = toolSteps(shop, result.run_id);
    expect(steps.map(({ name, error }) => [name, error])).toEqual([['nodes/work/tools', null], ['nodes/work/tool/1/read_text_file', null], ['nodes/work/tool/2/write_file', null]]);
    expect(JSON.parse(steps[1]?.request ?? '')).toMatchObject({ do: 'call', tool: 'read_text_file', arguments: { path: 'notes/a.md' }, repeatable: true, server: { name: 'files' } });
    expect(JSON.parse(steps[1]?.response ?? '')).toEqual({ status: 'ok', value: { text: 'hello from the file' } });
    expect(JSON.parse(steps[2]?.request ?? '')).toMatchObject({ repeatable: true });
    expect(steps.every(({ duration_ms }) => duration_ms >= 0)).toBe(true);
    await until(() => processesWith(`server-filesystem/dist/index.js .`).length === 0 || processesWith(folder).length === 0, 'the server to go');
    shop.expectSound();
  });

  test('tells the model what went wrong, and the model can do better', async () => {
    const { shop, provider } = toolShop({ mcp_servers: [filesystem('.')], tools: ['read_text_file'] }, [[{ name: 'read_text_file', arguments: { path: '/etc/passwd' } }], [{ name: 'read_text_file', arguments: { path: 'a.md' } }]], { on: { 'a.md': 'found' } });
    const result = await shop.run(workflow([agentNode('work')]));
    expect(result.status).toBe('completed');
    expect(provider.heard[1]?.messages.at(-1)?.content).toMatch(/^Error: .*(Access denied|outside)/);
    expect(provider.heard[2]?.messages.at(-1)?.content).toBe('found');
    expect(toolSteps(shop, result.run_id).map(({ error }) => error)).toEqual([null, 'Tool.Failed', null]);
  });

  test('may not write where the node is read_only, named or not', async () => {
    const named = toolShop({ mcp_servers: [filesystem('.')], tools: ['write_file'] }, []);
    const refused = await named.shop.run(workflow([agentNode('work', { isolation: 'read_only' })]));
    expect(refused).toMatchObject({ status: 'error', error: { name: 'States.Permissions', message: expect.stringContaining('isolation: shared') as string } });
    expect(named.provider.heard).toHaveLength(0);
    const all = toolShop({ mcp_servers: [filesystem('.')] }, [[{ name: 'write_file', arguments: { path: 'x', content: 'x' } }]]);
    const result = await all.shop.run(workflow([agentNode('work', { isolation: 'read_only' })]));
    expect(result.status).toBe('completed');
    const offered = all.provider.heard[0]?.tools?.map(({ name }) => name) ?? [];
    expect(offered).toContain('read_text_file');
    expect(offered).not.toContain('write_file');
    expect(all.provider.heard[1]?.messages.at(-1)?.content).toContain('there is no tool "write_file"');
  });
});

describe('server-memory', () => {
  test('is started once for a run, and shared by its nodes', async () => {
    const file = path.join(temporaryFolder(), 'memory.json');
    const { shop, provider } = toolShop({ mcp_servers: [memory(file)], tools: ['create_entities', 'read_graph'] }, (goal) =>
      goal === 'first' ? [[{ name: 'create_entities', arguments: { entities: [{ name: 'Ada', entityType: 'person', observations: ['writes programs'] }] } }], 'noted'] : [[{ name: 'read_graph' }]]);
    const result = await shop.run(workflow([agentNode('first'), agentNode('second', { depends_on: ['first'] })]));
    expect(result.status).toBe('completed');
    expect(provider.heard.at(-1)?.messages.at(-1)?.content).toContain('writes programs');
    expect(readFileSync(file, 'utf8')).toContain('Ada');
  });
});

describe('server-everything', () => {
  const one = async (name: string, given: JsonObject, more: JsonObject = {}): Promise<{ readonly text: string; readonly status: string; readonly steps: readonly string[] }> => {
    const { shop, provider } = toolShop({ mcp_servers: [everything], tools: [name], ...more }, [[{ name, arguments: given }]]);
    const result = await shop.run(workflow([agentNode('work')]));
    return { text: provider.heard.at(-1)?.messages.findLast(({ role }) => role === 'tool')?.content ?? '', status: result.status, steps: shop.steps(result.run_id).map((step) => `${step.kind} ${step.name}`) };
  };

  test('echo and get-sum answer', async () => {
    expect((await one('echo', { message: 'Grüße 😀' })).text).toContain('Grüße 😀');
    expect((await one('get-sum', { a: 40, b: 2 })).text).toContain('42');
  });

  test('an image is told of, with its size, to a model that cannot see', async () => {
    expect((await one('get-tiny-image', {})).text).toMatch(/\[image image\/png, \d+ bytes, 20×20\]\n(?:.*\n)*\[Not shown: the model takes no images\.\]$/);
  });

  test('arguments it does not take are told to the model', async () => {
    expect((await one('get-sum', { a: 'many' })).text).toMatch(/^Error: /);
  });

  test('its question to a model goes to the agent’s own, as a step of the run', async () => {
    const { text, status, steps } = await one('trigger-sampling-request', { prompt: 'A line?', maxTokens: 30 });
    expect(status).toBe('completed');
    expect(text).toContain('a verse on');
    expect(steps).toContain('llm nodes/work/tool/1/trigger-sampling-request/asks/1');
  });
});
