import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dagbook } from '../cli/kit.ts';
import { FILES, run, workspaceOf } from '../cli/run-kit.ts';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string | number | boolean>> }[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface Collector {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: Readonly<Record<string, unknown>>; readonly text: string }[];
  spans(): readonly SentSpan[];
}

async function startCollector(status = 200): Promise<Collector> {
  const requests: Collector['requests'] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, text });
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => { server.closeAllConnections(); server.close(); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans: () => requests.flatMap(({ text }) => (JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] }).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))),
  };
}

function attribute(span: SentSpan | undefined, key: string): unknown {
  return Object.values(span?.attributes.find((each) => each.key === key)?.value ?? {})[0];
}

describe('OpenTelemetry', () => {
  it('is off until it is asked for, whatever the standard variables say', async () => {
    const { url, requests } = await startCollector();
    await dagbook(['run', 'Loop'], workspaceOf(FILES), { OTEL_EXPORTER_OTLP_ENDPOINT: url });
    expect(requests).toEqual([]);
  });

  it('sends a run as one tree of spans: the run, its agents, their model calls, with the names of the GenAI conventions', async () => {
    const collector = await startCollector();
    const folder = workspaceOf(FILES);
    const env = { DAGBOOK_OTEL: '1', OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, OTEL_EXPORTER_OTLP_HEADERS: 'x-team=blue%20sky' };
    const { stdout } = await dagbook(['run', 'Loop', '--json'], folder, env);
    const { run_id: id, total_tokens: tokens } = JSON.parse(stdout) as { run_id: string; total_tokens: number };
    expect(collector.requests).toMatchObject([{ path: '/v1/traces', headers: { 'content-type': 'application/json', 'x-team': 'blue sky' } }]);
    const spans = collector.spans();
    const root = spans.find(({ parentSpanId }) => parentSpanId === undefined);
    expect([root?.name, attribute(root, 'dagbook.run.id'), attribute(root, 'dagbook.tokens')]).toEqual(['workflow Loop', id, String(tokens)]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([id.replaceAll('-', '')]));
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    const agents = spans.filter((span) => attribute(span, 'gen_ai.operation.name') === 'invoke_agent');
    expect(agents.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual(['research_lite', 'selection_lite', 'trader_paper'].map((agent) => [`invoke_agent ${agent}`, root?.spanId]));
    const calls = spans.filter((span) => attribute(span, 'gen_ai.operation.name') === 'chat');
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual(agents.map(({ spanId }) => spanId));
    const used = calls.map((call) => Number(attribute(call, 'gen_ai.usage.input_tokens')) + Number(attribute(call, 'gen_ai.usage.output_tokens')));
    expect(used.reduce((sum, each) => sum + each, 0)).toBe(tokens);
    for (const span of spans) {
      expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
      expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(span.status.code).toBe(1);
    }
  });

  it('sends no prompt, no input and no answer', async () => {
    const collector = await startCollector();
    await dagbook(['run', 'Loop', '--input', 'label=a-canary-input'], workspaceOf(FILES), { DAGBOOK_OTEL: '1', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect(collector.spans().length).toBeGreaterThan(3);
    for (const { text } of collector.requests) expect(text).not.toMatch(/canary-input|rationale|You are/);
  });

  it('links a replay to the run it came from', async () => {
    const collector = await startCollector();
    const folder = workspaceOf(FILES);
    const { run_id: id } = await run(folder, 'Loop');
    await dagbook(['replay', id, '--recorded'], folder, { DAGBOOK_OTEL: '1', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const root = collector.spans().find(({ parentSpanId }) => parentSpanId === undefined);
    expect(root?.links?.map(({ traceId }) => traceId)).toEqual([id.replaceAll('-', '')]);
  });

  it('a collector that is not there, or refuses, is a note and no failure', async () => {
    const { code, stderr } = await dagbook(['run', 'Loop'], workspaceOf(FILES), { DAGBOOK_OTEL: '1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    expect([code, stderr]).toEqual([0, expect.stringContaining('note: the spans of this run were not sent: 127.0.0.1:1 cannot be reached (ECONNREFUSED).')]);
    const refusing = await startCollector(503);
    const refused = await dagbook(['run', 'Loop'], workspaceOf(FILES), { DAGBOOK_OTEL: '1', OTEL_EXPORTER_OTLP_ENDPOINT: refusing.url });
    expect([refused.code, refused.stderr]).toEqual([0, expect.stringContaining('answered 503')]);
  });
});
