/**
 * # `States.ALL` where it may not stand
 *
 * The entries of `retry` and `catch` are looked at in their order, and `States.ALL` stands for every error. So it stands
 * alone in its entry, and that entry is the last.
 *
 * ```yaml
 * retry:
 *   - { errorEquals: [States.ALL] }
 *   - { errorEquals: [States.Timeout], maxAttempts: 1 }
 * ```
 *
 * **Fix**: move the entry to the end, and the other names into entries before it.
 */
import { listField } from '../documents/json-access.ts';
import type { Check } from './check.ts';
import { lookAtStates } from './state-shapes.ts';

export const handlerOrder: Check = {
  code: 'handler-order',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    const { valueSpan } = context;
    lookAtStates(context, handlerOrder, report, ({ json, path }, say) => {
      for (const kind of ['retry', 'catch']) {
        const handlers = listField(json, kind);
        handlers.forEach((handler, i) => {
          const names = listField(handler, 'errorEquals');
          const at = names.indexOf('States.ALL');
          if (at < 0) return;
          const span = valueSpan([...path, kind, i, 'errorEquals', at]);
          if (names.length > 1) say({ message: 'States.ALL stands for every error, so it stands alone. Remove the other names, or give it an entry of its own at the end.', span });
          // Another one of them after it is told by itself: it is never looked at.
          else if (handlers.slice(i + 1).some((later) => !listField(later, 'errorEquals').includes('States.ALL'))) say({ message: `States.ALL stands for every error, so nothing after it is looked at. Move this entry to the end of ${kind}.`, span });
        });
      }
    });
  },
};
