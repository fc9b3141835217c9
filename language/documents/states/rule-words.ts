import type { Json } from '../../../protocol/json.ts';
import { field, isObject, listField, textField } from '../json-access.ts';

const maxLength = 80;

/** The test of a choice rule as an edge's label: `$.risk = "high"`, `$.a > 1 and not $.b is null`. */
export function ruleWords(rule: Json): string {
  return shorten(words(rule, false));
}

/** The errors of a catcher as an edge's label. */
export function catcherWords(catcher: Json): string {
  return shorten(listField(catcher, 'errorEquals').map(String).join(', '));
}

function words(rule: Json, inside: boolean): string {
  if (!isObject(rule)) return '?';
  const condition = field(rule, 'condition');
  if (condition !== undefined) return String(typeof condition === 'string' ? condition.replace(/^\{%\s*|\s*%\}$/g, '') : condition === true);
  for (const join of ['and', 'or'] as const) {
    const parts = listField(rule, join);
    if (parts.length === 0) continue;
    // A label has no room for more, and a huge rule would cost much to spell out.
    const joined = parts.slice(0, 8).map((part) => words(part, true)).join(` ${join} `);
    return inside ? `(${joined})` : joined;
  }
  if (isObject(rule['not'])) return `not ${words(rule['not'], true)}`;
  const name = Object.keys(rule).find((key) => comparisonOf(key) !== null) ?? '';
  return `${textField(rule, 'variable') ?? '?'} ${comparisonWords(name, rule[name] ?? null)}`;
}

function comparisonWords(name: string, value: Json): string {
  const comparison = comparisonOf(name);
  if (comparison === null) return '?';
  if (comparison.kind === 'is') return value === false ? `is not ${comparison.word}` : `is ${comparison.word}`;
  return `${comparison.word} ${name.endsWith('Path') && typeof value === 'string' ? value : JSON.stringify(value)}`;
}

type Comparison = { readonly kind: 'is' | 'compare'; readonly word: string };

/** What the name of an operator says; null for every other field. */
function comparisonOf(name: string): Comparison | null {
  const tested = /^is(Null|Present|Numeric|String|Boolean|Timestamp)$/.exec(name)?.[1];
  if (tested !== undefined) return { kind: 'is', word: tested.toLowerCase() };
  const word = /^(?:string|numeric|boolean|timestamp)(Equals|LessThanEquals|LessThan|GreaterThanEquals|GreaterThan|Matches)(?:Path)?$/.exec(name)?.[1];
  switch (word) {
    case 'Equals':
      return { kind: 'compare', word: '=' };
    case 'LessThan':
      return { kind: 'compare', word: '<' };
    case 'LessThanEquals':
      return { kind: 'compare', word: '≤' };
    case 'GreaterThan':
      return { kind: 'compare', word: '>' };
    case 'GreaterThanEquals':
      return { kind: 'compare', word: '≥' };
    case 'Matches':
      return { kind: 'compare', word: 'matches' };
    default:
      return null;
  }
}

/** Whether a field of a choice rule compares its `variable`. */
export function isComparison(name: string): boolean {
  return comparisonOf(name) !== null;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}
