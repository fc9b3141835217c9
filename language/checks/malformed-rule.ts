/**
 * # A choice rule that tests nothing, or several things
 *
 * In a JSONPath state a rule is one of these: a `variable` with one comparison, `and` or `or` with a list of rules, or
 * `not` with a rule. In a JSONata state it is a `condition`.
 *
 * ```yaml
 * - { variable: $.risk, next: HumanReview }
 * ```
 *
 * **Fix**: add the comparison, or join several with `and`.
 */
import type { Json } from '../../protocol/json.ts';
import { field, isObject, listField } from '../documents/json-access.ts';
import { isComparison } from '../documents/states/rule-words.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check, Finding } from './check.ts';
import { lookAtStates } from './state-shapes.ts';

export const malformedRule: Check = {
  code: 'malformed-rule',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    const { keySpan } = context;
    lookAtStates(context, malformedRule, report, ({ type, json, path, queryLanguage }, say) => {
      if (type !== 'Choice') return;
      listField(json, 'choices').forEach((rule, i) => {
        const at = [...path, 'choices', i];
        if (queryLanguage === 'JSONPath') checkRule(rule, at, keySpan, say);
        else if (isObject(rule) && !Object.keys(rule).some((name) => name === 'condition' || isTest(name) || isStrange(name))) {
          say({ message: 'This rule tests nothing. Add a condition: {% … %}.', span: keySpan(at) });
        }
      });
    });
  },
};

const joins = ['and', 'or', 'not'];

function isTest(name: string): boolean {
  return name === 'variable' || joins.includes(name) || isComparison(name);
}

/** Reported already, and perhaps the very field that is missed. */
function isStrange(name: string): boolean {
  return !isTest(name) && !['next', 'comment', 'assign', 'output'].includes(name) && !name.startsWith('x-');
}

function checkRule(rule: Json, path: YamlPath, spanOf: (path: YamlPath) => Finding['span'], report: (finding: Finding) => void): void {
  if (!isObject(rule)) return;
  const names = Object.keys(rule);
  if (names.some(isStrange)) return;
  const joined = names.filter((name) => joins.includes(name));
  const compared = names.filter(isComparison);
  const [first, second] = [...joined, ...compared];
  if (second !== undefined) report({ message: `A rule makes one test, and "${first ?? ''}" is one. Join several with and.`, span: spanOf([...path, second]) });
  else if (first === undefined) report({ message: names.includes('variable') ? 'This rule does not say what its variable is compared with. Add a comparison such as stringEquals.' : 'This rule tests nothing. Add a variable and a comparison, or and, or, not.', span: spanOf(path) });
  else if (joined.length > 0 && names.includes('variable')) report({ message: `"variable" belongs to the rules inside "${first}".`, span: spanOf([...path, 'variable']) });
  else if (compared.length > 0 && !names.includes('variable')) report({ message: `"${first}" has nothing to look at. Add variable: $.field.`, span: spanOf(path) });
  for (const join of ['and', 'or']) listField(rule, join).forEach((inner, i) => { checkRule(inner, [...path, join, i], spanOf, report); });
  const inner = field(rule, 'not');
  if (inner !== undefined) checkRule(inner, [...path, 'not'], spanOf, report);
}
