/**
 * # A setting that the simulated model does not read
 *
 * The simulated model reads `latency_ms`, `tokens_per_second`, `reply`, `tool_calls`, `fail` (`error`, `times`), `stall`,
 * `ignore_abort`, `overrun_tokens`, `usage` (honest, omit, lie) and `price` from its `extras`. Anything else there, and
 * any value that it cannot use, does nothing.
 *
 * ```yaml
 * model: { provider: simulated, extras: { latency: 200 } }
 * ```
 *
 * **Fix**: correct the name or the value, here `latency_ms: 200`; remove what belongs to another provider.
 */
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, objectField, textField } from '../documents/json-access.ts';
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { AgentContext, Check, Report } from './check.ts';

interface Extra {
  readonly fits: (value: Json) => boolean;
  /** Completes "… takes". */
  readonly takes: string;
}

const amount: Extra = { fits: (value) => typeof value === 'number' && value >= 0, takes: 'a number, 0 or more' };
const flag: Extra = { fits: (value) => typeof value === 'boolean', takes: 'true or false' };
const anything: Extra = { fits: () => true, takes: 'anything' };

const extras: Readonly<Record<string, Extra>> = {
  latency_ms: amount,
  tokens_per_second: amount,
  reply: anything,
  tool_calls: anything,
  fail: { fits: isObject, takes: '{ error: Tool.TemporaryFailure, times: 1 }' },
  stall: flag,
  ignore_abort: flag,
  overrun_tokens: amount,
  usage: { fits: (value) => value === 'honest' || value === 'omit' || value === 'lie', takes: 'honest, omit or lie' },
  price: { fits: (value) => value === 'free' || isObject(value), takes: 'free, or { input: dollars, output: dollars } per million tokens' },
};

const failure: Readonly<Record<string, Extra>> = {
  error: { fits: (value) => typeof value === 'string' && value !== '', takes: 'the name of an error, such as Tool.TemporaryFailure' },
  times: amount,
};

export const unreadExtra: Check = {
  code: 'unread-extra',
  severity: 'warning',
  ignorable: true,
  agent: (context, report) => {
    const model = objectField(context.value, 'model');
    const provider = textField(model, 'provider');
    if (provider !== null && provider !== 'simulated') return;
    const written = objectField(model, 'extras');
    // Without a provider a setting decides, and another one may read what this one does not.
    compare(context, written, extras, ['model', 'extras'], provider === null, report);
    compare(context, objectField(written, 'fail'), failure, ['model', 'extras', 'fail'], false, report);
  },
};

function compare({ keySpan, valueSpan }: AgentContext, written: JsonObject, known: Readonly<Record<string, Extra>>, path: YamlPath, onlySlips: boolean, report: Report): void {
  const absent = Object.keys(known).filter((name) => !Object.hasOwn(written, name));
  for (const [name, value] of Object.entries(written)) {
    const extra = Object.hasOwn(known, name) ? known[name] : undefined;
    if (extra === undefined) {
      if (name.startsWith('x-')) continue;
      const suggestion = nearestWord(name, absent) ?? absent.find((each) => name.length > 3 && each.startsWith(name)) ?? null;
      if (suggestion === null && onlySlips) continue;
      const message = `The simulated model does not read "${name}".${didYouMean(suggestion)}${suggestion === null ? ` It reads ${Object.keys(known).join(', ')}.` : ''}`;
      report({ message, span: keySpan([...path, name]), ...(suggestion === null ? {} : { suggestion }) });
    } else if (!extra.fits(value)) {
      report({ message: `"${name}" of a simulated model takes ${extra.takes}. As it stands it does nothing.`, span: valueSpan([...path, name]) });
    }
  }
}
