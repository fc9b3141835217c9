/**
 * # A credential in a file
 *
 * Specs are locked into the ledger and usually committed: a key in one is a key in all their copies. Known forms of
 * keys are found anywhere in the text, comments included; under names such as `api_key`, `token`, `secret` and
 * `password` whatever looks like a key is.
 *
 * ```yaml
 * env: { SEARCH_KEY: sk-… }
 * ```
 *
 * **Fix**: revoke the key, and name a secret instead: `env: { SEARCH_KEY: { secret: SEARCH_KEY } }`. If it is no key,
 * say so on the line: `# dagbook-ignore literal-credential: a ticker symbol`.
 */
import type { Json } from '../../protocol/json.ts';
import { areNone, type DocumentMemory } from '../documents/document-memory.ts';
import type { InLine } from '../documents/find-in-lines.ts';
import { isList } from '../documents/json-access.ts';
import { entriesOf } from '../syntax/json-entries.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { YamlEntry, YamlNode, YamlScalar } from '../syntax/yaml-tree.ts';
import type { Check } from './check.ts';

/** All of them stand on one line. `sign` is in every one: looking for it takes no time, and most texts have none. */
const known: readonly { readonly what: string; readonly sign: RegExp; readonly form: RegExp }[] = [
  { what: 'a private key', sign: /-----BEGIN /g, form: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g },
  { what: 'an API key', sign: /sk-/g, form: /\bsk-[A-Za-z0-9_-]{16,}/g },
  { what: 'an AWS key', sign: /AKIA|ASIA/g, form: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { what: 'a GitHub token', sign: /gh[pousr]_|github_pat_/g, form: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/g },
  { what: 'a GitLab token', sign: /glpat-/g, form: /\bglpat-[A-Za-z0-9_-]{16,}/g },
  { what: 'a Slack token', sign: /xox[abeprs]-/g, form: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g },
  { what: 'a Google API key', sign: /AIza/g, form: /\bAIza[0-9A-Za-z_-]{30,}/g },
  { what: 'a Hugging Face token', sign: /hf_/g, form: /\bhf_[A-Za-z0-9]{20,}/g },
  { what: 'a bearer token', sign: /Bearer/g, form: /\bBearer[ \t]{1,4}[A-Za-z0-9._~+/-]{16,}={0,2}/g },
  { what: 'a password in an address', sign: /:\/\//g, form: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@'"{}]{1,80}:[^\s/@'"{}]{3,80}@/gi },
];

export const literalCredential: Check = {
  code: 'literal-credential',
  severity: 'error',
  ignorable: true,
  document: ({ document, tree }, report) => {
    const { start, end } = document.span;
    const found = document.memory.lines(knownForms, document.text.slice(start, end), knownForms).map(({ offset, found: { what, length } }) => ({ what, span: { start: start + offset, end: start + offset + length } }));
    // A value under a telling name, unless it has been found by its form.
    const told = tellingPaths(document.json, '', document.memory).flatMap((path) => {
      const span = scalarAt(tree, path)?.span;
      return span === undefined ? [] : [{ what: 'a credential', span }];
    });
    for (const { what, span } of firstOfOverlapping([...found, ...told])) report({ message: `This looks like ${what}. Revoke it and name a secret instead (secret: NAME).`, span });
  },
};

interface KnownForm {
  readonly what: string;
  readonly length: number;
}

/** Every known form in a text. Where two overlap, the one that is listed first comes first. */
function knownForms(text: string): readonly InLine<KnownForm>[] {
  return known.flatMap(({ what, sign, form }) =>
    linesWith(text, sign).flatMap((line) => [...text.slice(line.start, line.end).matchAll(form)].map((match) => ({ offset: line.start + match.index, found: { what, length: match[0].length } }))),
  );
}

/** The lines that hold a sign, each once. */
function linesWith(text: string, sign: RegExp): readonly Span[] {
  const lines: Span[] = [];
  const search = new RegExp(sign);
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const newline = text.indexOf('\n', match.index);
    const end = newline < 0 ? text.length : newline;
    lines.push({ start: text.lastIndexOf('\n', match.index) + 1, end });
    search.lastIndex = Math.max(match.index + 1, end);
  }
  return lines;
}

/** Of those that lie over one another the one that is listed first. */
function firstOfOverlapping<T extends { readonly span: Span }>(found: readonly T[]): readonly T[] {
  const ordered = found.map((each, rank) => ({ each, rank })).sort((a, b) => a.each.span.start - b.each.span.start);
  const kept: T[] = [];
  let group: typeof ordered = [];
  let end = 0;
  const settle = (): void => {
    const chosen: T[] = [];
    for (const { each } of group.sort((a, b) => a.rank - b.rank)) if (!chosen.some(({ span }) => span.start < each.span.end && each.span.start < span.end)) chosen.push(each);
    kept.push(...chosen);
    group = [];
  };
  for (const one of ordered) {
    // Nothing before reaches this far.
    if (one.each.span.start >= end) settle();
    group.push(one);
    end = Math.max(end, one.each.span.end);
  }
  settle();
  return kept;
}

/** Where values stand under a telling name. */
function tellingPaths(value: Json, place: string, memory: DocumentMemory): readonly YamlPath[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isList(value)) {
    const rows = memory.row(tellingPaths, place, value, (item) => (typeof item === 'string' ? [] : tellingPaths(item, `${place}/-`, memory)), { sameResult: areNone });
    return rows.some((paths) => paths.length > 0) ? rows.flatMap((paths, i) => paths.map((path) => [i, ...path])) : [];
  }
  return memory.row(tellingPaths, place, entriesOf(value), ([name, child]) => tellingEntry(name, child, place, memory), { sameValue: sameEntry, sameResult: areNone }).filter((paths) => paths.length > 0).flat();
}

function tellingEntry(name: string, child: Json, place: string, memory: DocumentMemory): readonly YamlPath[] {
  if (typeof child === 'string') return isTelling(name, child) ? [[name]] : [];
  return tellingPaths(child, `${place}/${name}`, memory).map((path) => [name, ...path]);
}

function sameEntry(a: readonly [string, Json], b: readonly [string, Json]): boolean {
  return a[1] === b[1] && a[0] === b[0];
}

/** Null where an alias or a merge key leads there: the value is reported where it stands. */
function scalarAt(tree: YamlNode, path: YamlPath): YamlScalar | null {
  let node: YamlNode = tree;
  for (const segment of path) {
    const entry: YamlEntry | undefined = node.kind === 'map' ? node.entries.find(({ key }) => key === segment) : undefined;
    const next: YamlNode | undefined = node.kind === 'seq' && typeof segment === 'number' ? node.items[segment] : entry?.value;
    if (next === undefined || entry?.merged === true) return null;
    node = next;
  }
  return node.kind === 'scalar' ? node : null;
}

function isTelling(key: string, value: string): boolean {
  // References and placeholders: an expression, an environment variable, `<your key>`, stars.
  if (value === '' || /\{%|\$\{?[A-Z_]|^<.*>$|^\*+$|^x+$/i.test(value) || /\s/.test(value.trim())) return false;
  const name = key.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  // `secret: NAME` is how a secret is named.
  if (name === 'secret') return !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(value) || looksRandom(value);
  if (/(^|[_-])(password|passwd|passphrase)$/.test(name)) return true;
  return /(^|[_-])(api_?key|apikey|access_?key|private_?key|secret_?key|client_secret|secret|token|auth|authorization|credentials?)$/.test(name.replaceAll('-', '_')) && looksRandom(value);
}

/** Long, with digits among letters: not a word, a ticker symbol or a name. */
function looksRandom(value: string): boolean {
  return value.length >= 12 && /[0-9]/.test(value) && /[A-Za-z]/.test(value) && !/^[A-Z][A-Z0-9_]*$/.test(value);
}
