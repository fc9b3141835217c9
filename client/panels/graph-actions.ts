import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { FromGraphPanel } from '../../protocol/graph-panel.ts';
import type { Json } from '../../protocol/json.ts';
import type { TextRange } from '../../protocol/text-range.ts';
import { showForm } from '../forms/show-form.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { bodyUri } from '../runs/record-documents.ts';
import type { RunLauncher } from '../runs/run-launcher.ts';
import { inform, sayBriefly } from '../workbench/plain-window.ts';
import { localFolders } from '../workspace/folders.ts';
import type { GraphPanel } from './graph-panel.ts';
import { openAddress } from './open-address.ts';

export interface GraphActionParts {
  readonly hosts: HostPool;
  readonly launcher: () => RunLauncher;
  readonly memory: vscode.Memento;
}

type NodeAction = FromGraphPanel & { readonly kind: 'node-action' };

/** What a person does in the picture, done. */
export async function graphAction(parts: GraphActionParts, graph: GraphPanel, message: FromGraphPanel): Promise<void> {
  switch (message.kind) {
    case 'reveal':
      return reveal(graph.uri, message.range, message.focus);
    case 'run':
      await vscode.commands.executeCommand('dagbook.run', { uri: graph.uri, name: graph.picture?.name, askInputs: message.askInputs });
      return;
    case 'halt':
      await vscode.commands.executeCommand('dagbook.haltRun', runOf(parts, graph, message.run));
      return;
    case 'node-action':
      return nodeAction(parts, graph, message);
    case 'show-run':
      await vscode.commands.executeCommand('dagbook.show', runOf(parts, graph, message.run));
      return;
    case 'answer':
      await vscode.commands.executeCommand('dagbook.answer', { run: message.run, node: message.node });
      return;
    case 'direction':
      await parts.memory.update(directionKey(graph.uri), message.direction);
      graph.settingsChanged();
      return;
    case 'explain':
      await vscode.commands.executeCommand('dagbook.explain', message.code);
      return;
    case 'fix':
      return fix(graph, message.node, message.code);
    case 'problems':
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      return;
    case 'export':
      return save(graph, message.format, message.data);
    case 'copy':
      await vscode.env.clipboard.writeText(message.text);
      return;
    case 'open-body': {
      const { folder, run } = runOf(parts, graph, graph.shownRun?.id ?? '');
      if (folder !== undefined && run !== '') await vscode.window.showTextDocument(bodyUri({ folder, id: run }, message.seq, message.part), { preview: true, viewColumn: vscode.ViewColumn.Beside });
      return;
    }
    case 'open-address':
      return openAddress(message.address);
    case 'ready':
    case 'document':
    case 'steps':
    case 'bodies':
    case 'layout':
    case 'bug':
      return;
  }
}

/** Where the direction of a document's graph is remembered. */
export function directionKey(uri: vscode.Uri): string {
  return `dagbook.graphDirection ${uri.toString()}`;
}

async function reveal(uri: vscode.Uri, { start, end }: TextRange, focus: boolean): Promise<void> {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const there = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const editor = await vscode.window.showTextDocument(uri, { viewColumn: there?.viewColumn ?? vscode.ViewColumn.One, preserveFocus: !focus, selection: range });
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** To the problem itself, which may stand anywhere in the node's text, and opens what can be done about it. */
async function fix(graph: GraphPanel, node: string, code: string): Promise<void> {
  const within = graph.picture?.nodes.find(({ id }) => id === node)?.range ?? null;
  if (within === null) return;
  const text = new vscode.Range(within.start.line, within.start.character, within.end.line, within.end.character);
  const codeOf = ({ code: given }: vscode.Diagnostic): unknown => (typeof given === 'object' ? given.value : given);
  const problem = vscode.languages.getDiagnostics(graph.uri).find((one) => codeOf(one) === code && text.contains(one.range.start));
  const start = problem?.range.start ?? text.start;
  await reveal(graph.uri, { start, end: start }, true);
  if (problem !== undefined) await vscode.commands.executeCommand('editor.action.quickFix');
}

/** The run that lies over the picture is of that picture's ledger. */
function runOf(parts: GraphActionParts, graph: GraphPanel, run: string): { readonly run: string; readonly folder: vscode.WorkspaceFolder | undefined } {
  const shown = graph.shownRun;
  const of = shown === null ? undefined : parts.hosts.all.find(({ host }) => host === shown.host)?.folder;
  return { run, folder: of ?? vscode.workspace.getWorkspaceFolder(graph.uri) ?? localFolders()[0] };
}

async function nodeAction(parts: GraphActionParts, graph: GraphPanel, { action, node }: NodeAction): Promise<void> {
  const { uri } = graph;
  const name = graph.picture?.name ?? null;
  switch (action) {
    case 'run-node': {
      const run = await recordFor(parts, graph);
      if (run === null) await vscode.commands.executeCommand('dagbook.run', { uri, name, until: node });
      else await vscode.commands.executeCommand('dagbook.fork', { ...runOf(parts, graph, run), only: node });
      return;
    }
    case 'fork-from': {
      const run = await recordFor(parts, graph);
      if (run === null) void inform(l10n.t('This workflow has not run yet: there is nothing to fork.'));
      else await vscode.commands.executeCommand('dagbook.fork', { ...runOf(parts, graph, run), from: node });
      return;
    }
    case 'run-until':
      await vscode.commands.executeCommand('dagbook.run', { uri, name, until: node });
      return;
    case 'pause-at':
      await parts.launcher().launch({ uri, name, pauseAt: [node] });
      return;
    case 'pin': {
      const value = await pinnedValue(node, await lastOutput(parts, graph, node));
      if (value !== null) await parts.launcher().launch({ uri, name, pins: { [node]: value } });
      return;
    }
    case 'open-agent':
      return openAgent(graph, node);
    case 'show-steps': {
      const run = await recordFor(parts, graph);
      if (run !== null) await vscode.commands.executeCommand('dagbook.show', { ...runOf(parts, graph, run), node });
      return;
    }
  }
}

/** The run that is shown, else the workflow's last one. */
async function recordFor(parts: GraphActionParts, graph: GraphPanel): Promise<string | null> {
  if (graph.shownRun !== null) return graph.shownRun.id;
  const folder = vscode.workspace.getWorkspaceFolder(graph.uri) ?? localFolders()[0];
  const name = graph.picture?.name;
  if (folder === undefined || name === undefined) return null;
  const [last] = await parts.hosts.of(folder).call('lastRuns', { workflows: [name] });
  return last?.id ?? null;
}

/** What the node answered when it ran last: most pins are that, changed. Null where there is no such answer any more. */
async function lastOutput(parts: GraphActionParts, graph: GraphPanel, node: string): Promise<Json> {
  const run = await recordFor(parts, graph);
  const { folder } = runOf(parts, graph, run ?? '');
  if (run === null || folder === undefined) return null;
  const host = parts.hosts.of(folder);
  const { agent_runs: agentRuns } = await host.call('show', { run });
  const last = agentRuns.findLast(({ node_id: of, status }) => of === node && status === 'completed');
  return last === undefined ? null : (await host.call('agentRunBodies', { run, agentRun: last.id })).output;
}

async function pinnedValue(node: string, before: Json): Promise<Json> {
  const schema = { type: 'object', required: ['output'], properties: { output: { title: l10n.t('output'), description: l10n.t('The output that "{0}" is given by hand, as JSON.', node) } } };
  const value = await showForm({ title: l10n.t('Pin {0}', node), schema, given: before === null ? {} : { output: before } });
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? ((value as { readonly output?: Json }).output ?? null) : null;
}

/** Where the node's agent is written, as the language server finds it from the node's own text. */
async function openAgent(graph: GraphPanel, node: string): Promise<void> {
  const range = graph.picture?.nodes.find(({ id }) => id === node)?.range ?? null;
  if (range === null) return;
  const document = await vscode.workspace.openTextDocument(graph.uri);
  for (let line = range.start.line; line <= Math.min(range.end.line, document.lineCount - 1); line++) {
    const found = /^[\s-]*(?:agent_spec|agent|workflow)\s*:\s*["']?/.exec(document.lineAt(line).text);
    if (found === null) continue;
    const places = await vscode.commands.executeCommand<readonly (vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider', graph.uri, new vscode.Position(line, found[0].length));
    const [place] = places;
    if (place === undefined) continue;
    const [uri, selection] = 'targetUri' in place ? [place.targetUri, place.targetRange] : [place.uri, place.range];
    await vscode.window.showTextDocument(uri, { selection, viewColumn: vscode.ViewColumn.One });
    return;
  }
  void inform(l10n.t('"{0}" names no agent document.', node));
}

async function save(graph: GraphPanel, format: 'svg' | 'png', data: string): Promise<void> {
  const name = `${graph.picture?.name ?? 'graph'}.${format}`.replaceAll(/[\\/:*?"<>|]/g, '-');
  const folder = vscode.Uri.joinPath(graph.uri, '..');
  const target = await vscode.window.showSaveDialog({ defaultUri: graph.uri.scheme === 'untitled' ? vscode.Uri.file(name) : vscode.Uri.joinPath(folder, name), filters: format === 'svg' ? { SVG: ['svg'] } : { PNG: ['png'] } });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, format === 'svg' ? Buffer.from(data, 'utf8') : Buffer.from(data.replace(/^data:image\/png;base64,/, ''), 'base64'));
  sayBriefly('check', l10n.t('Saved {0}.', vscode.workspace.asRelativePath(target)));
}
