import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HostSettings, PricedParams } from '../../protocol/host.ts';
import { agent, ledgerOf, workspaceOf } from '../cli/run-kit.ts';
import { openHost } from './host-kit.ts';

const real = (name: string, model: string): string => `name: ${name}\nrole: ${name}\nsystem_prompt: You are ${name}.\nmodel: ${model}\n`;
const workflow = (...agents: readonly string[]): string => `name: Flow\nadapter_kind: graph\nnodes:\n${agents.map((name) => `  - { id: ${name}, agent_spec: configs/agents/${name}.yaml }\n`).join('')}`;

const AGENTS = {
  'configs/agents/notional.yaml': agent('notional'),
  'configs/agents/paid.yaml': real('paid', '{ provider: openai, model: gpt-5-mini }'),
  'configs/agents/own.yaml': real('own', '{ provider: openai, model: qwen3, base_url: "http://127.0.0.1:8000/v1" }'),
  'configs/agents/gift.yaml': real('gift', '{ provider: openai, model: gpt-5-mini, price: free }'),
  'configs/agents/ollama.yaml': real('ollama', '{ provider: ollama, model: llama3.2 }'),
  'configs/agents/gateway.yaml': real('gateway', '{ provider: openai, model: qwen3, base_url: "https://gateway.test/v1" }'),
};

const PROFILE = (address: string): Readonly<Record<string, string>> => ({ '.dagbook/model-servers.json': JSON.stringify({ used: { provider: 'openai', base_url: address, process: null } }) });
const target = (file: string, more = {}): PricedParams => ({ kind: 'target', target: { workflow: file, ...more } });

/** What may cost money, asked of a real host. */
async function paid(files: Readonly<Record<string, string>>, of: PricedParams, settings: Partial<HostSettings> = {}, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const folder = workspaceOf({ ...AGENTS, ...files });
  const host = await openHost(folder, settings, env);
  const answer = await host.call('paidModels', { of });
  expect(existsSync(ledgerOf(folder)), 'a question made a ledger').toBe(false);
  return answer;
}

describe('whether a run may cost money', () => {
  it('is told by its models with their addresses and prices: what is simulated, local or free does not', async () => {
    expect(await paid({ 'w.workflow.yaml': workflow('notional', 'own', 'gift', 'ollama') }, target('w.workflow.yaml'))).toEqual([]);
    expect(await paid({ 'w.workflow.yaml': workflow('notional', 'own', 'paid', 'gateway') }, target('w.workflow.yaml'))).toEqual(['openai:gpt-5-mini', 'openai:qwen3']);
  });

  it('a profile in use whose server is on this machine makes the models of its provider free; one elsewhere does not', async () => {
    const files = { 'w.workflow.yaml': workflow('paid') };
    expect(await paid(files, target('w.workflow.yaml'))).toEqual(['openai:gpt-5-mini']);
    for (const address of ['http://127.0.0.1:10/v1', 'http://localhost:10/v1', 'http://[::1]:10/v1']) expect(await paid({ ...files, ...PROFILE(address) }, target('w.workflow.yaml')), address).toEqual([]);
    expect(await paid({ ...files, ...PROFILE('https://gateway.test/v1') }, target('w.workflow.yaml'))).toEqual(['openai:gpt-5-mini']);
    expect(await paid({ ...files, ...PROFILE('http://127.0.0.1:10/v1') }, { kind: 'models', models: ['openai:gpt-5-mini', 'ollama', 'simulated'] })).toEqual([]);
    expect(await paid(files, { kind: 'models', models: ['openai:gpt-5-mini', 'ollama', 'simulated'] })).toEqual(['openai:gpt-5-mini']);
    expect(await paid(files, target('w.workflow.yaml'), {}, { OPENAI_BASE_URL: 'http://127.0.0.1:10/v1' })).toEqual([]);
  });

  it('counts the default model, the prices of the settings, what workflows are called below, and the text that is not saved', async () => {
    const bare = 'name: Bare\nadapter_kind: graph\nnodes:\n  - { id: a, task: { goal: Work } }\n';
    expect(await paid({ 'w.workflow.yaml': bare }, target('w.workflow.yaml'), { defaultModel: 'openai:gpt-5-mini' })).toEqual(['openai:gpt-5-mini']);
    expect(await paid({ 'w.workflow.yaml': bare }, target('w.workflow.yaml'), { defaultModel: 'openai:gpt-5-mini', prices: { openai: 'free' } })).toEqual([]);
    const below = 'name: Top\nadapter_kind: graph\nnodes:\n  - { id: a, workflow: below.workflow.yaml }\n';
    expect(await paid({ 'below.workflow.yaml': workflow('paid'), 'w.workflow.yaml': below }, target('w.workflow.yaml'))).toEqual(['openai:gpt-5-mini']);
    expect(await paid({ 'w.workflow.yaml': workflow('paid') }, target('w.workflow.yaml', { text: workflow('own') }))).toEqual([]);
    expect(await paid({ 'w.workflow.yaml': 'name: Broken\nnodes: 7\n' }, target('w.workflow.yaml'))).toEqual([]);
  });

  it('of a run that is made again, as it was planned; on edited documents, as those are', async () => {
    const folder = workspaceOf({ ...AGENTS, 'w.workflow.yaml': workflow('notional'), 'p.workflow.yaml': workflow('paid').replace('Flow', 'Paid') });
    const host = await openHost(folder, { secrets: { OPENAI_API_KEY: 'sk-nobody' } }, { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' });
    const { run: simulated } = await host.start('w.workflow.yaml');
    const { run: local } = await host.start('p.workflow.yaml');
    await host.ended(simulated.id);
    await host.ended(local.id);
    const asked = async (run: string, edited: boolean): Promise<readonly string[]> => await host.call('paidModels', { of: { kind: 'run', run, edited } });
    expect(await asked(simulated.id, false)).toEqual([]);
    expect(await asked(local.id, false)).toEqual([]);
    writeFileSync(`${folder}/w.workflow.yaml`, workflow('gateway'));
    expect(await asked(simulated.id, false)).toEqual([]);
    expect(await asked(simulated.id, true)).toEqual(['openai:qwen3']);
  });
});
