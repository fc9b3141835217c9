import type { Shape } from '../documents/states/data-shape.ts';
import { intrinsicFunctions, looksLikeIntrinsic } from '../expressions/intrinsics.ts';
import { parseJsonPath } from '../expressions/json-path.ts';
import type { PathSegment } from '../expressions/path-parts.ts';
import type { Proposal } from './completion-item.ts';

/** What the roots of a path stand for where it is written. */
export interface PathScope {
  /** `$`; null = nobody knows anything of it. */
  readonly input: Shape | null;
  /** `$$`; null where the context cannot be read. */
  readonly context: Shape | null;
  /** Names of variables, without their `$`. */
  readonly variables: () => readonly string[];
  /** Fields that other states read of an input that may hold anything. */
  readonly readElsewhere: () => readonly string[];
  /** Whether an intrinsic function may stand here too. */
  readonly calls: boolean;
}

export interface PathCompletion {
  readonly proposals: readonly Proposal[];
  /** How many characters before the cursor they replace. */
  readonly length: number;
}

const none: PathCompletion = { proposals: [], length: 0 };

/** What may follow in a path or a call of which `written` stands before the cursor. */
export function completePath(written: string, scope: PathScope): PathCompletion {
  const [fragment = ''] = /\$[^\s,()]*$/.exec(written) ?? [];
  const before = written.slice(0, written.length - fragment.length);
  // Inside a text of a call nothing is read.
  if (before.replace(/\\./g, '').split("'").length % 2 === 0) return none;
  if (fragment === '') return completeStart(written, scope);
  if (!mayBegin(before, scope)) return none;
  const separator = Math.max(fragment.lastIndexOf('.'), fragment.lastIndexOf('['));
  if (separator < 0) return { proposals: [...roots(scope)], length: fragment.length };
  return completeSegment(fragment.slice(0, separator), fragment.slice(separator), scope);
}

/** Nothing of a path is there yet: its beginning, or a function. */
function completeStart(written: string, scope: PathScope): PathCompletion {
  const [word = ''] = /[A-Za-z][\w.]*$/.exec(written) ?? [];
  const before = written.slice(0, written.length - word.length);
  if (!mayBegin(before, scope)) return none;
  return { proposals: [...roots(scope), ...(scope.calls ? calls : [])], length: word.length };
}

/** At the very beginning, or as an argument of a call. */
function mayBegin(before: string, { calls: allowed }: PathScope): boolean {
  return before.trim() === '' || (allowed && looksLikeIntrinsic(before) && /[(,]\s*$/.test(before));
}

const calls: readonly Proposal[] = intrinsicFunctions.map(({ name, parameters, does }) => ({
  label: `States.${name}`,
  kind: 'function',
  detail: `(${parameters.join(', ')})`,
  insertText: parameters.length === 0 ? `States.${name}()` : `States.${name}($1)`,
  snippet: parameters.length > 0,
  rank: 6,
  resolve: { kind: 'text', text: `\`States.${name}(${parameters.join(', ')})\`\n\n${does}` },
}));

function roots({ input, context, variables, readElsewhere }: PathScope): readonly Proposal[] {
  const known = [...(input?.fields.keys() ?? [])];
  const guessed = input === null || input.open ? readElsewhere().filter((name) => !known.includes(name)) : [];
  const path = (label: string, detail: string, rank: number): Proposal => ({ label, kind: 'field', detail, insertText: label, rank, commitCharacters: ['.'] });
  return [
    ...known.map((name) => path(`$${step(name)}`, 'written before', 1)),
    ...guessed.map((name) => path(`$${step(name)}`, 'read elsewhere', 2)),
    ...variables().map((name): Proposal => ({ label: `$${name}`, kind: 'name', detail: 'variable', insertText: `$${name}`, rank: 3, commitCharacters: ['.'] })),
    { label: '$', kind: 'field', detail: 'all of it', insertText: '$', rank: 4, commitCharacters: ['.'] },
    ...(context === null ? [] : [{ label: '$$', kind: 'name' as const, detail: 'the run and this state', insertText: '$$', rank: 4, commitCharacters: ['.'] }]),
  ];
}

/** `rest` begins with the dot or the bracket. */
function completeSegment(base: string, rest: string, scope: PathScope): PathCompletion {
  const shape = shapeOf(base, scope);
  const word = rest.slice(1);
  if (shape === null) return none;
  const names = [...shape.fields].map(([name, field]) => [name, field.fields.size === 0 ? '' : `{ ${field.fields.keys().join(', ')} }`] as const);
  if (rest.startsWith('.')) {
    const guessed = shape.open && base === '$' ? scope.readElsewhere().filter((name) => !shape.fields.has(name)).map((name) => [name, 'read elsewhere'] as const) : [];
    const shown = [...names, ...guessed].filter(([name]) => isPlainStep(name));
    return { proposals: shown.map(([name, detail]) => ({ label: name, kind: 'field', detail, insertText: name, commitCharacters: ['.'] })), length: word.length };
  }
  if (/^\d/.test(word)) return none;
  return { proposals: names.map(([name, detail]) => ({ label: quotedName(name), kind: 'field', detail, insertText: `${quotedName(name)}]` })), length: word.length };
}

function shapeOf(base: string, scope: PathScope): Shape | null {
  const parsed = parseJsonPath(base);
  if (!parsed.ok) return null;
  const { root, segments } = parsed.value;
  if (root.kind === 'variable') return null;
  return shapeBelow(root.kind === 'context' ? scope.context : scope.input, segments);
}

function shapeBelow(shape: Shape | null, segments: readonly PathSegment[]): Shape | null {
  return segments.reduce<Shape | null>((at, segment) => (segment.kind === 'field' ? (at?.fields.get(segment.name) ?? null) : null), shape);
}

function step(name: string): string {
  return isPlainStep(name) ? `.${name}` : `[${quotedName(name)}]`;
}

function isPlainStep(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name);
}

function quotedName(name: string): string {
  return `'${name.replace(/[\\']/g, '\\$&')}'`;
}

/** The first fields of every path of the input that is written in a text: what its runs are given. */
export function fieldsReadIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/(?<![$\w.])\$\.([\p{L}_][\p{L}\p{N}_-]*)/gu)].map(([, name = '']) => name))].sort();
}
