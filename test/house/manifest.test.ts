import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EDITOR_ONLY, readSettings, SETTING_NAMES } from '../../disk/settings.ts';
import { allCodes } from '../../language/index.ts';
import { makeWorkspace } from '../cli/kit.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface SettingSchema {
  readonly type: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
  readonly scope?: string;
  readonly description?: string;
  readonly markdownDescription?: string;
}

interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly languages: readonly { readonly id: string; readonly extensions: readonly string[]; readonly filenamePatterns: readonly string[]; readonly configuration: string; readonly icon: { readonly light: string; readonly dark: string } }[];
    readonly grammars: readonly { readonly language: string; readonly scopeName: string; readonly path: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, SettingSchema>> }[];
  };
}

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const [language] = manifest.contributes.languages;
const settings = Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties)) as Record<string, SettingSchema>;

function isOurs(file: string): boolean {
  const byName = language!.extensions.some((extension) => file.toLowerCase().endsWith(extension));
  return byName || language!.filenamePatterns.some((pattern) => path.matchesGlob(file, pattern));
}

describe('the extension manifest', () => {
  it('contributes only files that are there', () => {
    const files = [language!.configuration, language!.icon.light, language!.icon.dark, ...manifest.contributes.grammars.map((grammar) => grammar.path)];
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('names its language by file name and by folder', () => {
    const ours = ['a.workflow.yaml', 'deep/b.agent.yml', 'configs/workflows/c.yaml', 'x/configs/agents/team/d.yml', 'configs/llm/e.yaml'];
    const others = ['docker-compose.yaml', '.github/workflows/ci.yml', 'configs/workflows/README.md', 'configs/other/f.yaml', 'workflow.yaml'];
    expect(ours.filter((file) => !isOurs(`/home/me/project/${file}`))).toEqual([]);
    expect(others.filter((file) => isOurs(`/home/me/project/${file}`))).toEqual([]);
  });

  it('has a grammar and a language configuration that are JSON, with regular expressions that compile', () => {
    const grammar = JSON.parse(readFileSync(path.join(root, manifest.contributes.grammars[0]!.path), 'utf8')) as { scopeName: string; patterns: { include: string }[] };
    expect(grammar.scopeName).toBe(manifest.contributes.grammars[0]!.scopeName);
    expect(grammar.patterns).toContainEqual({ include: 'source.yaml' });
    const configuration = JSON.parse(readFileSync(path.join(root, language!.configuration), 'utf8')) as { folding: { offSide: boolean }; wordPattern: string; indentationRules: Record<string, string> };
    expect(configuration.folding.offSide).toBe(true);
    const [word] = new RegExp(configuration.wordPattern).exec('research-lite: x') ?? [];
    expect(word).toBe('research-lite');
    const increase = new RegExp(configuration.indentationRules['increaseIndentPattern']!);
    expect(['nodes:', '  - inputs:', 'system_prompt: |', 'a: >-  # why'].filter((line) => !increase.test(line))).toEqual([]);
    expect(['- id: research', 'name: x', '# note'].filter((line) => increase.test(line))).toEqual([]);
  });

  it('says of every setting what it does, where it holds, and what it is by default', () => {
    for (const [name, setting] of Object.entries(settings)) {
      expect(setting.description ?? setting.markdownDescription, name).toMatch(/\.$/);
      // One server serves all folders of a window, so what is logged of it is the window's.
      expect(setting.scope, name).toBe(name === 'dagbook.trace.server' ? 'window' : 'resource');
      expect(setting, name).toHaveProperty('default');
    }
  });

  it('has exactly the settings that the command line reads, or knows to be the editor\'s own', () => {
    expect(Object.keys(settings).sort()).toEqual([...SETTING_NAMES, ...EDITOR_ONLY].sort());
  });

  it('has the defaults that the command line has', () => {
    const defaults = readSettings(makeWorkspace({}));
    expect(defaults).toEqual({
      defaultModel: settings['dagbook.defaultModel']!.default,
      tiers: settings['dagbook.tiers']!.default,
      prices: settings['dagbook.prices']!.default,
      agents: settings['dagbook.agents']!.default,
      servers: Object.keys(settings['dagbook.mcpServers']!.default as object),
      ledgerPath: settings['dagbook.ledger.path']!.default,
      synchronous: settings['dagbook.ledger.synchronous']!.default,
      workflowGlobs: settings['dagbook.files.workflows']!.default,
      stallSeconds: settings['dagbook.run.stallSeconds']!.default,
      severity: settings['dagbook.diagnostics.severity']!.default,
    });
  });

  it('knows every code there is in the setting for their severity, but for the one that is always shown', () => {
    const severity = settings['dagbook.diagnostics.severity']!;
    expect(Object.keys(severity.properties ?? {})).toEqual([...allCodes].filter((code) => code !== 'internal-error').sort());
    expect(severity.additionalProperties).toBe(false);
  });

  it('allows exactly the values that the command line takes', () => {
    const taken = (name: string, value: unknown): boolean => {
      try {
        readSettings(makeWorkspace({ '.vscode/settings.json': JSON.stringify({ [name]: value }) }));
        return true;
      } catch {
        return false;
      }
    };
    expect(settings['dagbook.ledger.synchronous']!.enum!.filter((value) => !taken('dagbook.ledger.synchronous', value))).toEqual([]);
    expect(taken('dagbook.ledger.synchronous', 'OFF')).toBe(false);
    const { minimum } = settings['dagbook.run.stallSeconds']!;
    expect([taken('dagbook.run.stallSeconds', minimum), taken('dagbook.run.stallSeconds', minimum! - 1)]).toEqual([true, false]);
    const pattern = new RegExp(settings['dagbook.defaultModel']!.pattern!);
    for (const model of ['simulated', 'openai:gpt-5-mini', 'ollama:llama3.2:3b', 'Open AI', '', ':x', 'openai:']) {
      expect(taken('dagbook.defaultModel', model), model).toBe(pattern.test(model));
    }
  });
});
