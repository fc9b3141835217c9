import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CodeActionRequest, HoverRequest, type CodeAction } from 'vscode-languageserver-protocol/node';
import { LEDGER_NEWS, LOCKED_SPECS_REQUEST, type LedgerNews, type LockedSpecsParams } from '../../protocol/language-requests.ts';
import { dagbook, makeWorkspace } from '../cli/kit.ts';
import { startEditor, type Editor } from './client.ts';

const AGENT = 'name: helper\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: Help.\n';
const NONE = 'a'.repeat(64);
const workflow = (...digests: readonly string[]): string => `name: w\nadapter_kind: graph\nnodes:\n${digests.map((digest, i) => `  - id: n${i}\n    agent_spec: ghcr.io/acme/helper@sha256:${digest}\n`).join('')}`;

async function lock(folder: string, text: string): Promise<string> {
  const file = 'configs/agents/helper.yaml';
  writeFileSync(path.join(folder, file), text);
  const { stdout, stderr } = await dagbook(['snapshot', file, '--json'], folder);
  rmSync(path.join(folder, file));
  const hash = (JSON.parse(stdout) as { readonly spec_hash?: string }).spec_hash;
  if (hash === undefined) throw new Error(stdout + stderr);
  return hash;
}

async function until(editor: Editor, file: string, codes: readonly string[]): Promise<void> {
  for (const end = Date.now() + 90_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = (await editor.diagnostics(file)).map(({ code }) => String(code));
    if (JSON.stringify(found) === JSON.stringify(codes)) return;
    if (Date.now() > end) throw new Error(`Found ${JSON.stringify(found)}, wanted ${JSON.stringify(codes)}`);
  }
}

describe('an agent that only the ledger knows', () => {
  it('`dagbook lsp` asks the ledger itself: found by its digest, hovered, pinned, and noticed when a terminal locks it', { timeout: 240_000 }, async () => {
    const folder = makeWorkspace({ 'configs/agents/.keep': '', 'configs/workflows/.keep': '' });
    const first = await lock(folder, AGENT);
    const editor = await startEditor([folder], { program: ['dist/cli.mjs', 'lsp'] });
    const file = 'configs/workflows/w.yaml';
    await editor.open(file, workflow(first, NONE));
    await until(editor, file, ['agent-not-available']);
    const at = { textDocument: { uri: editor.uri(file) } };
    const hover = await editor.connection.sendRequest(HoverRequest.type, { ...at, position: { line: 4, character: 30 } });
    expect(JSON.stringify(hover)).toContain(`locked in the ledger as \`${first.slice(0, 12)}`);
    const [missing] = await editor.diagnostics(file);
    if (missing === undefined) throw new Error('nothing is missing');
    const titles = async (): Promise<readonly string[]> => ((await editor.connection.sendRequest(CodeActionRequest.type, { ...at, range: missing.range, context: { diagnostics: [] } })) as readonly CodeAction[]).map(({ title }) => title);
    for (const end = Date.now() + 90_000; !(await titles()).includes(`Pin ${first.slice(0, 12)}… from the ledger`) && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await titles()).toContain(`Pin ${first.slice(0, 12)}… from the ledger`);
    // Another version, locked while the editor is open. The same content has the same hash everywhere.
    const more = AGENT.replace('Help.', 'Help more.');
    const second = await lock(makeWorkspace({ 'configs/agents/.keep': '' }), more);
    await editor.change(file, workflow(first, second));
    await until(editor, file, ['agent-not-available']);
    expect(await lock(folder, more)).toBe(second);
    await until(editor, file, []);
    expect(editor.errors).toEqual([]);
  });

  it('an editor with a runtime is asked, once for a version that is there, and again after news for one that was not', { timeout: 120_000 }, async () => {
    const folder = makeWorkspace({});
    const editor = await startEditor([folder], { options: { ledger: true } });
    const asked: LockedSpecsParams[] = [];
    const locked = new Set<string>();
    editor.connection.onRequest(LOCKED_SPECS_REQUEST, (params: LockedSpecsParams) => {
      asked.push(params);
      return params.specHashes.filter((hash) => locked.has(hash)).map((specHash) => ({ kind: 'agent', name: 'helper', specHash, content: '{"name":"helper","role":"custom"}', sourcePath: null }));
    });
    await editor.open('w.workflow.yaml', workflow('1'.repeat(64)));
    await until(editor, 'w.workflow.yaml', ['agent-not-available']);
    for (const end = Date.now() + 90_000; asked.length === 0 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 20));
    locked.add('1'.repeat(64));
    const news: LedgerNews = { folder: editor.uri('.'), lastRuns: [], freeProviders: [], versions: [] };
    await editor.connection.sendNotification(LEDGER_NEWS, news);
    await until(editor, 'w.workflow.yaml', []);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    const before = asked.length;
    await editor.connection.sendNotification(LEDGER_NEWS, news);
    await editor.change('w.workflow.yaml', `${workflow('1'.repeat(64))}# more\n`);
    await until(editor, 'w.workflow.yaml', []);
    expect(asked.length).toBe(before);
    expect(asked[0]?.specHashes).toEqual(['1'.repeat(64)]);
    expect(editor.errors).toEqual([]);
  });
});
