/**
 * # A heartbeat that is never missed
 *
 * `heartbeatSeconds` is the longest silence a task may keep; where it is as long as the timeout, the timeout always comes
 * first.
 *
 * **Fix**: make it smaller than `timeoutSeconds`, or remove it.
 */
import { field } from '../documents/json-access.ts';
import type { Check } from './check.ts';
import { lookAtStates } from './state-shapes.ts';

export const heartbeatTooLong: Check = {
  code: 'heartbeat-too-long',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    const { valueSpan } = context;
    lookAtStates(context, heartbeatTooLong, report, ({ json, path }, say) => {
      const heartbeat = field(json, 'heartbeatSeconds');
      const timeout = field(json, 'timeoutSeconds');
      if (typeof heartbeat !== 'number' || typeof timeout !== 'number' || timeout < 1 || heartbeat < timeout) return;
      say({
        message: `The timeout of ${timeout} seconds comes first. Make the heartbeat smaller than that, or remove it.`,
        span: valueSpan([...path, 'heartbeatSeconds']),
        related: [{ message: 'The timeout is here.', span: valueSpan([...path, 'timeoutSeconds']) }],
      });
    });
  },
};
