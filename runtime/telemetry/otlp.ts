import type { Json } from '../../protocol/json.ts';
import { send } from '../models/http-post.ts';
import { percentDecoded } from '../models/percent-decoded.ts';
import type { Span } from './run-spans.ts';

/** Where spans go. */
export interface OtlpTarget {
  /** The whole address, such as `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
}

/** A collector that does not answer holds nobody up for longer: milliseconds. */
const PATIENCE_MS = 5_000;
/** Spans in one request. */
const BATCH = 512;

const DEFAULT_BASE = 'http://localhost:4318';

/**
 * Off unless `DAGBOOK_OTEL=1`; then the standard variables say where to: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` or
 * `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS` (`key=value,key=value`), `OTEL_SERVICE_NAME`.
 */
export function otlpTargetFrom(environment: Readonly<Record<string, string | undefined>>): OtlpTarget | null {
  const given = (name: string): string | null => {
    const value = environment[name]?.trim() ?? '';
    return value === '' ? null : value;
  };
  const wanted = given('DAGBOOK_OTEL');
  if (wanted === null || wanted === '0' || wanted === 'false') return null;
  const url = given('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? `${(given('OTEL_EXPORTER_OTLP_ENDPOINT') ?? DEFAULT_BASE).replace(/\/+$/, '')}/v1/traces`;
  return { url, headers: headersFrom(given('OTEL_EXPORTER_OTLP_TRACES_HEADERS') ?? given('OTEL_EXPORTER_OTLP_HEADERS') ?? ''), serviceName: given('OTEL_SERVICE_NAME') ?? 'dagbook' };
}

function headersFrom(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at <= 0 ? [] : [[pair.slice(0, at).trim().toLowerCase(), percentDecoded(pair.slice(at + 1).trim())]];
    }),
  );
}

/** Sends the spans over HTTP as OTLP's JSON. Resolves with why it did not work, or null; it never rejects. */
export async function sendSpans(target: OtlpTarget, spans: readonly Span[]): Promise<string | null> {
  if (!URL.canParse(target.url)) return 'what OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT names is no address';
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    for (let at = 0; at < spans.length; at += BATCH) {
      const body = JSON.stringify(otlpRequest(target.serviceName, spans.slice(at, at + BATCH)));
      const { status, chunks } = await send('POST', new URL(target.url), { ...target.headers, 'content-type': 'application/json' }, body, signal);
      // Read to its end, so that the connection can be used again.
      while ((await chunks.next()).done !== true);
      if (status < 200 || status > 299) return `${new URL(target.url).host} answered ${status}`;
    }
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return signal.aborted ? `${new URL(target.url).host} did not answer within ${PATIENCE_MS / 1000} s` : `${new URL(target.url).host} cannot be reached${code === '' ? '' : ` (${code})`}`;
  }
}

const KINDS = { internal: 1, client: 3 } as const;
const OK = 1;
const ERROR = 2;

/** An ExportTraceServiceRequest in OTLP's JSON encoding: ids in hex, 64-bit numbers as texts. */
export function otlpRequest(serviceName: string, spans: readonly Span[]): Json {
  return {
    resourceSpans: [{
      resource: { attributes: attributesOf({ 'service.name': serviceName }) },
      scopeSpans: [{ scope: { name: 'dagbook' }, spans: spans.map(spanJson) }],
    }],
  };
}

function spanJson({ traceId, spanId, parentSpanId, name, kind, start, end, attributes, error, link }: Span): Json {
  return {
    traceId, spanId, ...(parentSpanId === null ? {} : { parentSpanId }), name, kind: KINDS[kind], startTimeUnixNano: nanos(start), endTimeUnixNano: nanos(end), attributes: attributesOf(attributes),
    status: error === null ? { code: OK } : { code: ERROR, message: error.message === '' ? error.name : `${error.name}: ${error.message}` },
    ...(link === null ? {} : { links: [{ traceId: link.traceId, spanId: link.spanId }] }),
  };
}

function nanos(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds)) * 1_000_000n);
}

function attributesOf(attributes: Span['attributes']): Json {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: string | number | boolean): Json {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    default:
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
}
