import type { DocumentKind } from '../documents/document-kind.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

/** What names stand for. Those of `local` belong to one document, the others to the workspace. */
export type SymbolKind = 'node' | 'input' | 'server' | 'agent' | 'workflow';

/**
 * Where a kind of name is defined, and where it is used besides the fields that the schemas mark with
 * `x-dagbook-reference`. A further family of documents adds rows here, and nothing else.
 */
export interface SymbolSites {
  readonly kind: SymbolKind;
  readonly document: DocumentKind;
  readonly local: boolean;
  /** `*` = any key, `#` = any index; the name is the value, or the key where the pattern says so. */
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
  { kind: 'agent', document: 'agent', local: false, definitions: [{ path: ['name'], on: 'value' }], uses: [], form: documentName, formInWords: documentNameInWords },
  { kind: 'workflow', document: 'workflow', local: false, definitions: [{ path: ['name'], on: 'value' }], uses: [], form: documentName, formInWords: documentNameInWords },
];

export function sitesOf(kind: SymbolKind): SymbolSites | null {
  return symbolSites.find((sites) => sites.kind === kind) ?? null;
}

export function symbolKindOf(word: string | null): SymbolKind | null {
  return symbolSites.find(({ kind }) => kind === word)?.kind ?? null;
}

export function matchesSite(pattern: SitePattern, path: YamlPath, on: 'key' | 'value'): boolean {
  if (pattern.on !== on || pattern.path.length !== path.length) return false;
  return pattern.path.every((part, i) => (part === '*' ? typeof path[i] === 'string' : part === '#' ? typeof path[i] === 'number' : part === path[i]));
}
