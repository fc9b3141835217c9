/**
 * # A field that the adapter needs
 *
 * A crew needs a `manager`; a debate `participants`; fusion a `join` node or `weights_prior`; a schedule its `schedule`
 * (with `cron` or `interval_seconds`) and a `target`; each node of an execution its `runtime` and `spec`.
 *
 * **Fix**: add the field that the message names.
 */
import { field, isObject, listField, textField } from '../documents/json-access.ts';
import type { Check, WorkflowContext } from './check.ts';

export const adapterNeeds: Check = {
  code: 'adapter-needs',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    const { value, json, valueSpan } = context;
    const adapter = textField(value, 'adapter_kind');
    if (adapter === null) return;
    const has = (name: string): boolean => field(json, name) !== undefined;
    const span = valueSpan(['adapter_kind']);
    for (const alternatives of needs(adapter)) {
      if (!alternatives.some(has)) report({ message: `adapter_kind ${adapter} needs ${alternatives.map((name) => `"${name}"`).join(' or ')}. Add it.`, span });
    }
    if (adapter === 'execution') reportNodes(context, report);
    const schedule = field(json, 'schedule');
    if (adapter === 'schedule' && isObject(schedule) && field(schedule, 'cron') === undefined && !(Number(field(schedule, 'interval_seconds') ?? 0) > 0)) {
      report({ message: 'The schedule never fires. Give it a cron line, or interval_seconds above 0.', span: context.keySpan(['schedule']) });
    }
  },
};

function needs(adapter: string): readonly (readonly string[])[] {
  switch (adapter) {
    case 'crew':
      return [['manager']];
    case 'debate':
      return [['participants']];
    case 'fusion':
      return [['join', 'weights_prior']];
    case 'schedule':
      return [['schedule'], ['target']];
    default:
      return [];
  }
}

function reportNodes({ json, nodes, valueSpan }: WorkflowContext, report: Parameters<NonNullable<Check['workflow']>>[1]): void {
  for (const { node, path } of nodes) {
    const written = listField(json, 'nodes')[Number(path[1])] ?? null;
    for (const name of ['runtime', 'spec']) {
      if (field(written, name) === undefined) report({ message: `Node "${node.id}" of an execution needs "${name}". Add it.`, span: valueSpan([...path, 'id']) });
    }
  }
}
