/**
 * # An expression names an input that is not declared
 *
 * The workflow declares `inputs`, but not this one. An undeclared input may still be given to a run; without it the
 * expression gives nothing.
 *
 * **Fix**: correct the name, or declare the input.
 */
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import type { Check } from './check.ts';

export const undeclaredInput: Check = {
  code: 'undeclared-input',
  severity: 'hint',
  ignorable: true,
  workflow: (context, report) => {
    const declared = Object.keys(context.workflow.inputs);
    if (declared.length === 0) return;
    for (const { expression, path } of context.expressions) {
      for (const { name, offset, length } of expression.inputs) {
        if (declared.includes(name)) continue;
        const suggestion = nearestWord(name, declared);
        const advice = suggestion === null ? ' Declare it under inputs.' : didYouMean(suggestion);
        report({ message: `No input "${name}" is declared.${advice}`, span: context.textSpan(path, offset, length), ...(suggestion === null ? {} : { suggestion }) });
      }
    }
  },
};
