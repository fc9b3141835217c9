import { describe, expect, test } from 'vitest';
import type { Agent } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { runAgent } from '../../runtime/agents/run-agent.ts';
import type { AgentRun } from '../../runtime/durable/context.ts';
import type { ModelRequest, RunResult } from '../../runtime/index.ts';
import { replayRun } from '../../runtime/index.ts';
import type { Workshop } from '../runtime/workshop.ts';
import { workflow } from '../runtime/workshop.ts';
import { agentNode, stage, toolShop } from './tool-kit.ts';

/** Each guardrail of an agent, at its edge, in its order, as a step of the record. */

interface Checked {
  readonly shop: Workshop;
  readonly result: RunResult;
  /** Names of the checks that were made, in order, and whether they passed. */
  readonly checks: readonly (readonly [string, boolean])[];
}

async function answered(answer: Json, guardrails: JsonObject, more: JsonObject = {}): Promise<Checked> {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const { shop, provider } = toolShop({ guardrails, ...(typeof answer === 'string' ? {} : { output_schema: { type: 'object' } }), ...more }, [text]);
  provider.price_ = { input: 1_000_000, output: 1_000_000 };
  const result = await shop.run(workflow([agentNode('work')]));
  const checks = shop.steps(result.run_id).filter(({ kind }) => kind === 'guardrail').map(({ name, response }) => [name.split('/').at(-1) ?? '', (JSON.parse(response ?? '{}') as { readonly passed: boolean }).passed] as const);
  return { shop, result, checks };
}

const rejected = (guardrail: string): unknown => expect.objectContaining({ status: 'rejected', error: expect.objectContaining({ name: 'Dagbook.GuardrailFailed', message: expect.stringContaining(`Guardrail ${guardrail}:`) as string }) as unknown });

describe('forbidden terms', () => {
  test.each<[string, Json]>([
    ['as they are', 'It is risk-free.'], ['in other case', 'It is RISK-FREE.'], ['within a word', 'Truly unrisk-freely.'], ['in a value', { a: [{ b: 'risk-free' }] }], ['in a key', { 'risk-free': 1 }], ['with something invisible in between', 'ri\u00adsk-\u200bfree'],
  ])('%s end the node', async (_how, answer) => {
    const { result, checks } = await answered(answer, { forbidden_terms: ['sure thing', 'risk-free'] });
    expect(result).toEqual(rejected('forbidden_terms'));
    expect(result.error?.message).toContain('risk-free');
    expect(checks).toEqual([['forbidden_terms', false]]);
  });

  test.each<[string, string, Json]>([
    ['quotes, which JSON writes in another way', 'a "sure" thing', { said: 'It is a "sure" thing.' }], ['two lines', 'sure\nthing', { said: 'sure\n  thing' }], ['letters of other code points', 'cafe\u0301', 'Caf\u00e9'], ['letters of full width', 'sure', 'ＳＵＲＥ'],
  ])('of %s are found', async (_what, term, answer) => {
    expect((await answered(answer, { forbidden_terms: [term] })).result).toEqual(rejected('forbidden_terms'));
  });

  test('that are not there let the answer pass, and the check is on record', async () => {
    const { result, checks } = await answered('It is risky, and not free.', { forbidden_terms: ['risk-free'] });
    expect([result.status, checks]).toEqual(['completed', [['forbidden_terms', true]]]);
  });
});

describe('a rationale', () => {
  test.each<[string, Json, boolean]>([['a text', { rationale: 'because' }, true], ['none', { symbol: 'SPY' }, false], ['an empty one', { rationale: ' \n ' }, false], ['one that is no text', { rationale: { why: 'because' } }, false], ['an answer that is no object', 'because', false]])('%s', async (_what, answer, passes) => {
    const { result, checks } = await answered(answer, { require_rationale: true });
    if (passes) expect(result.status).toBe('completed');
    else expect(result).toEqual(rejected('require_rationale'));
    expect(checks).toEqual([['require_rationale', passes]]);
  });
});

describe('the least confidence', () => {
  test.each<[Json, boolean]>([[0.6, true], [0.61, true], [0.59, false], ['0.9', false], [null, false], [[1], false]])('%j against 0.6', async (confidence, passes) => {
    const { result, checks } = await answered({ confidence }, { min_confidence: 0.6 });
    if (passes) expect(result.status).toBe('completed');
    else expect(result).toEqual(rejected('min_confidence'));
    expect(checks).toEqual([['min_confidence', passes]]);
  });
});

describe('the order', () => {
  const all = { cost_budget_usd: 0.5, forbidden_terms: ['bad'], require_rationale: true, min_confidence: 0.5, pii_redact: true };

  test('is cost, calls, forbidden terms, rationale, confidence, and personal data last', async () => {
    const { result, checks } = await answered({ rationale: 'Ask ada@example.org.', confidence: 0.9 }, all, { max_calls: 7 });
    expect(result).toMatchObject({ status: 'completed', output: { work: { rationale: 'Ask [email].', confidence: 0.9 } } });
    expect(checks).toEqual([['cost', true], ['calls', true], ['forbidden_terms', true], ['require_rationale', true], ['min_confidence', true], ['pii_redact', true]]);
  });

  test.each<[string, Json, number]>([['forbidden_terms', { rationale: 'bad' }, 3], ['require_rationale', { confidence: 0.1 }, 4], ['min_confidence', { rationale: 'so', confidence: 0.1 }, 5]])('the first that fails is %s, and no later one is made', async (name, answer, made) => {
    const { shop, result, checks } = await answered(answer, all, { max_calls: 7 });
    expect(result).toEqual(rejected(name));
    expect(checks).toHaveLength(made);
    expect(checks.map(([, passed]) => passed)).toEqual([...Array<boolean>(made - 1).fill(true), false]);
    const again = await replayRun(shop.runtime, result.run_id, true).result;
    expect(again).toMatchObject({ status: 'rejected', error: result.error });
    shop.expectSound();
  });

  test('what an agent leaves at its default is enforced without a step', async () => {
    expect((await answered('fine', {})).checks).toEqual([]);
  });
});

describe('personal data', () => {
  test('is taken out of the answer, its keys and its texts, and counted; what only looks like it stays', async () => {
    const answer = { 'ada@example.org': 'Call +49 30 1234567 or 4111 1111 1111 1111.', order: '1234-5678-9012', version: '1.2.3', iban: 'DE89 3704 0044 0532 0130 00', ssn: '123-45-6789', ip: '192.168.1.7', local: '127.0.0.1' };
    const { shop, result } = await answered(answer, { pii_redact: true });
    expect(result.output).toEqual({ work: { '[email]': 'Call [phone] or [card].', order: '1234-5678-9012', version: '1.2.3', iban: '[iban]', ssn: '[ssn]', ip: '[ip]', local: '127.0.0.1' } });
    const note = shop.steps(result.run_id).find(({ name }) => name.endsWith('guardrail/pii_redact'));
    // Found in the answer, and in the text it came in.
    expect(JSON.parse(note?.response ?? '')).toEqual({ found: { email: 2, phone: 2, card: 2, iban: 2, ssn: 2, ip: 2 }, passed: true });
  });

  test('stays where nobody asks for it to go', async () => {
    expect((await answered('ada@example.org', {})).result.output).toEqual({ work: 'ada@example.org' });
  });
});

describe('quarantine', () => {
  /** What a node with tools asks of its context, without the check that would have refused the document. */
  async function asked(tools: 'shared' | null): Promise<readonly string[]> {
    const { shop } = toolShop({ mcp_servers: [stage('m')], tools: ['echo'] }, [[{ name: 'echo', arguments: { text: 'x' } }], 'ok']);
    const { run_id: id } = await shop.run(workflow([agentNode('work')]));
    const [agent] = [...shop.runtime.lockedOf(shop.runtime.find(id)).agents.values()].map((locked) => locked.agent);
    const made: string[] = [];
    const run = {
      run: { settings: {} }, note: () => undefined,
      model: (_path: string, { tools: offered }: ModelRequest) => {
        made.push(`model with ${offered?.length ?? 0} tools`);
        return Promise.resolve({ status: 'ok', text: 'ok', finish: 'stop', tokens: 0, micros: 0, toolCalls: tools === null ? [{ id: 'c', name: 'echo', arguments: '{}' }] : [] });
      },
      tool: () => {
        made.push('tool');
        return Promise.resolve({ status: 'ok', value: [{ server: 'stage', tools: [{ name: 'echo', description: '', schema: {}, readOnly: true, repeatable: true }] }] });
      },
    };
    await runAgent(run as unknown as AgentRun, 'nodes/work', { agent: agent as Agent, choice: { provider: 'x', model: '', price: { input: 0, output: 0 } }, messages: [], outputSchema: null, verifies: false, tools });
    return made;
  }

  test('offers no tool, starts no server, and makes no call that a model asks for all the same', async () => {
    expect(await asked(null)).toEqual(['model with 0 tools']);
    expect(await asked('shared')).toEqual(['tool', 'model with 1 tools']);
  });
});
