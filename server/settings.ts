import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import type { LanguageSettings, Severity } from '../language/index.ts';

/** What a person may set, as the editor sends it. Values that cannot be meant count as not given. */
export interface ServerSettings extends LanguageSettings {
  readonly defaultModel: string;
  /** Per code; `off` = not shown. */
  readonly severity: ReadonlyMap<string, Severity | 'off'>;
}

export const defaultSettings: ServerSettings = { agents: {}, workflowGlobs: [], defaultModel: 'simulated', severity: new Map() };

/** From the editor's `dagbook` section: `{agents, files: {workflows}, diagnostics: {severity}, …}`. */
export function settingsFromSection(section: unknown): ServerSettings {
  return settingsFrom((name) => at(section, name.split('.')) ?? at(section, [name]));
}

/** From `.vscode/settings.json`, for editors that do not keep settings for us. */
export function settingsFromFolder(root: string): ServerSettings {
  try {
    const json: unknown = parse(readFileSync(path.join(root, '.vscode', 'settings.json'), 'utf8'));
    return settingsFrom((name) => at(json, [`dagbook.${name}`]));
  } catch {
    return defaultSettings;
  }
}

function settingsFrom(get: (name: string) => unknown): ServerSettings {
  const model = get('defaultModel');
  const globs = get('files.workflows');
  return {
    agents: Object.fromEntries(entries(get('agents')).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    workflowGlobs: Array.isArray(globs) ? globs.filter((glob) => typeof glob === 'string') : [],
    defaultModel: typeof model === 'string' && model !== '' ? model : 'simulated',
    severity: new Map(entries(get('diagnostics.severity')).filter((entry): entry is [string, Severity | 'off'] => isSeverity(entry[1]))),
  };
}

function isSeverity(value: unknown): value is Severity | 'off' {
  return value === 'error' || value === 'warning' || value === 'information' || value === 'hint' || value === 'off';
}

function entries(value: unknown): readonly [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function at(value: unknown, names: readonly string[]): unknown {
  let current = value;
  for (const name of names) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[name];
  }
  return current;
}
