import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientCapabilities } from 'vscode-languageserver-protocol/node';
import { makeWorkspace } from '../cli/kit.ts';
import { startEditor, type Editor } from './client.ts';

const AGENT = 'name: helper\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: Help.\n';
const WORKFLOW = 'name: w\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: configs/agents/helper.yaml\n';

/** An editor that neither watches files for a server nor keeps its settings. */
const PLAIN: ClientCapabilities = { workspace: {}, textDocument: { publishDiagnostics: {} } };

async function until(editor: Editor, file: string, codes: readonly string[]): Promise<void> {
  for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const shown = editor.published.get(editor.uri(file))?.map(({ code }) => String(code));
    if (JSON.stringify(shown) === JSON.stringify(codes)) return;
    if (Date.now() > end) throw new Error(`Shown: ${JSON.stringify(shown)}, wanted: ${JSON.stringify(codes)}`);
  }
}

describe('for an editor that watches no files', () => {
  it('the server sees what comes, changes and goes by itself, settings too', { timeout: 120_000 }, async () => {
    const folder = makeWorkspace({ 'configs/workflows/.keep': '' });
    const editor = await startEditor([folder], { capabilities: PLAIN });
    await editor.open('configs/workflows/w.yaml', WORKFLOW);
    const agent = path.join(folder, 'configs/agents/helper.yaml');
    await until(editor, 'configs/workflows/w.yaml', ['agent-not-found']);
    mkdirSync(path.dirname(agent));
    writeFileSync(agent, AGENT);
    await until(editor, 'configs/workflows/w.yaml', []);
    writeFileSync(agent, 'name: w2\nadapter_kind: graph\nnodes: [{ id: a, task: { goal: x } }]\n');
    await until(editor, 'configs/workflows/w.yaml', ['not-an-agent']);
    rmSync(agent);
    await until(editor, 'configs/workflows/w.yaml', ['agent-not-found']);
    mkdirSync(path.join(folder, '.vscode'));
    writeFileSync(path.join(folder, '.vscode/settings.json'), '{ "dagbook.diagnostics.severity": { "agent-not-found": "off" } }');
    await until(editor, 'configs/workflows/w.yaml', []);
    expect(editor.errors).toEqual([]);
  });
});
