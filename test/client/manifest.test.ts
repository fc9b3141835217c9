import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND_IDS } from '../../client/commands/command-id.ts';
import { ACTIONS } from '../../protocol/actions.ts';
import { dagbook, makeWorkspace } from '../cli/kit.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface MenuEntry { readonly command: string; readonly when?: string; readonly group?: string }
interface Manifest {
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: string; readonly description: string }; readonly virtualWorkspaces: { readonly supported: string } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly keybindings: readonly MenuEntry[];
    readonly views: { readonly dagbook: readonly { readonly id: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly id: string; readonly description: string; readonly media: { readonly markdown: string }; readonly completionEvents: readonly string[] }[] }[];
    readonly problemMatchers: readonly { readonly pattern: readonly { readonly regexp: string; readonly file: number; readonly line: number; readonly column: number; readonly severity: number; readonly code: number; readonly message: number }[] }[];
    readonly languageModelTools: readonly { readonly name: string; readonly modelDescription: string; readonly inputSchema: { readonly type: string } }[];
  };
}

const text = readFileSync(path.join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const words = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;
const { commands, menus, keybindings, viewsWelcome, walkthroughs, languageModelTools } = manifest.contributes;
const ids = new Set<string>(COMMAND_IDS);

/** design/surface.md, column "VS Code": by which command each action is done in the editor. `null` = only where it says so. */
const DOORS: Readonly<Record<string, string | null>> = {
  'check': 'dagbook.check', 'explain': 'dagbook.explain', 'graph': 'dagbook.graph', 'snapshot': 'dagbook.snapshot', 'run': 'dagbook.run', 'tail': 'dagbook.show',
  'replay': 'dagbook.replay', 'fork': 'dagbook.fork', 'resume': 'dagbook.resume', 'halt': 'dagbook.halt', 'answer': 'dagbook.answer', 'runs': 'dagbook.runs', 'show': 'dagbook.show',
  'compare': 'dagbook.compare', 'ledger-verify': 'dagbook.ledgerVerify', 'ledger-sql': 'dagbook.ledgerSql', 'ledger-export': 'dagbook.ledgerExport', 'ledger-import': 'dagbook.ledgerImport', 'convert': 'dagbook.convert', 'new': 'dagbook.new',
  'ledger-prune': 'dagbook.ledgerPrune',
  'models-list': 'dagbook.models.refresh', 'models-test': 'dagbook.models.test', 'models-pull': 'dagbook.models.pull', 'models-rm': 'dagbook.models.remove', 'models-start': 'dagbook.models.start', 'models-stop': 'dagbook.models.stop',
  // The command line alone; the editor has `dagbook` on the PATH of its terminals.
  'ledger-path': null, 'scheduler': null,
  // Built in.
  'language-server': null,
};

describe('what the extension contributes', () => {
  it('lists exactly the commands that have a handler, in alphabetical order', () => {
    expect(commands.map(({ command }) => command)).toEqual(COMMAND_IDS);
    expect([...COMMAND_IDS].sort()).toEqual(COMMAND_IDS);
    expect(new Set(commands.map(({ category }) => category))).toEqual(new Set(['Dagbook']));
  });

  it('opens a door to every action of the table, or says why there is none', () => {
    expect(Object.keys(DOORS).sort()).toEqual(ACTIONS.map(({ id }) => id).sort());
    for (const [action, command] of Object.entries(DOORS)) if (command !== null) expect(ids.has(command), `${action} → ${command}`).toBe(true);
  });

  it('has handlers for what code lenses call: the id of an action after the dot', () => {
    for (const action of ['run', 'fork', 'graph', 'show', 'snapshot']) expect(ids.has(`dagbook.${action}`)).toBe(true);
  });

  it('names only commands that there are, in menus, keys, welcome texts and the walkthrough', () => {
    const linked = [...viewsWelcome.map(({ contents }) => contents), ...walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description))].flatMap((key) => [...resolved(key).matchAll(/\(command:([\w.]+)/g)].map((match) => match[1]!));
    const events = walkthroughs.flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents)).flatMap((event) => /^onCommand:(dagbook\..+)$/.exec(event)?.[1] ?? []);
    const named = [...Object.values(menus).flat().map(({ command }) => command), ...keybindings.map(({ command }) => command), ...linked, ...events];
    expect(named.filter((id) => id.startsWith('dagbook.') && !ids.has(id))).toEqual([]);
  });

  it('hides from the palette what is about one row of a view', () => {
    const hidden = new Set(menus['commandPalette']!.filter(({ when }) => when === 'false').map(({ command }) => command));
    const rows = ['dagbook.runNode', 'dagbook.copyId', 'dagbook.haltRun', 'dagbook.openVersion', 'dagbook.diffVersion', 'dagbook.revealInGraph', 'dagbook.ledger.more', 'dagbook.compareWithParent', 'dagbook.models.use'];
    expect(rows.filter((id) => !hidden.has(id))).toEqual([]);
    expect([...hidden].filter((id) => keybindings.some(({ command }) => command === id))).toEqual([]);
  });

  it('offers what stands beside a row in its context menu too, where a keyboard gets at it', () => {
    const entries = menus['view/item/context']!;
    const inMenu = new Set(entries.filter(({ group }) => !group!.startsWith('inline')).map(({ command, when }) => `${command} ${when}`));
    expect(entries.filter(({ group, command, when }) => group!.startsWith('inline') && !inMenu.has(`${command} ${when}`))).toEqual([]);
  });

  it('halts by a key that asks nothing', () => {
    expect(keybindings.find(({ command }) => command === 'dagbook.halt')?.when).toBe('dagbook.runActive');
  });

  it('can be translated: every text of it stands in package.nls.json, and nothing else does', () => {
    const used = [...text.matchAll(/"%([\w.-]+)%"/g)].map((match) => match[1]!);
    expect(used.filter((key) => !(key in words))).toEqual([]);
    expect(Object.keys(words).filter((key) => !used.includes(key))).toEqual([]);
    expect(commands.filter(({ title }) => !/^%.+%$/.test(title))).toEqual([]);
  });

  it('says something in every empty view, whatever the reason, and has one button', () => {
    for (const { id } of manifest.contributes.views.dagbook) {
      const texts = viewsWelcome.filter(({ view }) => view === id);
      expect(texts.length, id).toBeGreaterThan(1);
      for (const { contents } of texts) expect(resolved(contents).split('\n').filter((line) => /^\[[^\]]+\]\(command:[^)]+\)$/.test(line)), contents).toHaveLength(1);
    }
  });

  it('has a page for each step of the walkthrough, the first of which explains trust', () => {
    const steps = walkthroughs[0]!.steps;
    expect(steps.filter(({ media }) => !existsSync(path.join(root, media.markdown)))).toEqual([]);
    expect(resolved(steps[0]!.description)).toContain('trust');
    expect(steps.map(({ id }) => id)).toEqual(['open', 'fix', 'run', 'look', 'replay', 'halt', 'real']);
  });

  it('starts only for what may be ours', () => {
    expect(manifest.activationEvents.filter((event) => event === '*' || event === 'onStartupFinished' || event === 'onLanguage:yaml')).toEqual([]);
    expect(manifest.main).toBe('./dist/client.cjs');
  });

  it('works restricted in folders that are not trusted, and says what does not', () => {
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(resolved(manifest.capabilities.untrustedWorkspaces.description)).toContain('need a trusted workspace');
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe('limited');
  });

  it('finds in the output of a task what the command line says, and where', async () => {
    const [{ regexp, file, line, column, severity, code, message }] = manifest.contributes.problemMatchers[0]!.pattern as [Manifest['contributes']['problemMatchers'][number]['pattern'][number]];
    const workspace = makeWorkspace({ 'configs/workflows/a.yaml': 'name: A\nadapter_kind: graph\nnodes:\n  - id: research\n    task: { goal: x }\n    depends_on: [reserch]\n' });
    const { stdout, stderr } = await dagbook(['run', 'configs/workflows/a.yaml'], workspace);
    const found = `${stdout}\n${stderr}`.split('\n').flatMap((each) => new RegExp(regexp).exec(each) ?? []);
    expect([file, line, column, severity, code, message].map((group) => found[group])).toEqual(['configs/workflows/a.yaml', '6', '18', 'error', 'unknown-node', expect.stringContaining('No node "reserch".')]);
  });

  it('tells language models of every tool that it only reads', () => {
    expect(languageModelTools.map(({ name }) => name)).toEqual(['dagbook_check', 'dagbook_explain', 'dagbook_graph', 'dagbook_runs', 'dagbook_show']);
    for (const { modelDescription } of languageModelTools) expect(modelDescription).toMatch(/Reads only/);
  });
});

function resolved(key: string): string {
  const name = /^%(.+)%$/.exec(key)?.[1];
  return name === undefined ? key : words[name]!;
}
