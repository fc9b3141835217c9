/**
 * # An intrinsic function that is called wrongly
 *
 * Intrinsic functions are called `States.Name(…)`. Their arguments are paths, texts in single quotes, numbers, `true`,
 * `false`, `null` and other calls, at most ten deep: `Array`, `ArrayContains`, `ArrayGetItem`, `ArrayLength`,
 * `ArrayPartition`, `ArrayRange`, `ArrayUnique`, `Base64Decode`, `Base64Encode`, `Format`, `Hash`, `JsonMerge`,
 * `JsonToString`, `MathAdd`, `MathRandom`, `StringSplit`, `StringToJson`, `UUID`.
 *
 * ```yaml
 * sum.$: States.MathAdd($.a)
 * ```
 *
 * **Fix**: correct the call where the marker stands.
 */
import type { Check } from './check.ts';
import { mistakeFinding } from './mistake-finding.ts';

export const intrinsicCall: Check = {
  code: 'intrinsic-call',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    for (const text of context.texts) {
      if (text.kind === 'intrinsic' && !text.parsed.ok) report(mistakeFinding(context, text.path, text.parsed.mistake));
    }
  },
};
