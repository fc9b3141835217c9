import { addDependency, addNode, addTask, breakCycle, declareInput, dependOnClassifier, makeUnique, removeReference, setNodeField } from './graph-fixes.ts';
import { addAdapterField, addExampleItem, addMissingField, fillDocument, nameSecret, removeDuplicateKey } from './field-fixes.ts';
import { chooseByPath, createDocument, createSchema, extractAgent, pinKnownDigest } from './file-fixes.ts';
import type { Fixer } from './fix.ts';
import { addState, endOrGoOn, removeState } from './state-fixes.ts';
import { addScheme, cleanName, prefixField, quoteIt, removeComment, removeTag, removeThisField, useAllowedValue, useBound, useExample, useLiteral, useSuggestion } from './suggestion-fixes.ts';
import { mendExpression, mendSyntax, useKnownVersion } from './text-fixes.ts';

/** What mends each code, the likeliest first. A code that is not here has no mechanical cure. */
export const fixers: Readonly<Record<string, readonly Fixer[]>> = {
  'adapter-needs': [addAdapterField],
  'agent-not-available': [pinKnownDigest],
  'agent-not-found': [useSuggestion, createDocument('agent')],
  'ambiguous-name': [chooseByPath],
  'branch-not-dependent': [dependOnClassifier],
  'conflicting-fields': [removeThisField],
  cycle: [breakCycle],
  'dead-end': [endOrGoOn],
  'duplicate-id': [makeUnique],
  'duplicate-key': [removeDuplicateKey],
  'duplicate-label': [makeUnique],
  'empty-document': [fillDocument],
  'expression-syntax': [mendExpression],
  'inline-agent': [extractAgent],
  'join-never-runs': [setNodeField('dep_policy')],
  'literal-credential': [nameSecret],
  'malformed-digest': [pinKnownDigest],
  'malformed-value': [cleanName, addScheme, useExample],
  'misplaced-field': [useSuggestion, removeThisField],
  'missing-field': [addMissingField],
  'node-in-two-branches': [removeReference],
  'non-string-key': [quoteIt],
  'not-a-number': [quoteIt],
  'not-an-ancestor': [addDependency],
  'nothing-to-do': [addTask],
  'out-of-range': [useBound],
  'quarantined-not-read-only': [setNodeField('isolation')],
  'schema-not-found': [createSchema],
  'self-dependency': [removeReference],
  'too-few-items': [addExampleItem],
  'undeclared-input': [useSuggestion, declareInput],
  'unknown-api-version': [useKnownVersion],
  'unknown-error-name': [useSuggestion],
  'unknown-field': [useSuggestion, prefixField, removeThisField],
  'unknown-node': [useSuggestion, addNode, removeReference],
  'unknown-provider': [useSuggestion],
  'unknown-state': [useSuggestion, addState],
  'unknown-tag': [removeTag],
  'unknown-value': [useSuggestion, useAllowedValue],
  'unresolved-alias': [quoteIt],
  'unreachable-state': [removeState],
  'unsafe-integer': [quoteIt],
  'unused-ignore': [removeComment],
  'workflow-not-found': [useSuggestion, createDocument('workflow')],
  'wrong-type': [useLiteral],
  'yaml-syntax': [mendSyntax],
};
