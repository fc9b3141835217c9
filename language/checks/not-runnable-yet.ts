/**
 * # A field that does not act yet
 *
 * The field is part of the language, and the document is correct, but what it asks for is not built yet. Checking and
 * drawing work; `run` refuses, because a field that is silently ignored would be worse.
 *
 * **Fix**: wait for a later release, or do what the message says. Only where something else does the same is there a quick fix.
 */
import { field, isObject, jsonEqual, textField } from '../documents/json-access.ts';
import { findFields, type FieldFinder, type FieldInSight } from '../documents/find-fields.ts';
import type { Check } from './check.ts';

export const notRunnableYet: Check = {
  code: 'not-runnable-yet',
  severity: 'information',
  ignorable: true,
  document: ({ document, schema, value, keySpan, valueSpan }, report) => {
    if (document.kind === 'states') {
      report({ message: 'Workflows of states are checked and drawn, but do not run yet; only workflows of nodes do.', span: valueSpan(['apiVersion']) });
      return;
    }
    if (schema === null) return;
    for (const { path, found } of findFields(notYet, schema, value, document.memory)) {
      report({ message: found.message, span: found.on === 'key' ? keySpan(path) : valueSpan(path) });
    }
  },
  workflow: ({ nodes, agentOf, valueSpan }, report) => {
    for (const { node, path } of nodes) {
      // Elsewhere a worktree is written out, and reported above.
      if (node.isolation !== 'worktree' || node.role !== 'implement') continue;
      const agent = agentOf(node.id);
      if (agent === null || agent.tools.length + agent.mcpServers.length === 0) continue;
      report({
        message: `By its role "implement" this node works in a worktree of its own, which is not built yet, and "${agent.name}" has tools. Write isolation: shared, or read_only if they must not write.`,
        span: valueSpan([...path, 'agent_spec']),
      });
    }
  },
};

const notYet: FieldFinder<{ readonly message: string; readonly on: 'key' | 'value' }> = {
  find: (at) => {
    if (isStandard(at)) return { found: null, deeper: true };
    const whole = textField(at.settled, 'x-dagbook-not-yet') ?? textField(at.schema, 'x-dagbook-not-yet');
    if (whole !== null) return { found: { message: whole, on: 'key' }, deeper: false };
    const values = field(at.schema, 'x-dagbook-not-yet-values');
    const message = typeof at.value === 'string' && isObject(values) ? textField(values, at.value) : null;
    return { found: message === null ? null : { message, on: 'value' }, deeper: message === null };
  },
};

/** What is so anyway asks for nothing. A default by role counts too: without tools nothing can write, and a worktree makes no difference. */
function isStandard({ schema, value, parent }: FieldInSight): boolean {
  if (Object.hasOwn(schema, 'default') && jsonEqual(schema['default'] ?? null, value)) return true;
  const dependent = field(schema, 'x-dagbook-default-by');
  if (dependent === undefined) return false;
  const decisive = textField(parent, textField(dependent, 'field') ?? '') ?? 'custom';
  return field(field(dependent, 'values'), decisive) === value;
}
