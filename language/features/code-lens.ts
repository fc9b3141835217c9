import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import type { Agent } from '../documents/agent/agent.ts';
import { lowerAgent } from '../documents/agent/lower-agent.ts';
import { isObject } from '../documents/json-access.ts';
import { once } from '../documents/once.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { Workflow } from '../graph/workflow.ts';
import type { Span } from '../syntax/span.ts';
import { valueSpan } from '../syntax/yaml-path.ts';
import { modelInWords, usesOfDocument } from './describe.ts';
import type { FeatureContext, LastRun } from './feature-context.ts';
import { movedLenses, type ShownLenses } from './kept-lenses.ts';
import { namePath } from './summarise-file.ts';

export interface CodeLens {
  readonly span: Span;
  readonly title: string;
  /** The id of an action in `protocol/actions.ts`; null = a title only. */
  readonly action: string | null;
  /** What the action is given, by parameter. `askInputs`: the inputs are asked for first. */
  readonly arguments: Readonly<Record<string, string | boolean>>;
}

type WorkflowDocument = Extract<AnalyzedDocument, { readonly workflow: Workflow }>;

/**
 * What can be done with the documents and nodes of a file, shown above them. Over a document with a syntax error there are
 * those that were shown before, where their lines are now, so that nothing jumps while somebody types: what would run is
 * refused with the error. Were there none, there is what only looks.
 */
export function codeLenses(context: FeatureContext, shown: ShownLenses | null = null): readonly CodeLens[] {
  const kept = once(() => (shown === null ? [] : movedLenses(shown, context.text)));
  return context.analysis.documents.flatMap((analyzed) => {
    switch (analyzed.kind) {
      case 'workflow':
        return workflowLenses(context, analyzed);
      case 'agent':
        return agentLenses(context, analyzed);
      case 'states':
        return workflowLenses(context, analyzed).filter(({ action }) => action === 'graph' || runs(context, analyzed));
      case 'model-profile':
        return [];
      case 'unreadable': {
        const { start, end } = analyzed.document.span;
        const own = kept().filter(({ span }) => start <= span.start && span.end <= end);
        return own.length > 0 ? own : lookingLenses(context, analyzed);
      }
    }
  });
}

/** Of a document of which a part can be read. */
function lookingLenses(context: FeatureContext, { name, document: { kind, tree } }: AnalyzedDocument): readonly CodeLens[] {
  if (tree === null || (kind !== 'workflow' && kind !== 'states')) return [];
  return lensesThatLook(context, valueSpan(tree, namePath(kind)), name);
}

function lensesThatLook({ file, workspace }: FeatureContext, span: Span, name: string | null): readonly CodeLens[] {
  const last = name === null ? null : workspace.lastRun(name);
  return [
    { span, title: 'DAG', action: 'graph', arguments: { file } },
    ...(last === null ? [] : [{ span, title: lastRunInWords(last), action: 'show', arguments: { run: last.runId } }]),
  ];
}

/** A button that is refused is none. */
function runs({ analysis }: FeatureContext, { document }: WorkflowDocument): boolean {
  return !analysis.diagnostics.some(({ code, span }) => code === 'not-runnable-yet' && span.start >= document.span.start && span.start <= document.span.end);
}

function workflowLenses(context: FeatureContext, analyzed: WorkflowDocument): readonly CodeLens[] {
  const { tree } = analyzed.document;
  if (tree === null) return [];
  const { workflow, name } = analyzed;
  const span = valueSpan(tree, namePath(analyzed.kind));
  const target = { workflow: context.file, ...(name === null ? {} : { name }) };
  const last = name === null ? null : context.workspace.lastRun(name);
  const lenses: readonly CodeLens[] = [
    { span, title: `▷ Run Workflow (${costInWords(context, analyzed)})`, action: 'run', arguments: target },
    { span, title: 'Run with inputs…', action: 'run', arguments: { ...target, askInputs: true } },
    ...lensesThatLook(context, span, name),
  ];
  // A node is run on its own on the record of the last run.
  const nodes = workflow.nodes.flatMap(({ id, path }): readonly CodeLens[] => [{ span: valueSpan(tree, [...path, 'id']), title: 'Run this node', action: last === null ? 'run' : 'fork', arguments: last === null ? { ...target, until: id } : { run: last.runId, only: id } }]);
  return [...lenses, ...nodes];
}

/** `simulated, free`, or the models and the cap. */
function costInWords({ workspace }: FeatureContext, { references, workflow }: WorkflowDocument): string {
  const documents = new Set<ParsedDocument>(references.flatMap(({ kind, resolution }) => (kind === 'agent' && resolution?.kind === 'document' ? [resolution.document] : [])));
  const agents = [...documents].map((document) => lowerAgent(isObject(document.json) ? document.json : {}));
  const bare = workflow.nodes.some(({ work }) => work.kind === 'task') || agents.length === 0;
  const models = new Set([...agents.map((agent) => modelInWords(agent, workspace.defaultModel)), ...(bare ? [workspace.defaultModel] : [])]);
  const [first = workspace.defaultModel, ...others] = [...models].sort((a, b) => Number(a === 'simulated') - Number(b === 'simulated'));
  const free = agents.every((agent) => isFree(agent, workspace)) && (!bare || costsNothing(providerOf(workspace.defaultModel), workspace));
  const shown = `${first.slice(first.indexOf(':') + 1)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  const cap = workflow.caps.perRunMaxUsd;
  return `${shown}, ${free ? 'free' : cap === null ? 'no cap' : `cap $${cap.toFixed(2)}`}`;
}

function isFree({ model }: Agent, workspace: FeatureContext['workspace']): boolean {
  const provider = model.provider ?? (model.model === null && model.tier === null ? providerOf(workspace.defaultModel) : null);
  // Its price is notional, whatever it says.
  if (provider === 'simulated') return true;
  if (model.price !== null) return model.price === 'free';
  return model.baseUrl === null ? provider !== null && costsNothing(provider, workspace) : provider === 'ollama' || /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(model.baseUrl);
}

function costsNothing(provider: string, { freeProviders }: FeatureContext['workspace']): boolean {
  return provider === 'simulated' || provider === 'ollama' || freeProviders.includes(provider);
}

/** Of `provider` or `provider:model`. */
function providerOf(model: string): string {
  return model.split(':')[0] ?? model;
}

function lastRunInWords({ specHash, status, ageSeconds, costUsd }: LastRun): string {
  return `⛓ ${specHash.slice(0, 4)}… last: ${status} ${ageInWords(ageSeconds)} ago, $${costUsd.toFixed(3)}`;
}

function ageInWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

function agentLenses(context: FeatureContext, analyzed: AnalyzedDocument): readonly CodeLens[] {
  const { tree } = analyzed.document;
  const indexed = context.workspace.at(context.file).find(({ kind, name }) => kind === 'agent' && name === analyzed.name);
  if (tree === null) return [];
  const count = indexed === undefined ? 0 : usesOfDocument(context, indexed).length;
  return [{ span: valueSpan(tree, ['name']), title: `Snapshot · used by ${count} ${count === 1 ? 'node' : 'nodes'}`, action: 'snapshot', arguments: { file: context.file, ...(analyzed.name === null ? {} : { name: analyzed.name }) } }];
}
