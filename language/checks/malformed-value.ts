/**
 * # A value of the wrong form
 *
 * An id with a space in it, a cron line with four fields or a 25th hour, an empty text, an address without `https://`.
 *
 * **Fix**: write it as the message says.
 */
import { field, textField } from '../documents/json-access.ts';
import { cronMistake } from '../expressions/cron.ts';
import type { Check } from './check.ts';

export const malformedValue: Check = {
  code: 'malformed-value',
  severity: 'error',
  ignorable: false,
  // Whether there are five fields says the schema, which finds most of these mistakes.
  workflow: ({ value, textSpan }, report) => {
    const mistake = cronMistake(textField(field(value, 'schedule'), 'cron') ?? '');
    if (mistake !== null) report({ message: mistake.message, span: textSpan(['schedule', 'cron'], mistake.offset, mistake.length) });
  },
};
