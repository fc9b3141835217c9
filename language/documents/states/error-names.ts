/** An error name with a meaning of its own; any other is an agent's, a tool's or a Fail state's. */
export interface ErrorName {
  readonly name: string;
  readonly means: string;
  /** Whether `retry` and `catch` ever see it. What ends the run itself, or nobody waits for, never comes to a handler. */
  readonly handled: boolean;
}

const handled = (name: string, means: string): ErrorName => ({ name, means, handled: true });
const final = (name: string, means: string): ErrorName => ({ name, means, handled: false });

/** Every name that the system gives an error; a test holds the runtime to it. docs/errors.md is made from it. */
export const errorNames: readonly ErrorName[] = [
  handled('States.ALL', 'Every error; alone, in the last entry.'),
  handled('States.Timeout', 'A state or the run took too long. `Runner.Timeout` and `Platform.Timeout` are the same.'),
  handled('Runner.Timeout', 'The same as `States.Timeout`; a model or a tool that took too long is called so.'),
  handled('Platform.Timeout', 'The same as `States.Timeout`.'),
  handled('States.HeartbeatTimeout', 'A task gave no sign of life for too long.'),
  handled('States.TaskFailed', 'A task failed, for whatever reason but a timeout.'),
  handled('States.Permissions', 'A task, a model or a tool may not do what it was asked to, or a key is missing.'),
  handled('States.NoChoiceMatched', 'No rule of a Choice held, and it has no default.'),
  handled('States.BranchFailed', 'A branch of a Parallel failed.'),
  handled('States.ExceedToleratedFailureThreshold', 'More items of a Map failed than it tolerates.'),
  handled('States.ResultPathMatchFailure', '`resultPath` leads nowhere in this input.'),
  handled('States.ParameterPathFailure', 'A path in `parameters` leads nowhere.'),
  handled('States.IntrinsicFailure', 'An intrinsic function could not do its work.'),
  handled('States.QueryEvaluationError', 'A JSONata expression failed, or gave nothing.'),
  handled('States.DataLimitExceeded', 'An output, or what a model is asked, is larger than it may be.'),
  handled('States.Runtime', 'The state could not be worked out with this input.'),
  handled('States.ItemReaderFailed', 'Step Functions could not read the items of a Map.'),
  handled('States.ResultWriterFailed', 'Step Functions could not write the results of a Map.'),
  handled('States.Http.Socket', 'Step Functions waited too long for an HTTP answer.'),
  handled('Tool.TemporaryFailure', 'A model, a tool or its server failed, and another attempt may succeed.'),
  handled('Tool.Failed', 'A tool says that it failed, or does not take these arguments. An agent is told so itself; what it makes of it counts.'),
  handled('Tool.Interrupted', 'A tool was at work when its process went away, and what it did must not be done twice.'),
  handled('Dagbook.ToolNotAvailable', 'There is no such tool or server, or it cannot be started.'),
  handled('Dagbook.ModelNotAvailable', 'There is no such model or provider, or it cannot be reached safely.'),
  handled('Dagbook.BudgetExceeded', 'A cap on tokens or money does not allow the call.'),
  handled('Dagbook.UsageDisputed', 'A provider claims more tokens than were set aside for the call.'),
  handled('Dagbook.GuardrailFailed', 'A guardrail of the agent does not let its answer through.'),
  handled('Dagbook.OutputInvalid', 'An answer does not satisfy its output schema, nor does its repair.'),
  handled('Dagbook.OutputTruncated', 'An answer with an output schema was cut off at its limit of tokens.'),
  handled('Dagbook.VerdictFailed', 'A verifier did not pass what it looked at.'),
  final('Dagbook.Halted', 'The run was halted.'),
  final('Dagbook.Skipped', 'A node did not run, by its condition, its dependencies or the operator.'),
  final('Dagbook.Aborted', 'A call was given up, because nobody waits for it any more.'),
  final('Dagbook.Abandoned', 'The run ended without waiting for a call.'),
  final('Dagbook.Cancelled', 'The workflow no longer needed a call.'),
  final('Dagbook.ReplayDiverged', 'A replay asked for something else than its record holds.'),
  final('Dagbook.BodyPruned', 'A replay needs an answer that was pruned.'),
  final('Dagbook.AskedTwice', 'A bug in how the workflow is walked: a call was made again before its answer.'),
  final('Dagbook.ForeignAwait', 'A bug in how the workflow is walked: it waited for something of its own.'),
  final('Dagbook.Stalled', 'A bug in how the workflow is walked: it waits for nothing.'),
];
