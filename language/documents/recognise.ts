import type { Json } from '../../protocol/json.ts';
import type { DocumentKind } from './document-kind.ts';
import { matchesGlob } from './glob.ts';
import { field, isList, isObject, listField, textField } from './json-access.ts';
import { workflowSchema } from './generated/workflow-schema.ts';
import { nearestWord } from './nearest-word.ts';
import { cursor } from './schema-walk.ts';

export type Recognition =
  | { readonly kind: DocumentKind }
  /** An agentrc document of a version that is not ours. */
  | { readonly kind: 'unknown-version'; readonly apiVersion: string }
  /** Somebody else's YAML: nothing is said about it. */
  | { readonly kind: 'foreign' };

const foreign: Recognition = { kind: 'foreign' };

/** What a document is: by its content first, then by its path. */
export function recognise(content: Json, path: string, workflowGlobs: readonly string[]): Recognition {
  return byContent(content) ?? byPath(path, workflowGlobs);
}

function byContent(content: Json): Recognition | null {
  if (content !== null && !isObject(content)) return null;
  const apiVersion = textField(content, 'apiVersion');
  if (apiVersion?.startsWith('agentrc.') === true) {
    return apiVersion === 'agentrc.workflow/v0.1' ? { kind: 'states' } : { kind: 'unknown-version', apiVersion };
  }
  if (field(content, 'apiVersion') !== undefined || field(content, 'kind') !== undefined) return foreign;
  if (looksLikeWorkflow(content)) return { kind: 'workflow' };
  const has = (key: string): boolean => field(content, key) !== undefined;
  if (has('name') && has('role') && (has('model') || has('system_prompt'))) return { kind: 'agent' };
  return null;
}

function looksLikeWorkflow(content: Json): boolean {
  if (field(content, 'adapter_kind') !== undefined) return true;
  const adapter = textField(content, 'adapter');
  if (adapter !== null && adapterNames().includes(adapter)) return true;
  if (field(content, 'name') === undefined) return false;
  const nodes = field(content, 'nodes');
  return isList(nodes) && nodes.some(looksLikeNode);
}

function looksLikeNode(node: Json): boolean {
  return field(node, 'id') !== undefined && (['agent_spec', 'task', 'human'].some((key) => field(node, key) !== undefined) || isNodeKind(field(node, 'kind')));
}

/** Many formats have nodes of some `kind`; ours are few, and told even where their settings are wrong. */
function isNodeKind(kind: Json | undefined): boolean {
  const names = ['spawn', 'loop', 'classify', 'tournament', 'reduce'];
  const written = typeof kind === 'string' ? [kind] : [textField(kind, 'type') ?? '', ...(isObject(kind) ? Object.keys(kind) : [])];
  return written.some((name) => names.includes(name) || nearestWord(name, names) !== null);
}

function adapterNames(): readonly Json[] {
  const properties = field(cursor(workflowSchema, 'adapterForm').schema, 'properties') ?? null;
  return listField(field(properties, 'adapter'), 'enum');
}

function byPath(path: string, workflowGlobs: readonly string[]): Recognition {
  const folder = /(?:^|\/)configs\/(workflows|agents|llm)\//.exec(path)?.[1];
  if (/\.workflow\.ya?ml$/.test(path) || workflowGlobs.some((glob) => matchesGlob(path, glob))) return { kind: 'workflow' };
  if (/\.agent\.ya?ml$/.test(path)) return { kind: 'agent' };
  switch (folder) {
    case 'workflows':
      return { kind: 'workflow' };
    case 'agents':
      return { kind: 'agent' };
    case 'llm':
      return { kind: 'model-profile' };
    default:
      return foreign;
  }
}
