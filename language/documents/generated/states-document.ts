// Generated from schemas/states.schema.json by scripts/generate.mjs. Do not edit.

/**
 * A note for those who read the document. Does nothing.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "comment".
 */
export type Comment = string;
/**
 * The name of a state, as written.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "stateName".
 */
export type StateName = string;
/**
 * One state: its `type` says what it does.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "state".
 */
export type State = TaskState | ChoiceState | ParallelState | MapState | WaitState | PassState | SucceedState | FailState;
/**
 * The language of paths and expressions: `JSONPath` (`$.a`, intrinsic functions) or `JSONata` (`{% $states.input.a %}`). A state takes it from what it stands in; where that is JSONata, it stays JSONata.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "queryLanguage".
 */
export type QueryLanguage = 'JSONPath' | 'JSONata';
/**
 * What of the input the state sees; `null` gives it an empty object.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "inputPath".
 */
export type InputPath = string | null;
/**
 * What of the result goes on to the next state; `null` gives it an empty object.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "outputPath".
 */
export type OutputPath = string | null;
/**
 * Where in its input the state puts its result. `$` replaces the input; `null` throws the result away.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "resultPath".
 */
export type ResultPath = string | null;
/**
 * The names of the errors this entry is for. `States.ALL` stands for every one; it stands alone, in the last entry.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "errorEquals".
 *
 * Items: The name of an error.
 */
export type ErrorEquals = string[];
/**
 * What is tried again, and how often. The first entry that names the error decides.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "retry".
 */
export type Retry = Retrier[];
/**
 * Where to go when the state fails and is not tried again. The first entry that names the error decides.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "catch".
 */
export type Catch = Catcher[];
/**
 * `true`: the work of this scope is done when this state is. A state has `next` or `end`, not both.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "end".
 */
export type End = boolean;

/**
 * A workflow written as states: Amazon States Language with camelCase field names.
 */
export interface StatesDocument {
  /**
   * The version of the family.
   */
  apiVersion: 'agentrc.workflow/v0.1';
  /**
   * What the document is.
   */
  kind: 'AgentWorkflow';
  metadata: StatesMetadata;
  spec: StatesSpec;
}
/**
 * What the workflow is called, and what else is to be known about it.
 */
export interface StatesMetadata {
  /**
   * The name runs are started by. Unique in the workspace.
   */
  name: string;
  /**
   * Words to find the workflow by: name to text.
   */
  labels?: {
    /**
     * A label.
     */
    [k: string]: string;
  };
  /**
   * What the workflow is for, in the author's words.
   */
  description?: string;
  [k: string]: unknown;
}
/**
 * The states, and where to begin.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "spec".
 */
export interface StatesSpec {
  comment?: Comment;
  startAt: StateName;
  states: States;
  /**
   * The version of Amazon States Language.
   */
  version?: '1.0';
  /**
   * Seconds after which the run fails with `States.Timeout`.
   */
  timeoutSeconds?: number;
  /**
   * The language of paths and expressions: `JSONPath` (`$.a`, intrinsic functions) or `JSONata` (`{% $states.input.a %}`). A state takes it from what it stands in; where that is JSONata, it stays JSONata.
   */
  queryLanguage?: 'JSONPath' | 'JSONata';
  costCaps?: StatesCostCaps;
}
/**
 * The states by name. Names are unique in the whole document, branches included.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "states".
 */
export interface States {
  [k: string]: State;
}
/**
 * Asks an agent or a person.
 */
export interface TaskState {
  /**
   * Asks an agent or a person.
   */
  type: 'Task';
  comment?: Comment;
  queryLanguage?: QueryLanguage;
  /**
   * The agent that answers: a path, a name, or a package by digest.
   */
  agent?: string;
  human?: HumanTask;
  inputPath?: InputPath;
  outputPath?: OutputPath;
  parameters?: Parameters;
  arguments?: Arguments;
  resultSelector?: ResultSelector;
  resultPath?: ResultPath;
  output?: Output;
  assign?: Assign;
  /**
   * Seconds after which the task fails with `States.Timeout`.
   */
  timeoutSeconds?: number | string;
  /**
   * Where in the input the timeout stands, in seconds.
   */
  timeoutSecondsPath?: string;
  /**
   * Longest silence in seconds between two signs of life. Less than the timeout.
   */
  heartbeatSeconds?: number | string;
  /**
   * Where in the input the heartbeat stands, in seconds.
   */
  heartbeatSecondsPath?: string;
  retry?: Retry;
  catch?: Catch;
  next?: StateName;
  end?: End;
}
/**
 * Asks a person. The run waits, as long as it takes, for an answer that fits the form.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "human".
 */
export interface HumanTask {
  /**
   * A JSON Schema: what the answer must look like.
   */
  form?: {
    [k: string]: unknown;
  };
  /**
   * Who may answer; empty = anyone.
   *
   * Items: A person or a group.
   */
  assignees?: string[];
  /**
   * Seconds after which the task fails with `States.Timeout`.
   */
  timeoutSeconds?: number;
}
/**
 * What the state is given in place of its input. A field whose name ends in `.$` holds a path or an intrinsic function.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "parameters".
 */
export interface Parameters {
  [k: string]: unknown;
}
/**
 * JSONata: what the state is given in place of its input.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "arguments".
 */
export interface Arguments {
  [k: string]: unknown;
}
/**
 * What is kept of the raw result, before `resultPath` puts it somewhere. `$` is the raw result.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "resultSelector".
 */
export interface ResultSelector {
  [k: string]: unknown;
}
/**
 * JSONata: what goes on to the next state, in place of the result.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "output".
 */
export interface Output {
  [k: string]: unknown;
}
/**
 * Variables that are set when the state is done: name to value. In a JSONPath state a name that ends in `.$` holds a path or an intrinsic function, in a JSONata state strings in `{% %}` are expressions.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "assign".
 */
export interface Assign {
  [k: string]: unknown;
}
/**
 * Errors that are worth another attempt.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "retrier".
 */
export interface Retrier {
  errorEquals: ErrorEquals;
  comment?: Comment;
  /**
   * Seconds before the first retry.
   */
  intervalSeconds?: number;
  /**
   * Most retries; 0 = never try again.
   */
  maxAttempts?: number;
  /**
   * What the wait is multiplied by after each retry.
   */
  backoffRate?: number;
  /**
   * Longest wait between two attempts, in seconds.
   */
  maxDelaySeconds?: number;
  /**
   * `FULL` waits a random part of the interval, so that many runs do not retry at once.
   */
  jitterStrategy?: 'NONE' | 'FULL';
}
/**
 * Errors that lead to another state.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "catcher".
 */
export interface Catcher {
  errorEquals: ErrorEquals;
  comment?: Comment;
  next: StateName;
  resultPath?: ResultPath;
  assign?: Assign;
  output?: Output;
}
/**
 * Goes on by the first rule that holds.
 */
export interface ChoiceState {
  /**
   * Goes on by the first rule that holds.
   */
  type: 'Choice';
  comment?: Comment;
  queryLanguage?: QueryLanguage;
  inputPath?: InputPath;
  outputPath?: OutputPath;
  /**
   * The rules, in the order they are tried.
   */
  choices: ChoiceRule[];
  /**
   * Where to go when no rule holds. Without it the run then fails with `States.NoChoiceMatched`.
   */
  default?: string;
  assign?: Assign;
  output?: Output;
}
/**
 * A test, and where to go when it holds: a `variable` with one comparison, `and`, `or` or `not` in a JSONPath state, a `condition` in a JSONata state.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "choiceRule".
 */
export interface ChoiceRule {
  comment?: Comment;
  /**
   * What is looked at.
   */
  variable?: string;
  /**
   * True where the value is a text and equals this one.
   */
  stringEquals?: string;
  /**
   * True where the value is a text and equals the one at this path.
   */
  stringEqualsPath?: string;
  /**
   * True where the value is a text and is less than this one.
   */
  stringLessThan?: string;
  /**
   * True where the value is a text and is less than the one at this path.
   */
  stringLessThanPath?: string;
  /**
   * True where the value is a text and is greater than this one.
   */
  stringGreaterThan?: string;
  /**
   * True where the value is a text and is greater than the one at this path.
   */
  stringGreaterThanPath?: string;
  /**
   * True where the value is a text and is at most this one.
   */
  stringLessThanEquals?: string;
  /**
   * True where the value is a text and is at most the one at this path.
   */
  stringLessThanEqualsPath?: string;
  /**
   * True where the value is a text and is at least this one.
   */
  stringGreaterThanEquals?: string;
  /**
   * True where the value is a text and is at least the one at this path.
   */
  stringGreaterThanEqualsPath?: string;
  /**
   * True where the value is a text of this form; `*` stands for any characters, `\\*` for a star.
   */
  stringMatches?: string;
  /**
   * True where the value is a number and equals this one.
   */
  numericEquals?: number;
  /**
   * True where the value is a number and equals the one at this path.
   */
  numericEqualsPath?: string;
  /**
   * True where the value is a number and is less than this one.
   */
  numericLessThan?: number;
  /**
   * True where the value is a number and is less than the one at this path.
   */
  numericLessThanPath?: string;
  /**
   * True where the value is a number and is greater than this one.
   */
  numericGreaterThan?: number;
  /**
   * True where the value is a number and is greater than the one at this path.
   */
  numericGreaterThanPath?: string;
  /**
   * True where the value is a number and is at most this one.
   */
  numericLessThanEquals?: number;
  /**
   * True where the value is a number and is at most the one at this path.
   */
  numericLessThanEqualsPath?: string;
  /**
   * True where the value is a number and is at least this one.
   */
  numericGreaterThanEquals?: number;
  /**
   * True where the value is a number and is at least the one at this path.
   */
  numericGreaterThanEqualsPath?: string;
  /**
   * True where the value is true or false and equals this one.
   */
  booleanEquals?: boolean;
  /**
   * True where the value is true or false and equals the one at this path.
   */
  booleanEqualsPath?: string;
  /**
   * True where the value is a time and equals this one.
   */
  timestampEquals?: string;
  /**
   * True where the value is a time and equals the one at this path.
   */
  timestampEqualsPath?: string;
  /**
   * True where the value is a time and is less than this one.
   */
  timestampLessThan?: string;
  /**
   * True where the value is a time and is less than the one at this path.
   */
  timestampLessThanPath?: string;
  /**
   * True where the value is a time and is greater than this one.
   */
  timestampGreaterThan?: string;
  /**
   * True where the value is a time and is greater than the one at this path.
   */
  timestampGreaterThanPath?: string;
  /**
   * True where the value is a time and is at most this one.
   */
  timestampLessThanEquals?: string;
  /**
   * True where the value is a time and is at most the one at this path.
   */
  timestampLessThanEqualsPath?: string;
  /**
   * True where the value is a time and is at least this one.
   */
  timestampGreaterThanEquals?: string;
  /**
   * True where the value is a time and is at least the one at this path.
   */
  timestampGreaterThanEqualsPath?: string;
  /**
   * Whether the value is null.
   */
  isNull?: boolean;
  /**
   * Whether the path leads to anything.
   */
  isPresent?: boolean;
  /**
   * Whether the value is a number.
   */
  isNumeric?: boolean;
  /**
   * Whether the value is a text.
   */
  isString?: boolean;
  /**
   * Whether the value is true or false.
   */
  isBoolean?: boolean;
  /**
   * Whether the value is a text that is a time.
   */
  isTimestamp?: boolean;
  /**
   * True where every one of these is.
   */
  and?: NestedRule[];
  /**
   * True where any of these is.
   */
  or?: NestedRule[];
  not?: NestedRule;
  /**
   * JSONata: goes to `next` where this is true.
   */
  condition?: string | boolean;
  next: StateName;
  assign?: Assign;
  output?: Output;
}
/**
 * A comparison, or several joined with `and`, `or` and `not`.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "nestedRule".
 */
export interface NestedRule {
  comment?: Comment;
  /**
   * What is looked at.
   */
  variable?: string;
  /**
   * True where the value is a text and equals this one.
   */
  stringEquals?: string;
  /**
   * True where the value is a text and equals the one at this path.
   */
  stringEqualsPath?: string;
  /**
   * True where the value is a text and is less than this one.
   */
  stringLessThan?: string;
  /**
   * True where the value is a text and is less than the one at this path.
   */
  stringLessThanPath?: string;
  /**
   * True where the value is a text and is greater than this one.
   */
  stringGreaterThan?: string;
  /**
   * True where the value is a text and is greater than the one at this path.
   */
  stringGreaterThanPath?: string;
  /**
   * True where the value is a text and is at most this one.
   */
  stringLessThanEquals?: string;
  /**
   * True where the value is a text and is at most the one at this path.
   */
  stringLessThanEqualsPath?: string;
  /**
   * True where the value is a text and is at least this one.
   */
  stringGreaterThanEquals?: string;
  /**
   * True where the value is a text and is at least the one at this path.
   */
  stringGreaterThanEqualsPath?: string;
  /**
   * True where the value is a text of this form; `*` stands for any characters, `\\*` for a star.
   */
  stringMatches?: string;
  /**
   * True where the value is a number and equals this one.
   */
  numericEquals?: number;
  /**
   * True where the value is a number and equals the one at this path.
   */
  numericEqualsPath?: string;
  /**
   * True where the value is a number and is less than this one.
   */
  numericLessThan?: number;
  /**
   * True where the value is a number and is less than the one at this path.
   */
  numericLessThanPath?: string;
  /**
   * True where the value is a number and is greater than this one.
   */
  numericGreaterThan?: number;
  /**
   * True where the value is a number and is greater than the one at this path.
   */
  numericGreaterThanPath?: string;
  /**
   * True where the value is a number and is at most this one.
   */
  numericLessThanEquals?: number;
  /**
   * True where the value is a number and is at most the one at this path.
   */
  numericLessThanEqualsPath?: string;
  /**
   * True where the value is a number and is at least this one.
   */
  numericGreaterThanEquals?: number;
  /**
   * True where the value is a number and is at least the one at this path.
   */
  numericGreaterThanEqualsPath?: string;
  /**
   * True where the value is true or false and equals this one.
   */
  booleanEquals?: boolean;
  /**
   * True where the value is true or false and equals the one at this path.
   */
  booleanEqualsPath?: string;
  /**
   * True where the value is a time and equals this one.
   */
  timestampEquals?: string;
  /**
   * True where the value is a time and equals the one at this path.
   */
  timestampEqualsPath?: string;
  /**
   * True where the value is a time and is less than this one.
   */
  timestampLessThan?: string;
  /**
   * True where the value is a time and is less than the one at this path.
   */
  timestampLessThanPath?: string;
  /**
   * True where the value is a time and is greater than this one.
   */
  timestampGreaterThan?: string;
  /**
   * True where the value is a time and is greater than the one at this path.
   */
  timestampGreaterThanPath?: string;
  /**
   * True where the value is a time and is at most this one.
   */
  timestampLessThanEquals?: string;
  /**
   * True where the value is a time and is at most the one at this path.
   */
  timestampLessThanEqualsPath?: string;
  /**
   * True where the value is a time and is at least this one.
   */
  timestampGreaterThanEquals?: string;
  /**
   * True where the value is a time and is at least the one at this path.
   */
  timestampGreaterThanEqualsPath?: string;
  /**
   * Whether the value is null.
   */
  isNull?: boolean;
  /**
   * Whether the path leads to anything.
   */
  isPresent?: boolean;
  /**
   * Whether the value is a number.
   */
  isNumeric?: boolean;
  /**
   * Whether the value is a text.
   */
  isString?: boolean;
  /**
   * Whether the value is true or false.
   */
  isBoolean?: boolean;
  /**
   * Whether the value is a text that is a time.
   */
  isTimestamp?: boolean;
  /**
   * True where every one of these is.
   */
  and?: NestedRule[];
  /**
   * True where any of these is.
   */
  or?: NestedRule[];
  not?: NestedRule;
}
/**
 * Runs branches side by side; the result is the list of theirs.
 */
export interface ParallelState {
  /**
   * Runs branches side by side; the result is the list of theirs.
   */
  type: 'Parallel';
  comment?: Comment;
  queryLanguage?: QueryLanguage;
  inputPath?: InputPath;
  outputPath?: OutputPath;
  parameters?: Parameters;
  arguments?: Arguments;
  /**
   * The branches, each with states of its own.
   */
  branches: Branch[];
  resultSelector?: ResultSelector;
  resultPath?: ResultPath;
  output?: Output;
  assign?: Assign;
  retry?: Retry;
  catch?: Catch;
  next?: StateName;
  end?: End;
}
/**
 * States of their own: transitions stay inside.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "branch".
 */
export interface Branch {
  comment?: Comment;
  startAt: StateName;
  states: States;
}
/**
 * Does the same for each item of a list; the result is the list of results.
 */
export interface MapState {
  /**
   * Does the same for each item of a list; the result is the list of results.
   */
  type: 'Map';
  comment?: Comment;
  queryLanguage?: QueryLanguage;
  inputPath?: InputPath;
  outputPath?: OutputPath;
  /**
   * Where in the input the list stands.
   */
  itemsPath?: string;
  /**
   * JSONata: the list.
   */
  items?: unknown[] | {} | string;
  /**
   * What each item's states are given in place of the item. A field whose name ends in `.$` holds a path or an intrinsic function; `$$.Map.Item.Value` is the item.
   */
  itemSelector?:
    | {
        [k: string]: unknown;
      }
    | string;
  parameters?: Parameters;
  itemProcessor?: ItemProcessor;
  iterator?: Iterator;
  /**
   * Most items at the same time; 0 = as many as the run allows.
   */
  maxConcurrency?: number | string;
  /**
   * Where in the input that number stands.
   */
  maxConcurrencyPath?: string;
  /**
   * How many items may fail before the state does.
   */
  toleratedFailureCount?: number | string;
  /**
   * Where in the input that number stands.
   */
  toleratedFailureCountPath?: string;
  /**
   * How many percent of the items may fail before the state does.
   */
  toleratedFailurePercentage?: number | string;
  /**
   * Where in the input that number stands.
   */
  toleratedFailurePercentagePath?: string;
  /**
   * Step Functions' name for a distributed map; kept, and without effect here.
   */
  label?: string;
  resultSelector?: ResultSelector;
  resultPath?: ResultPath;
  output?: Output;
  assign?: Assign;
  retry?: Retry;
  catch?: Catch;
  next?: StateName;
  end?: End;
}
/**
 * The states that each item goes through.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "processor".
 */
export interface ItemProcessor {
  comment?: Comment;
  processorConfig?: ProcessorConfig;
  startAt: StateName;
  states: States;
}
/**
 * How the items are worked on.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "processorConfig".
 */
export interface ProcessorConfig {
  /**
   * `INLINE` and `DISTRIBUTED` do the same here: items are worked on inside the run.
   */
  mode?: 'INLINE' | 'DISTRIBUTED';
  /**
   * Step Functions' kind of child execution; kept, and without effect here.
   */
  executionType?: 'STANDARD' | 'EXPRESS';
}
/**
 * The older name of `itemProcessor`.
 */
export interface Iterator {
  comment?: Comment;
  processorConfig?: ProcessorConfig;
  startAt: StateName;
  states: States;
}
/**
 * Waits for some seconds, or until a time.
 */
export interface WaitState {
  /**
   * Waits for some seconds, or until a time.
   */
  type: 'Wait';
  comment?: Comment;
  queryLanguage?: QueryLanguage;
  inputPath?: InputPath;
  outputPath?: OutputPath;
  /**
   * How many seconds.
   */
  seconds?: number | string;
  /**
   * Until when: a time such as `2026-08-18T17:33:00Z`, or in a JSONata state an expression.
   */
  timestamp?: string;
  /**
   * Where in the input the number of seconds stands.
   */
  secondsPath?: string;
  /**
   * Where in the input the time stands.
   */
  timestampPath?: string;
  output?: Output;
  assign?: Assign;
  next?: StateName;
  end?: End;
}
/**
 * Passes its input on, or gives a fixed result.
 */
export interface PassState {
  /**
   * Passes its input on, or gives a fixed result.
   */
  type: 'Pass';
  comment?: Comment;
  queryLanguage?: QueryLanguage;
  inputPath?: InputPath;
  outputPath?: OutputPath;
  parameters?: Parameters;
  /**
   * The result, as written: nothing in it is a path or an expression.
   */
  result?: {
    [k: string]: unknown;
  };
  resultPath?: ResultPath;
  output?: Output;
  assign?: Assign;
  next?: StateName;
  end?: End;
}
/**
 * Ends the scope it stands in well.
 */
export interface SucceedState {
  /**
   * Ends the scope it stands in well.
   */
  type: 'Succeed';
  comment?: Comment;
  queryLanguage?: QueryLanguage;
  inputPath?: InputPath;
  outputPath?: OutputPath;
  output?: Output;
}
/**
 * Ends the scope it stands in with an error.
 */
export interface FailState {
  /**
   * Ends the scope it stands in with an error.
   */
  type: 'Fail';
  comment?: Comment;
  queryLanguage?: QueryLanguage;
  /**
   * The name of the error, or in a JSONata state an expression.
   */
  error?: string;
  /**
   * What happened, for people; in a JSONata state it may be an expression.
   */
  cause?: string;
  /**
   * Where in the input the name of the error stands, or an intrinsic function that gives it.
   */
  errorPath?: string;
  /**
   * Where in the input the cause stands, or an intrinsic function that gives it.
   */
  causePath?: string;
}
/**
 * What a run may use at most. Nothing is spent beyond a cap.
 *
 * This interface was referenced by `StatesDocument`'s JSON-Schema
 * via the `definition` "costCaps".
 */
export interface StatesCostCaps {
  /**
   * Tokens, prompt and output, that one state may use over all its attempts.
   */
  perNodeMaxTokens?: number;
  /**
   * Tokens, prompt and output, that one run may use.
   */
  perRunMaxTokens?: number;
  /**
   * US dollars that one run may cost.
   */
  perRunMaxUsd?: number;
}
