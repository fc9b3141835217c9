import type { Check } from './check.ts';
import { adapterNeeds } from './adapter-needs.ts';
import { agentNotAvailable } from './agent-not-available.ts';
import { agentNotFound } from './agent-not-found.ts';
import { aliasBomb } from './alias-bomb.ts';
import { amazonSpelling } from './amazon-spelling.ts';
import { ambiguousName } from './ambiguous-name.ts';
import { branchNotDependent } from './branch-not-dependent.ts';
import { capTooSmall } from './cap-too-small.ts';
import { choiceFallsThrough } from './choice-falls-through.ts';
import { conflictingFields } from './conflicting-fields.ts';
import { cycle } from './cycle.ts';
import { deadEnd } from './dead-end.ts';
import { duplicateId } from './duplicate-id.ts';
import { duplicateItem } from './duplicate-item.ts';
import { duplicateKey } from './duplicate-key.ts';
import { duplicateLabel } from './duplicate-label.ts';
import { duplicateState } from './duplicate-state.ts';
import { emptyDocument } from './empty-document.ts';
import { expressionNotEvaluated } from './expression-not-evaluated.ts';
import { expressionSyntax } from './expression-syntax.ts';
import { fileTooLarge } from './file-too-large.ts';
import { foreignExpression } from './foreign-expression.ts';
import { handlerOrder } from './handler-order.ts';
import { heartbeatTooLong } from './heartbeat-too-long.ts';
import { inlineAgent } from './inline-agent.ts';
import { internalError } from './internal-error.ts';
import { intrinsicCall } from './intrinsic-call.ts';
import { invalidCharacter } from './invalid-character.ts';
import { invalidJsonSchema } from './invalid-json-schema.ts';
import { invalidMerge } from './invalid-merge.ts';
import { joinNeverRuns } from './join-never-runs.ts';
import { literalCredential } from './literal-credential.ts';
import { malformedDigest } from './malformed-digest.ts';
import { malformedRule } from './malformed-rule.ts';
import { malformedValue } from './malformed-value.ts';
import { misplacedField } from './misplaced-field.ts';
import { missingField } from './missing-field.ts';
import { noExit } from './no-exit.ts';
import { nodeInTwoBranches } from './node-in-two-branches.ts';
import { nonStringKey } from './non-string-key.ts';
import { notANumber } from './not-a-number.ts';
import { notAWorkflow } from './not-a-workflow.ts';
import { notAnAgent } from './not-an-agent.ts';
import { notAnAncestor } from './not-an-ancestor.ts';
import { notRunnableYet } from './not-runnable-yet.ts';
import { nothingToDo } from './nothing-to-do.ts';
import { outOfRange } from './out-of-range.ts';
import { outsideWorkspace } from './outside-workspace.ts';
import { pathNeverWritten } from './path-never-written.ts';
import { pathSyntax } from './path-syntax.ts';
import { quarantinedHasTools } from './quarantined-has-tools.ts';
import { quarantinedNotReadOnly } from './quarantined-not-read-only.ts';
import { schemaNotFound } from './schema-not-found.ts';
import { selfDependency } from './self-dependency.ts';
import { tooDeep } from './too-deep.ts';
import { tooFewItems } from './too-few-items.ts';
import { typographicQuotes } from './typographic-quotes.ts';
import { undeclaredInput } from './undeclared-input.ts';
import { unfitDefault } from './unfit-default.ts';
import { unknownApiVersion } from './unknown-api-version.ts';
import { unknownContextField } from './unknown-context-field.ts';
import { unknownErrorName } from './unknown-error-name.ts';
import { unknownField } from './unknown-field.ts';
import { unknownNode } from './unknown-node.ts';
import { unknownProvider } from './unknown-provider.ts';
import { unknownServer } from './unknown-server.ts';
import { unknownState } from './unknown-state.ts';
import { unknownTag } from './unknown-tag.ts';
import { unknownValue } from './unknown-value.ts';
import { unreachableHandler } from './unreachable-handler.ts';
import { unreachableState } from './unreachable-state.ts';
import { unreadableFile } from './unreadable-file.ts';
import { unreadExtra } from './unread-extra.ts';
import { unresolvedAlias } from './unresolved-alias.ts';
import { unsafeInteger } from './unsafe-integer.ts';
import { unusedIgnore } from './unused-ignore.ts';
import { variableNeverAssigned } from './variable-never-assigned.ts';
import { workflowCycle } from './workflow-cycle.ts';
import { workflowNotFound } from './workflow-not-found.ts';
import { wrongQueryLanguage } from './wrong-query-language.ts';
import { wrongType } from './wrong-type.ts';
import { yamlSyntax } from './yaml-syntax.ts';

/** Every diagnostic there is. Codes are never removed and never reused. */
export const checks: readonly Check[] = [
  adapterNeeds,
  agentNotAvailable,
  agentNotFound,
  aliasBomb,
  amazonSpelling,
  ambiguousName,
  branchNotDependent,
  capTooSmall,
  choiceFallsThrough,
  conflictingFields,
  cycle,
  deadEnd,
  duplicateId,
  duplicateItem,
  duplicateKey,
  duplicateLabel,
  duplicateState,
  emptyDocument,
  expressionNotEvaluated,
  expressionSyntax,
  fileTooLarge,
  foreignExpression,
  handlerOrder,
  heartbeatTooLong,
  inlineAgent,
  internalError,
  intrinsicCall,
  invalidCharacter,
  invalidJsonSchema,
  invalidMerge,
  joinNeverRuns,
  literalCredential,
  malformedDigest,
  malformedRule,
  malformedValue,
  misplacedField,
  missingField,
  noExit,
  nodeInTwoBranches,
  nonStringKey,
  notANumber,
  notAWorkflow,
  notAnAgent,
  notAnAncestor,
  notRunnableYet,
  nothingToDo,
  outOfRange,
  outsideWorkspace,
  pathNeverWritten,
  pathSyntax,
  quarantinedHasTools,
  quarantinedNotReadOnly,
  schemaNotFound,
  selfDependency,
  tooDeep,
  tooFewItems,
  typographicQuotes,
  undeclaredInput,
  unfitDefault,
  unknownApiVersion,
  unknownContextField,
  unknownErrorName,
  unknownField,
  unknownNode,
  unknownProvider,
  unknownServer,
  unknownState,
  unknownTag,
  unknownValue,
  unreachableHandler,
  unreachableState,
  unreadableFile,
  unreadExtra,
  unresolvedAlias,
  unsafeInteger,
  unusedIgnore,
  variableNeverAssigned,
  workflowCycle,
  workflowNotFound,
  wrongQueryLanguage,
  wrongType,
  yamlSyntax,
];

export const allCodes: readonly string[] = checks.map((check) => check.code);

export function checkOf(code: string): Check {
  const found = checks.find((check) => check.code === code);
  // A code that no check declares is a bug of ours, never the user's.
  if (found === undefined) throw new Error(`No check declares the code ${code}.`);
  return found;
}
