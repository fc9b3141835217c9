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
import { textsOf, type StateText } from './state-texts.ts';

export const intrinsicCall: Check = {
  code: 'intrinsic-call',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    for (const { path, parsed } of textsOf(context, context.document.memory, isWrong)) {
      if (!parsed.ok) report(mistakeFinding(context, path, parsed.mistake));
    }
  },
};

function isWrong(text: StateText): text is Extract<StateText, { readonly kind: 'intrinsic' }> {
  return text.kind === 'intrinsic' && !text.parsed.ok;
}
