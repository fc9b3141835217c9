import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Node, ParseError } from 'jsonc-parser';
import { findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { ErrorPlace } from '../protocol/dagbook-error.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import { nearest } from './did-you-mean.ts';

const FILE = '.vscode/settings.json';

/** What `.vscode/settings.json` says below `dagbook.`, with the defaults of the extension manifest filled in. */
export interface Settings {
  /** `provider` or `provider:model`, for agents that name no model. */
  readonly defaultModel: string;
  /** Tier (`deep`, `quick`) to `provider` or `provider:model`. */
  readonly tiers: Readonly<Record<string, string>>;
  /** Agent reference to a workspace-relative agent document. */
  readonly agents: Readonly<Record<string, string>>;
  /** Relative to the workspace, or absolute. */
  readonly ledgerPath: string;
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly workflowGlobs: readonly string[];
  /** A running run without a step or a token for so long is halted. */
  readonly stallSeconds: number;
}

type Check = (value: unknown) => string | null;

const MODEL = /^[a-z][a-z0-9_-]*(:\S+)?$/;

/** What each setting must be; null = it is. The manifest says the same in JSON Schema, and a test holds them together. */
const CHECKS: Readonly<Record<string, Check>> = {
  'dagbook.defaultModel': (value) => (isModel(value) ? null : 'must be "provider" or "provider:model", such as "simulated" or "openai:gpt-5-mini"'),
  'dagbook.tiers': (value) =>
    isRecordOf(value, isModel) && Object.keys(value).every((tier) => tier === 'deep' || tier === 'quick')
      ? null
      : 'must map "deep" and "quick" to "provider:model"',
  'dagbook.agents': (value) => (isRecordOf(value, isText) ? null : 'must map references to paths of agent documents'),
  'dagbook.ledger.path': (value) => (isText(value) ? null : 'must be a path'),
  'dagbook.ledger.synchronous': (value) => (value === 'FULL' || value === 'NORMAL' ? null : 'must be "FULL" or "NORMAL"'),
  'dagbook.files.workflows': (value) => (Array.isArray(value) && value.every(isText) ? null : 'must be a list of globs'),
  'dagbook.run.stallSeconds': (value) => (typeof value === 'number' && Number.isInteger(value) && value >= 30 ? null : 'must be a whole number of seconds, at least 30'),
};

/** Settings that only the editor reads. */
const EDITOR_ONLY = ['dagbook.run.confirmPaid', 'dagbook.diagnostics.severity', 'dagbook.graph.direction', 'dagbook.trace.server'];

export const SETTING_NAMES: readonly string[] = Object.keys(CHECKS);

/** Throws `settings-invalid`, with the place, when the file says something about us that cannot be meant. */
export function readSettings(root: string): Settings {
  const given = readGiven(path.join(root, FILE));
  const value = <T>(name: string, byDefault: T): T => (given.has(name) ? (given.get(name) as T) : byDefault);
  return {
    defaultModel: value('dagbook.defaultModel', 'simulated'),
    tiers: value('dagbook.tiers', {}),
    agents: value('dagbook.agents', {}),
    ledgerPath: value('dagbook.ledger.path', '.dagbook/ledger.db'),
    synchronous: value('dagbook.ledger.synchronous', 'FULL'),
    workflowGlobs: value('dagbook.files.workflows', []),
    stallSeconds: value('dagbook.run.stallSeconds', 300),
  };
}

function readGiven(file: string): ReadonlyMap<string, unknown> {
  const text = readIfThere(file);
  const given = new Map<string, unknown>();
  if (text === null || text.trim() === '') return given;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [error] = errors;
  if (error !== undefined) throw invalid(`${FILE} is not valid JSON: ${printParseErrorCode(error.error)}.`, text, error.offset);
  if (tree?.type !== 'object') throw invalid(`${FILE} must hold an object.`, text, 0);
  for (const property of tree.children ?? []) {
    const name: unknown = property.children?.[0]?.value;
    if (typeof name === 'string' && name.startsWith('dagbook.')) readOne(name, tree, property, text, given);
  }
  return given;
}

function readOne(name: string, tree: Node, property: Node, text: string, given: Map<string, unknown>): void {
  const check = CHECKS[name];
  if (check === undefined) {
    if (EDITOR_ONLY.includes(name)) return;
    const near = nearest(name, SETTING_NAMES);
    throw invalid(`There is no setting "${name}".${near === null ? '' : ` Did you mean "${near}"?`}`, text, property.offset);
  }
  const node = findNodeAtLocation(tree, [name]);
  if (node === undefined) return;
  const value: unknown = getNodeValue(node);
  const complaint = check(value);
  if (complaint !== null) throw invalid(`The setting "${name}" ${complaint}.`, text, node.offset);
  given.set(name, value);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DagbookError('settings-invalid', `${FILE} cannot be read (${code}).`);
  }
}

function invalid(message: string, text: string, offset: number): DagbookError {
  const before = text.slice(0, offset).split('\n');
  const place: ErrorPlace = { file: FILE, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return new DagbookError('settings-invalid', message, place);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isModel(value: unknown): value is string {
  return typeof value === 'string' && MODEL.test(value);
}

function isRecordOf<T>(value: unknown, is: (value: unknown) => value is T): value is Record<string, T> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((item) => is(item));
}
