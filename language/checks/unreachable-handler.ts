/**
 * # A handler that is never used
 *
 * The first entry of `retry` or `catch` that names an error decides. `States.TaskFailed` stands for every error but a
 * timeout; `States.Timeout`, `Runner.Timeout` and `Platform.Timeout` are one error; what ends the run itself, such as
 * `Dagbook.Halted`, is never caught. docs/errors.md lists the names.
 *
 * **Fix**: remove the name, or move the entry before the one that takes its errors.
 */
import { listField } from '../documents/json-access.ts';
import { errorNames } from '../documents/states/error-names.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check, Finding, StatesContext } from './check.ts';
import { lookAtStates } from './state-shapes.ts';

const timeouts: ReadonlySet<string> = new Set(['States.Timeout', 'Runner.Timeout', 'Platform.Timeout']);

const final: ReadonlySet<string> = new Set(errorNames.flatMap(({ name, handled }) => (handled ? [] : [name])));

export const unreachableHandler: Check = {
  code: 'unreachable-handler',
  severity: 'warning',
  ignorable: true,
  states: (context, report) => {
    lookAtStates(context, unreachableHandler, report, ({ json, path }, say) => {
      for (const kind of ['retry', 'catch']) checkHandlers(context, listField(json, kind).map((handler) => listField(handler, 'errorEquals')), [...path, kind], say);
    });
  },
};

function checkHandlers({ valueSpan }: StatesContext, handlers: readonly (readonly unknown[])[], path: YamlPath, report: (finding: Finding) => void): void {
  const taken = new Map<string, YamlPath>();
  handlers.forEach((names, i) => {
    names.forEach((written, j) => {
      if (typeof written !== 'string') return;
      const at = [...path, i, 'errorEquals', j];
      const name = timeouts.has(written) ? 'States.Timeout' : written;
      const earlier = taken.get(name) ?? (isPlainError(name) ? taken.get('States.TaskFailed') : undefined);
      if (final.has(name)) report({ message: name === 'Dagbook.Halted' ? 'A halt is never caught or tried again. Remove the name.' : `"${name}" is never caught or tried again: it ends the run, or nobody waits for it. Remove the name.`, span: valueSpan(at) });
      else if (earlier !== undefined) {
        const related = [{ message: 'This one decides.', span: valueSpan(earlier) }];
        report({ message: `"${written}" never comes here: an earlier name takes it. Remove it, or move this entry up.`, span: valueSpan(at), related });
      } else taken.set(name, at);
    });
  });
}

/** What `States.TaskFailed` stands for. */
function isPlainError(name: string): boolean {
  return name !== 'States.Timeout' && name !== 'States.ALL' && name !== 'States.TaskFailed';
}
