import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import type { Agent } from '../documents/agent/agent.ts';
import { lowerAgent } from '../documents/agent/lower-agent.ts';
import { isObject, listField, textField } from '../documents/json-access.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { Resolution } from '../documents/references/resolve-reference.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { modelInWords } from './describe.ts';
import type { FeatureContext } from './feature-context.ts';

/** What a node of the picture refers to, as far as it is known here. */
export interface PictureTarget {
  /** The agent's or workflow's own name; null where the reference leads to nothing here. */
  readonly name: string | null;
  /** As people call it; null for a workflow. */
  readonly model: string | null;
  /** Names of the secrets the agent reads. */
  readonly secrets: readonly string[];
  /** Whether its answers must fit a schema that stands in a file. */
  readonly schemaFile: boolean;
}

const NOTHING: PictureTarget = { name: null, model: null, secrets: [], schemaFile: false };

/** By the id of the node. Each agent is read once, however many nodes refer to it. */
export function targetsOfNodes({ workspace }: FeatureContext, { document, references }: AnalyzedDocument): ReadonlyMap<string, PictureTarget> {
  const idOf = document.kind === 'states' ? stateOfPath : nodeOfPath(document);
  const known = new Map<ParsedDocument, PictureTarget>();
  const found = new Map<string, PictureTarget>();
  for (const { kind, path, resolution } of references) {
    const id = idOf(path);
    if (id === null) continue;
    const before = found.get(id) ?? NOTHING;
    found.set(id, kind === 'schema' ? { ...before, schemaFile: true } : { ...read(resolution, workspace.defaultModel, known), schemaFile: before.schemaFile });
  }
  return found;
}

/** `nodes`, index, field. Of two nodes with one id the first counts. */
function nodeOfPath(document: ParsedDocument): (path: YamlPath) => string | null {
  const ids = listField(document.json, 'nodes').map((node) => textField(node, 'id'));
  const first = new Map(ids.map((id, index) => [id, index] as const).toReversed());
  return ([list, index, ...field]) => {
    const id = list === 'nodes' && field.length === 1 ? (ids[Number(index)] ?? null) : null;
    return id !== null && first.get(id) === index ? id : null;
  };
}

/** … `states`, name, field. */
function stateOfPath(path: YamlPath): string | null {
  return path.at(-3) === 'states' ? String(path.at(-2)) : null;
}

function read(resolution: Resolution | null, standard: string, known: Map<ParsedDocument, PictureTarget>): PictureTarget {
  if (resolution?.kind !== 'document') return NOTHING;
  const { document } = resolution;
  const before = known.get(document);
  if (before !== undefined) return before;
  const agent = document.kind === 'agent' && isObject(document.json) ? lowerAgent(document.json) : null;
  const target = { ...NOTHING, name: document.name, ...(agent === null ? {} : { model: withoutProvider(modelInWords(agent, standard)), secrets: secretsOf(agent) }) };
  known.set(document, target);
  return target;
}

function secretsOf({ mcpServers }: Agent): readonly string[] {
  return [...new Set(mcpServers.flatMap(({ env }) => Object.values(env).flatMap((value) => (typeof value === 'string' ? [] : [value.secret]))))];
}

/** `openai:gpt-5-mini` is called `gpt-5-mini`; `simulated` is called so. */
export function withoutProvider(model: string): string {
  return /^[a-z][a-z0-9_-]*:(?=.)/.test(model) ? model.slice(model.indexOf(':') + 1) : model;
}
