import type { DocumentKind } from '../documents/document-kind.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

/** What names stand for. Those of `local` belong to one document, the others to the workspace. */
export type SymbolKind = 'node' | 'state' | 'input' | 'server' | 'agent' | 'workflow';

/**
 * Where a kind of name is defined, and where it is used besides the fields that the schemas mark with
 * `x-dagbook-reference`. A further family of documents adds rows here, and nothing else.
 */
export interface SymbolSites {
  readonly kind: SymbolKind;
  readonly document: DocumentKind;
  readonly local: boolean;
  /** Within what a name at this path is known, where that is not the whole document. */
  readonly scope?: (path: YamlPath) => YamlPath;
  /** `*` = any key, `#` = any index, `**` at the beginning = anything; the name is the value, or the key where the pattern says so. */
  readonly definitions: readonly SitePattern[];
  readonly uses: readonly SitePattern[];
  /** The pattern a new name must match, and how to say so. */
  readonly form: RegExp;
  readonly formInWords: string;
}

export interface SitePattern {
  readonly path: readonly string[];
  readonly on: 'key' | 'value';
}

const identifier = /^[A-Za-z][A-Za-z0-9_-]*$/;
const documentName = /^[^\s/\\@][^/\\@\r\n]*$/;
const documentNameInWords = 'a name without /, \\ and @';

export const symbolSites: readonly SymbolSites[] = [
  {
    kind: 'node',
    document: 'workflow',
    local: true,
    definitions: [{ path: ['nodes', '#', 'id'], on: 'value' }],
    uses: [{ path: ['weights_prior', '*'], on: 'key' }],
    form: identifier,
    formInWords: 'a letter, then letters, digits, _ or -',
  },
  {
    kind: 'input',
    document: 'workflow',
    local: true,
    definitions: [{ path: ['inputs', '*'], on: 'key' }],
    uses: [],
    form: /^[^\r\n`]+$/,
    formInWords: 'a name on one line without `',
  },
  {
    kind: 'server',
    document: 'agent',
    local: true,
    definitions: [{ path: ['mcp_servers', '#', 'name'], on: 'value' }],
    uses: [{ path: ['tools', '#', 'server'], on: 'value' }],
    form: /^[^\r\n]+$/,
    formInWords: 'a name on one line',
  },
  {
    kind: 'state',
    document: 'states',
    local: true,
    scope: statesOf,
    definitions: [{ path: ['**', 'states', '*'], on: 'key' }],
    uses: [],
    form: /^[^\r\n]+$/,
    formInWords: 'a name on one line',
  },
  { kind: 'agent', document: 'agent', local: false, definitions: [{ path: ['name'], on: 'value' }], uses: [], form: documentName, formInWords: documentNameInWords },
  { kind: 'workflow', document: 'workflow', local: false, definitions: [{ path: ['name'], on: 'value' }], uses: [], form: documentName, formInWords: documentNameInWords },
  { kind: 'workflow', document: 'states', local: false, definitions: [{ path: ['metadata', 'name'], on: 'value' }], uses: [], form: documentName, formInWords: documentNameInWords },
];

export function sitesOf(kind: SymbolKind): SymbolSites | null {
  return symbolSites.find((sites) => sites.kind === kind) ?? null;
}

export function symbolKindOf(word: string | null): SymbolKind | null {
  return symbolSites.find(({ kind }) => kind === word)?.kind ?? null;
}

export function matchesSite(pattern: SitePattern, path: YamlPath, on: 'key' | 'value'): boolean {
  const anywhere = pattern.path[0] === '**';
  const parts = anywhere ? pattern.path.slice(1) : pattern.path;
  if (pattern.on !== on || (anywhere ? path.length < parts.length || statesOf(path).length !== path.length - 1 : path.length !== parts.length)) return false;
  const compared = path.slice(path.length - parts.length);
  return parts.every((part, i) => (part === '*' ? typeof compared[i] === 'string' : part === '#' ? typeof compared[i] === 'number' : part === compared[i]));
}

/** The `states` that a path lies in; a state itself may be called `states` too. A `startAt` names one of those beside it. */
export function statesOf(path: YamlPath): YamlPath {
  if (path.at(-1) === 'startAt') return [...path.slice(0, -1), 'states'];
  let length = 0;
  for (let i = 0; i < path.length - 1; i += 1) {
    if (path[i] !== 'states') continue;
    length = i + 1;
    i += 1;
  }
  return path.slice(0, length);
}

/** The scope of a name as a text; the same for all places that may mean the same. */
export function scopeOf(kind: SymbolKind, path: YamlPath): string {
  return sitesOf(kind)?.scope?.(path).join('\n') ?? '';
}
