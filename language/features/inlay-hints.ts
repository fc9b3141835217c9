import { objectField, textField, field } from '../documents/json-access.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { settle, childSchema, follow } from '../documents/schema-walk.ts';
import { schemaOf } from '../documents/validate.ts';
import type { Span } from '../syntax/span.ts';
import { locate, type YamlPath } from '../syntax/yaml-path.ts';
import type { YamlNode, YamlMap } from '../syntax/yaml-tree.ts';
import { agentLabels } from './agent-label.ts';
import type { FeatureContext } from './feature-context.ts';
import { stateHints } from './state-hints.ts';
import { valueAt } from '../documents/value-at.ts';

export interface InlayHint {
  /** The hint is shown behind it. */
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
}

/** What is so without being written: the defaults of a role, the agent a reference means, the cap of a node. */
export function inlayHints(context: FeatureContext, range: Span): readonly InlayHint[] {
  const hints = context.analysis.documents.flatMap((analyzed): readonly InlayHint[] => {
    const { tree } = analyzed.document;
    if (analyzed.document.kind === 'states') return stateHints(context, analyzed, range);
    const nodes = analyzed.document.kind !== 'workflow' || tree === null ? null : locate(tree, ['nodes'])?.node;
    if (nodes?.kind !== 'seq') return [];
    const labelOf = agentLabels(context, analyzed);
    return nodes.items.flatMap((item, i) => (item.kind !== 'map' || item.span.end < range.start || item.span.start > range.end ? [] : nodeHints(analyzed, item, i, labelOf)));
  });
  // What stands behind an anchor is met once for each of its aliases.
  return [...new Map(hints.map((hint) => [`${hint.offset} ${hint.label}`, hint])).values()];
}

function nodeHints(analyzed: AnalyzedDocument, item: YamlMap, index: number, labelOf: (path: YamlPath) => string | null): readonly InlayHint[] {
  const { json } = analyzed.document;
  const node = valueAt(json, ['nodes', index]);
  const hints: InlayHint[] = [];
  const role = valueEnd(item, 'role');
  const roleDefaults = role === null ? '' : defaultsByRole(textField(node, 'role') ?? '', node);
  if (role !== null && roleDefaults !== '') hints.push({ offset: role, label: roleDefaults, tooltip: 'What this role brings where nothing else is said.' });
  const reference = valueEnd(item, 'agent_spec');
  const agent = labelOf(['nodes', index, 'agent_spec']);
  if (reference !== null && agent !== null) hints.push({ offset: reference, label: agent, tooltip: 'The agent this reference means, and its model.' });
  const cap = field(objectField(json, 'cost_caps'), 'per_node_max_tokens');
  const id = valueEnd(item, 'id');
  if (id !== null && typeof cap === 'number' && field(node, 'token_budget') === undefined && (field(node, 'task') !== undefined || field(node, 'agent_spec') !== undefined)) hints.push({ offset: id, label: `≤ ${cap} tokens`, tooltip: 'From cost_caps.per_node_max_tokens. A token_budget can lower it.' });
  return hints.sort((a, b) => a.offset - b.offset);
}

function valueEnd(item: YamlNode, key: string): number | null {
  const value = item.kind === 'map' ? item.entries.find((entry) => entry.key === key && !entry.merged)?.value : undefined;
  return value?.kind === 'scalar' && value.span.end > value.span.start ? value.span.end : null;
}

/** By the schema's own rule: fields whose default another field decides. */
function defaultsByRole(role: string, node: ReturnType<typeof valueAt>): string {
  const items = childSchema(settle(childSchema(settle(schemaOf('nodes-form'), {}), 'nodes') ?? schemaOf('nodes-form'), []), 0);
  if (items === null) return '';
  return Object.entries(objectField(follow(items.root, items.schema), 'properties'))
    .flatMap(([name, schema]) => {
      const by = field(schema, 'x-dagbook-default-by');
      const standard = by === undefined || field(node, name) !== undefined ? null : textField(objectField(by, 'values'), role);
      return standard === null ? [] : [`${name}: ${standard}`];
    })
    .join(', ');
}
