import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { referencedAs } from '../documents/document-kind.ts';
import { listField, textField } from '../documents/json-access.ts';
import type { Agent } from '../documents/agent/agent.ts';
import { lowerAgent } from '../documents/agent/lower-agent.ts';
import { isObject } from '../documents/json-access.ts';
import { sinks, sources } from '../graph/graph.ts';
import type { FeatureContext, IndexedDocument } from './feature-context.ts';
import { nodeGraph } from './node-scope.ts';
import { codeSpan, plainMarkdown } from './plain-markdown.ts';

/** An agent or a workflow of the workspace in a few lines of Markdown. */
export function describeDocument(context: FeatureContext, document: IndexedDocument): string {
  const uses = usesOfDocument(context, document);
  const title = `**${plainMarkdown(document.name ?? document.path)}** · ${titleOf(document.kind)} · ${plainMarkdown(document.path)}`;
  const parts = [title, plainMarkdown(document.description), document.kind === 'agent' ? agentLine(context, document) : workflowLine(document), usedBy(uses)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function titleOf(kind: IndexedDocument['kind']): string {
  return kind === 'model-profile' ? 'model profile' : kind === 'states' ? 'state machine' : kind;
}

/** By path, and by name where the file holds several. */
export function usesOfDocument({ workspace }: FeatureContext, { path, name, kind }: IndexedDocument): readonly ReturnType<FeatureContext['workspace']['usesOf']>[number][] {
  const sameKind = workspace.at(path).filter((other) => referencedAs(other.kind) === referencedAs(kind));
  return workspace.usesOf(path).filter((use) => use.kind === referencedAs(kind) && (sameKind.length < 2 || use.reference === name));
}

function agentLine(context: FeatureContext, document: IndexedDocument): string {
  const opened = context.workspace.open(document.path)?.analysis.documents.find((candidate) => candidate.kind === 'agent' && candidate.name === document.name);
  const agent = opened?.kind === 'agent' ? opened.agent : null;
  const model = `Model ${codeSpan(document.model ?? context.workspace.defaultModel)}${document.model === null ? ' (the setting `dagbook.defaultModel`)' : ''}`;
  return agent === null ? `${model}.` : `${model} · ${capsInWords(agent)}`;
}

/** The caps of one run of an agent; the tightest wins. */
export function capsInWords(agent: Agent): string {
  const tokens = agent.costCaps.perRunMaxTokens;
  const dollars = Math.min(agent.maxCostUsd, agent.guardrails.costBudgetUsd, agent.costCaps.perRunMaxUsd ?? Infinity);
  const caps = [`at most $${String(dollars)}`, `${agent.maxCalls} calls`, ...(tokens === null ? [] : [`${tokens} tokens`])];
  return `${caps.join(', ')} per run`;
}

function workflowLine({ kind, nodes }: IndexedDocument): string {
  const word = kind === 'states' ? 'state' : 'node';
  return nodes.length === 0 ? '' : `${nodes.length} ${nodes.length === 1 ? word : `${word}s`}: ${nodes.slice(0, 8).map(({ id }) => plainMarkdown(id)).join(', ')}${nodes.length > 8 ? ', …' : ''}`;
}

function usedBy(uses: ReturnType<typeof usesOfDocument>): string {
  if (uses.length === 0) return 'Used by nothing here.';
  const shown = uses.slice(0, 5).map(({ node, workflow, path }) => `- ${node === null ? '' : `${codeSpan(node)} in `}${plainMarkdown(workflow ?? path)}`);
  const more = uses.length > 5 ? [`- and ${uses.length - 5} more`] : [];
  return [`Used by ${uses.length} ${uses.length === 1 ? 'node' : 'nodes'}:`, ...shown, ...more].join('\n');
}

/** A node and its place in the graph. */
export function describeNode(context: FeatureContext, analyzed: AnalyzedDocument, id: string): string {
  const { document } = analyzed;
  const graph = nodeGraph(document);
  const before = graph.predecessors.get(id);
  if (before === undefined) return '';
  const after = graph.successors.get(id) ?? [];
  const place = `${list('after', before, 'starts the run')} · ${list('before', after, 'ends the run')}`;
  const counted = `Node ${graph.ids.indexOf(id) + 1} of ${graph.ids.length}${sources(graph).includes(id) ? ', a source' : ''}${sinks(graph).includes(id) ? ', a sink' : ''}`;
  const index = listField(document.json, 'nodes').findIndex((node) => textField(node, 'id') === id);
  return [`**${plainMarkdown(id)}** · ${counted}`, place, workLine(context, analyzed, index)].filter((part) => part !== '').join('\n\n');
}

function list(word: string, ids: readonly string[], none: string): string {
  const unique = [...new Set(ids)];
  return unique.length === 0 ? none : `${word} ${unique.slice(0, 6).map(codeSpan).join(', ')}${unique.length > 6 ? ` and ${unique.length - 6} more` : ''}`;
}

function workLine(context: FeatureContext, { references, document }: AnalyzedDocument, index: number): string {
  const node = listField(document.json, 'nodes')[index] ?? null;
  const reference = references.find(({ kind, path }) => kind !== 'schema' && path[0] === 'nodes' && path[1] === index);
  const goal = isObject(node) && isObject(node['task']) ? textField(node['task'], 'goal') : null;
  const task = goal === null ? '' : `> ${plainMarkdown(goal.replace(/\s+/g, ' ').slice(0, 200))}`;
  if (reference?.resolution?.kind !== 'document') return task;
  const target = reference.resolution.document;
  const agent = target.kind === 'agent' && isObject(target.json) ? lowerAgent(target.json) : null;
  const model = agent === null ? '' : ` on ${codeSpan(modelInWords(agent, context.workspace.defaultModel))}, ${capsInWords(agent)}`;
  return `${target.kind === 'agent' ? 'Agent' : 'Workflow'} ${codeSpan(target.name ?? target.path)}${model}${task === '' ? '' : `\n\n${task}`}`;
}

export function modelInWords({ model }: Agent, standard: string): string {
  const name = model.model ?? (model.tier === null ? null : `tier ${model.tier}`);
  if (model.provider === null) return name ?? standard;
  return name === null ? model.provider : `${model.provider}:${name}`;
}
