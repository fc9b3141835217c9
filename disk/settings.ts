import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Node, ParseError } from 'jsonc-parser';
import { findNodeAtLocation, getNodeValue, parse, parseTree } from 'jsonc-parser';
import type { LanguageSettings, McpServer, Severities } from '../language/index.ts';
import { isServer, serverOf, type GivenServer } from './tool-servers.ts';
import { nearestWord } from '../language/index.ts';
import type { ErrorPlace } from '../protocol/dagbook-error.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import { jsonProblemWords } from './json-problem.ts';

/** Relative to the workspace. */
export const SETTINGS_FILE = '.vscode/settings.json';

/** What a person may set below `dagbook.`, with the defaults of the extension manifest filled in. */
export interface Settings extends LanguageSettings {
  /** `provider` or `provider:model`, for agents that name no model. */
  readonly defaultModel: string;
  /** Tier (`deep`, `quick`) to `provider` or `provider:model`. */
  readonly tiers: Readonly<Record<string, string>>;
  /** `provider:model` or `provider` to US dollars per million tokens, or `free`. */
  readonly prices: Readonly<Record<string, PriceSetting>>;
  /** Tool servers for agents that name their tools. */
  readonly servers: readonly McpServer[];
  /** Relative to the workspace, or absolute. */
  readonly ledgerPath: string;
  readonly synchronous: 'FULL' | 'NORMAL';
  /** A running run without a step or a token for so long is halted. */
  readonly stallSeconds: number;
  /** Diagnostic code to how grave it counts; `off` = not shown. */
  readonly severity: Severities;
}

export type PriceSetting = 'free' | { readonly input: number; readonly output: number; readonly cached_input?: number; readonly cache_write?: number; readonly image_input?: number; readonly reasoning?: number };

interface Rule {
  readonly is: (value: unknown) => boolean;
  /** Completes "The setting … ". */
  readonly must: string;
  /** Of a map: what each entry must be, so that one slip in the editor does not cost the others. */
  readonly entry?: (value: unknown, key: string) => boolean;
}

const MODEL = /^[a-z][a-z0-9_-]*(:\S+)?$/;
const SEVERITIES: readonly unknown[] = ['error', 'warning', 'information', 'hint', 'off'];

/** What each setting must be. The manifest says the same in JSON Schema, and a test holds them together. */
const RULES: Readonly<Record<string, Rule>> = {
  'dagbook.defaultModel': { is: isModel, must: 'must be "provider" or "provider:model", such as "simulated" or "openai:gpt-5-mini"' },
  'dagbook.tiers': mapOf((value, tier) => isModel(value) && (tier === 'deep' || tier === 'quick'), 'must map "deep" and "quick" to "provider:model"'),
  'dagbook.prices': mapOf((value, model) => isModel(model) && isPrice(value), 'must map "provider:model" to "free" or to {"input", "output"}, and where they differ {"cached_input", "cache_write", "image_input", "reasoning"}, in US dollars per million tokens'),
  'dagbook.mcpServers': mapOf(isServer, 'must map names to tool servers: {"command": …, "args": […], "env": {…}} or {"url": …, "headers": {…}}'),
  'dagbook.agents': mapOf(isText, 'must map references to paths of agent documents'),
  'dagbook.ledger.path': { is: isText, must: 'must be a path' },
  'dagbook.ledger.synchronous': { is: (value) => value === 'FULL' || value === 'NORMAL', must: 'must be "FULL" or "NORMAL"' },
  'dagbook.files.workflows': { is: (value) => Array.isArray(value) && value.every(isText), must: 'must be a list of globs' },
  'dagbook.run.stallSeconds': { is: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 30, must: 'must be a whole number of seconds, at least 30' },
  'dagbook.diagnostics.severity': mapOf((value) => SEVERITIES.includes(value), 'must map codes to "error", "warning", "information", "hint" or "off"'),
};

/** Settings that only the editor reads. */
export const EDITOR_ONLY: readonly string[] = ['dagbook.run.confirmPaid', 'dagbook.graph.direction', 'dagbook.trace.server'];

export const SETTING_NAMES: readonly string[] = Object.keys(RULES);

export const defaultSettings: Settings = settingsFrom(() => undefined);

/** From `.vscode/settings.json`. Throws `settings-invalid`, with the place, when it says something about us that cannot be meant. */
export function readSettings(root: string): Settings {
  const given = readGiven(path.join(root, SETTINGS_FILE));
  return settingsFrom((name) => given.get(name));
}

/** The same file for an editor, where a person is typing in it: what cannot be meant counts as not given. */
export function readSettingsLeniently(root: string): Settings {
  try {
    const json: unknown = parse(readIfThere(path.join(root, SETTINGS_FILE)) ?? '', [], { allowTrailingComma: true });
    return settingsFrom((name) => usable(name, at(json, [name])));
  } catch (error) {
    if (error instanceof DagbookError) return defaultSettings;
    throw error;
  }
}

/** From an editor's `dagbook` section: `{agents, files: {workflows}, …}`. What cannot be meant counts as not given. */
export function settingsFromSection(section: unknown): Settings {
  return settingsFrom((name) => {
    const short = name.slice('dagbook.'.length);
    return usable(name, at(section, short.split('.')) ?? at(section, [short]));
  });
}

/** `get` gives what is as the rules want it, or undefined. */
function settingsFrom(get: (name: string) => unknown): Settings {
  const value = <T>(name: string, byDefault: T): T => (get(name) as T | undefined) ?? byDefault;
  return {
    defaultModel: value('dagbook.defaultModel', 'simulated'),
    tiers: value('dagbook.tiers', {}),
    prices: value('dagbook.prices', {}),
    agents: value('dagbook.agents', {}),
    servers: Object.entries(value<Readonly<Record<string, GivenServer>>>('dagbook.mcpServers', {})).map(serverOf),
    ledgerPath: value('dagbook.ledger.path', '.dagbook/ledger.db'),
    synchronous: value('dagbook.ledger.synchronous', 'FULL'),
    workflowGlobs: value('dagbook.files.workflows', []),
    stallSeconds: value('dagbook.run.stallSeconds', 300),
    severity: value('dagbook.diagnostics.severity', {}),
  };
}

function usable(name: string, value: unknown): unknown {
  const rule = RULES[name];
  if (rule === undefined) return undefined;
  const { entry } = rule;
  if (entry !== undefined && isRecord(value)) return Object.fromEntries(Object.entries(value).filter(([key, item]) => entry(item, key)));
  return rule.is(value) ? value : undefined;
}

function readGiven(file: string): ReadonlyMap<string, unknown> {
  const text = readIfThere(file);
  const given = new Map<string, unknown>();
  if (text === null || text.trim() === '') return given;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [error] = errors;
  if (error !== undefined) throw invalid(`${SETTINGS_FILE} is not valid JSON: ${jsonProblemWords(error)}.`, text, error.offset);
  if (tree?.type !== 'object') throw invalid(`${SETTINGS_FILE} must hold an object.`, text, 0);
  for (const property of tree.children ?? []) {
    const name: unknown = property.children?.[0]?.value;
    if (typeof name === 'string' && name.startsWith('dagbook.')) readOne(name, tree, property, text, given);
  }
  return given;
}

function readOne(name: string, tree: Node, property: Node, text: string, given: Map<string, unknown>): void {
  const rule = RULES[name];
  if (rule === undefined) {
    if (EDITOR_ONLY.includes(name)) return;
    const near = nearestWord(name, SETTING_NAMES);
    throw invalid(`There is no setting "${name}".${near === null ? '' : ` Did you mean "${near}"?`}`, text, property.offset);
  }
  const node = findNodeAtLocation(tree, [name]);
  if (node === undefined) return;
  const value: unknown = getNodeValue(node);
  if (!rule.is(value)) throw invalid(`The setting "${name}" ${rule.must}.`, text, node.offset);
  given.set(name, value);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DagbookError('settings-invalid', `${SETTINGS_FILE} cannot be read (${code}).`);
  }
}

function invalid(message: string, text: string, offset: number): DagbookError {
  const before = text.slice(0, offset).split('\n');
  const place: ErrorPlace = { file: SETTINGS_FILE, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return new DagbookError('settings-invalid', message, place);
}

function mapOf(entry: (value: unknown, key: string) => boolean, must: string): Rule {
  return { is: (value) => isRecord(value) && Object.entries(value).every(([key, item]) => entry(item, key)), must, entry };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isModel(value: unknown): value is string {
  return typeof value === 'string' && MODEL.test(value);
}

function isPrice(value: unknown): boolean {
  if (value === 'free') return true;
  if (!isRecord(value) || !Object.keys(value).every((key) => PRICES.has(key))) return false;
  const { input, output, cached_input: cached = 0, cache_write: written = 0, image_input: images = 0, reasoning = 0 } = value;
  const amount = (each: unknown): each is number => typeof each === 'number' && Number.isFinite(each) && each >= 0;
  return [input, output, cached, written, images, reasoning].every(amount) && amount(input) && amount(cached) && cached <= input;
}

const PRICES: ReadonlySet<string> = new Set(['input', 'output', 'cached_input', 'cache_write', 'image_input', 'reasoning']);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: unknown, names: readonly string[]): unknown {
  let current = value;
  for (const name of names) {
    if (!isRecord(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}
