import type { BodyRecord } from '../../protocol/run-records.ts';
import type { WireChunk, WireExchangeRecord, WireRecord } from '../../protocol/wire-record.ts';
import { dimmed } from '../shared/bodies.ts';
import { counted, duration } from '../shared/format.ts';
import { jsonTree } from '../shared/json-tree.ts';
import type { Folding } from '../shared/json-tree.ts';
import { list, misfit, number, oneOf, orAbsent, orNull, record, text } from '../shared/shape.ts';
import type { Shape } from '../shared/shape.ts';
import { readContainer } from '../shared/text-pieces.ts';
import { h } from '../shared/vnode.ts';
import type { Child } from '../shared/vnode.ts';

/** More pieces of an answer are shown on demand only. */
const MOST_CHUNKS = 100;
/** A longer body that is no JSON is shown up to here: characters. */
const MOST_CHARACTERS = 20_000;

/** Headers: names to texts. */
const headersShape: Shape = (value) => (typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string') ? null : ': no headers');

const shape = record({
  exchanges: list(record({
    request: record({ at: number, method: text, url: text, headers: headersShape, body: text, omitted: orAbsent(number) }),
    response: orNull(record({ at: number, status: number, headers: headersShape, chunks: list(record({ at: number, text: orAbsent(text), base64: orAbsent(text) })), omitted: orAbsent(number) })),
    end: record({ at: number, how: oneOf('complete', 'broken', 'closed', 'open'), why: orAbsent(text) }),
  })),
});

function recordOf(wire: BodyRecord | undefined): WireRecord | null {
  return wire?.kind === 'value' && misfit(shape, wire.value) === null ? (wire.value as unknown as WireRecord) : null;
}

/** From the request to the first piece of its answer: milliseconds; null where nothing came, or nothing went over a network. */
export function firstPieceMs(wire: BodyRecord | undefined): number | null {
  const last = recordOf(wire)?.exchanges.at(-1);
  const first = last?.response?.chunks[0];
  return last === undefined || first === undefined ? null : Math.max(0, first.at - last.request.at);
}

/** Every request as it was sent and every answer as it came, with the moment of each piece. */
export function wireView(wire: BodyRecord, at: string, folding: Folding): Child {
  const known = recordOf(wire);
  if (known === null) {
    if (wire.kind === 'value') return jsonTree(wire.value, at, folding);
    return dimmed(wire.kind === 'pruned' ? 'What went over the network was pruned. Its hash stays, so the ledger still verifies.' : 'Nothing went over the network.');
  }
  return known.exchanges.map((exchange, index) => exchangeView(exchange, `${at}/${index}`, folding));
}

function exchangeView({ request, response, end }: WireExchangeRecord, at: string, folding: Folding): Child {
  return [
    h('h3', {}, [request.method, ' ', h('span', { class: 'mono wrap' }, request.url), h('span', { class: 'dim' }, ` after ${duration(request.at)}`)], { key: `${at}/request` }),
    headers(request.headers), body(request.body, `${at}/body`, folding), omitted(request.omitted),
    response === null ? dimmed('No answer came.') : [
      h('h3', {}, [String(response.status), h('span', { class: 'dim' }, ` after ${duration(response.at)}`)], { key: `${at}/response` }),
      headers(response.headers), chunks(response.chunks, `${at}/chunks`, folding), omitted(response.omitted),
    ],
    h('p', { class: end.how === 'complete' ? 'dim s12' : 'warning s12' }, `${END[end.how]} after ${duration(end.at)}${end.why === undefined ? '' : `: ${end.why}`}`),
  ];
}

const END: Readonly<Record<WireExchangeRecord['end']['how'], string>> = { complete: 'It came to its end', broken: 'The connection failed', closed: 'We let go of it', open: 'It still went on when this was written down,' };

function headers(all: Readonly<Record<string, string>>): Child {
  const entries = Object.entries(all);
  return entries.length > 0 && h('dl', { class: 'facts headers' }, entries.map(([name, value]) => [h('dt', { class: 'mono' }, name), h('dd', { class: 'mono wrap' }, value)]));
}

function body(content: string, at: string, folding: Folding): Child {
  const json = readContainer(content);
  if (json !== null) return jsonTree(json, at, folding, 1);
  if (content === '') return null;
  return [h('pre', {}, content.slice(0, MOST_CHARACTERS)), content.length > MOST_CHARACTERS && dimmed(`${counted(content.length - MOST_CHARACTERS, 'more character')}.`)];
}

function chunks(all: readonly WireChunk[], at: string, folding: Folding): Child {
  const whole = all.length <= MOST_CHUNKS || folding.folds.has(`${at}#all`);
  const shown = whole ? all : all.slice(0, MOST_CHUNKS);
  return h('div', { class: 'chunks', role: 'group', 'aria-label': counted(all.length, 'piece') }, [
    shown.map((chunk, index) => h('div', { class: 'chunk' }, [h('span', { class: 'num dim' }, `${chunk.at} ms`), h('code', {}, 'text' in chunk ? chunk.text.trimEnd() : `base64 ${chunk.base64}`)], { key: String(index) })),
    !whole && h('button', { class: 'link' }, `${all.length - MOST_CHUNKS} more`, { on: { click: () => folding.fold(`${at}#all`) } }),
  ]);
}

function omitted(bytes: number | undefined): Child {
  return bytes !== undefined && dimmed(`${counted(bytes, 'more byte')} were not kept.`);
}
