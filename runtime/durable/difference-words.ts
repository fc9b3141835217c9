import { jsonDifferences } from '../../protocol/json-difference.ts';
import type { Json } from '../../protocol/json.ts';
import { jsonOrText } from '../json-or-text.ts';
import type { Body } from '../ledger/event.ts';

/** Places that are named at most. */
const MOST = 3;
/** Characters that are shown before the first that differs, and from it on. */
const BEFORE = 20;
const AFTER = 60;

/** Where a recorded body and that of this walk differ, in a sentence that goes on from another; empty where one is not there. */
export function differenceWords(then: Body | null, now: Body | null): string {
  if (then === null || now === null || then.pruned || now.pruned) return '';
  const found = jsonDifferences(jsonOrText(then.text), jsonOrText(now.text));
  if (found.length === 0) return '';
  const places = found.slice(0, MOST).map(({ path, a, b }) => `${path === '' ? 'as a whole' : `at ${path}`} the record has ${side(a, b)}, this walk ${side(b, a)}`);
  return ` They differ: ${places.join('; ')}${found.length > MOST ? `; and at ${found.length - MOST} more places` : ''}.`;
}

/** One of the two, from a little before the place where it leaves the other. */
function side(value: Json | undefined, other: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = textOf(value);
  const from = Math.max(0, firstDifference(text, other === undefined ? '' : textOf(other)) - BEFORE);
  const shown = text.slice(from, from + BEFORE + AFTER).toWellFormed();
  const cut = `${from > 0 ? '…' : ''}${shown}${from + shown.length < text.length ? '…' : ''}`;
  return typeof value === 'string' ? JSON.stringify(cut) : cut;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
