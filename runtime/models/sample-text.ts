import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject } from './flatten-schema.ts';
import type { RequestContext } from './request-context.ts';
import { matches, sampleFromPattern } from './sample-pattern.ts';
import { capital, oneLine, simulatedPoint, simulatedRemark, subjectOf, words, type Pick } from './simulated-prose.ts';

export interface Draw {
  readonly random: () => number;
  readonly pick: Pick;
}

const proseNames = /\b(summary|overview|rationales?|reasons?|reasoning|explanation|feedback|notes?|comments?|analysis|description|conclusions?|recommendations?|thesis|answer|text|content|body|messages?|details?|findings?|insights?|observations?|justification|evidence|abstract|review|critique|draft|report|response|output|result|plan|arguments?|verdict|points?|risks?|steps?|question)$/;

/** Whether a field holds sentences of its own, rather than a value that could be taken over from somewhere. */
export function isProse(name: string): boolean {
  return proseNames.test(words(name));
}

/**
 * A text for a field: by its format or pattern where it has one, else by what its name and description ask for.
 *
 * @param index place among the items of a list; null outside any
 */
export function sampleText(schema: JsonObject, name: string, index: number | null, context: RequestContext, draw: Draw): string {
  const format = typeof schema['format'] === 'string' ? formatted(schema['format']) : null;
  if (format !== null) return format;
  const least = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0;
  const most = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : 2000;
  const suits = (text: string): boolean => text.length >= least && text.length <= most && (typeof schema['pattern'] !== 'string' || matches(schema['pattern'], text));
  const natural = fitted(named(schema, name, index ?? 0, index !== null, context, draw), least, most);
  if (suits(natural) || typeof schema['pattern'] !== 'string') return natural;
  for (let attempt = 0; attempt < 30; attempt++) {
    const text = sampleFromPattern(schema['pattern'], draw.random);
    if (text !== null && suits(text)) return text;
  }
  return natural;
}

function fitted(text: string, least: number, most: number): string {
  let long = text;
  while (long.length < least) long = `${long} ${text || 'and so on'}`;
  if (long.length <= most) return long;
  const cut = oneLine(long, most);
  return cut.length >= least && cut.length <= most ? cut : long.slice(0, most);
}

function named(schema: JsonObject, name: string, index: number, inList: boolean, context: RequestContext, draw: Draw): string {
  const plain = words(name);
  const last = plain.split(' ').at(-1) ?? '';
  const known = wellKnown(last, context, draw);
  if (known !== null) return known;
  const description = typeof schema['description'] === 'string' ? oneLine(schema['description'], 120) : '';
  if (/^criteri(on|a)$/.test(last)) return context.criteria[index] ?? `Fits ${subjectOf(context)}`;
  if (isProse(name) || plain === '' || /\b(why|how|explain|reason|summar|sentence|paragraph|describe)/i.test(description)) {
    return inList ? simulatedPoint(context, index, draw.pick) : simulatedRemark(context, draw.pick);
  }
  if (/^(title|headline|name|label|subject|topic|heading)s?$/.test(last)) return capital(subjectOf(context));
  return `${capital(plain)} ${index === 0 ? '' : `${index + 1} `}for ${subjectOf(context)}`;
}

function wellKnown(last: string, context: RequestContext, draw: Draw): string | null {
  switch (last) {
    case 'symbol':
    case 'ticker':
    case 'instrument':
    case 'asset':
      return draw.pick(symbolsIn([context.inputs, context.upstream, context.run]) ?? ['SPY']);
    case 'action':
    case 'decision':
    case 'side':
      return 'hold';
    case 'status':
    case 'state':
      return 'completed';
    case 'currency':
      return 'USD';
    case 'language':
    case 'locale':
      return 'en';
    case 'country':
      return 'CH';
    case 'date':
    case 'day':
      return '2026-01-15';
    case 'severity':
    case 'priority':
    case 'level':
      return 'medium';
    case 'version':
      return '1.0.0';
    case 'url':
    case 'link':
    case 'uri':
      return 'https://example.com/';
    case 'email':
      return 'someone@example.com';
    case 'id':
    case 'key':
    case 'slug':
      return subjectOf(context).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 32) || 'item';
    case 'branch':
    case 'category':
    case 'kind':
      return 'general';
    default:
      return null;
  }
}

function symbolsIn(values: Json): readonly [string, ...string[]] | null {
  const found: string[] = [];
  const visit = (value: Json): void => {
    if (typeof value === 'string') {
      if (/^[A-Z][A-Z.]{0,5}$/.test(value)) found.push(value);
    } else if (isList(value) || isObject(value)) {
      for (const item of Object.values(value)) visit(item);
    }
  };
  visit(values);
  const [first, ...others] = found;
  return first === undefined ? null : [first, ...others];
}

function formatted(format: string): string | null {
  const values: Readonly<Record<string, string>> = {
    date: '2026-01-15',
    'date-time': '2026-01-15T09:30:00Z',
    time: '09:30:00Z',
    duration: 'PT1H',
    email: 'someone@example.com',
    'idn-email': 'someone@example.com',
    hostname: 'example.com',
    ipv4: '192.0.2.1',
    ipv6: '2001:db8::1',
    uri: 'https://example.com/',
    'uri-reference': '/item',
    iri: 'https://example.com/',
    uuid: '00000000-0000-4000-8000-000000000000',
    'json-pointer': '/item',
    regex: '.*',
  };
  return values[format] ?? null;
}
