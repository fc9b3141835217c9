import type { Problems } from '../../protocol/picture.ts';
import type { Diagnostic, Severity } from '../diagnostic.ts';
import type { NodePlace } from './state-places.ts';

const MOST_MESSAGES = 8;
const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** Each diagnostic at the innermost node it begins in; those that begin in none are left out. */
export function problemsByNode(places: ReadonlyMap<string, NodePlace>, diagnostics: readonly Diagnostic[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>();
  if (diagnostics.length === 0) return found;
  const nodes = [...places].sort(([, a], [, b]) => a.span.start - b.span.start || b.span.end - a.span.end);
  const open: { readonly id: string; readonly end: number }[] = [];
  let next = 0;
  for (const diagnostic of diagnostics.toSorted((a, b) => a.span.start - b.span.start)) {
    const at = diagnostic.span.start;
    for (let node = nodes[next]; node !== undefined && node[1].span.start <= at; node = nodes[next]) {
      open.push({ id: node[0], end: node[1].span.end });
      next += 1;
    }
    while ((open.at(-1)?.end ?? Infinity) < at) open.pop();
    const id = open.at(-1)?.id;
    if (id === undefined) continue;
    const own = found.get(id) ?? [];
    own.push(diagnostic);
    found.set(id, own);
  }
  return found;
}

export function problemsOf(diagnostics: readonly Diagnostic[]): Problems {
  const gravest = diagnostics.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]).slice(0, MOST_MESSAGES);
  return {
    errors: diagnostics.filter(({ severity }) => severity === 'error').length,
    warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
    messages: gravest.map(({ code, message }) => `${code}: ${message}`),
  };
}
