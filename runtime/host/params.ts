import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { EditorModelEvent } from '../../protocol/editor-model.ts';
import type { HostMethod, HostMethods, HostSettings, PricedParams } from '../../protocol/host.ts';

/** Says what is wrong with a value, beginning with where; null = nothing. */
type Check = (value: unknown, place: string) => string | null;

const text: Check = (value, place) => (typeof value === 'string' ? null : `${place} must be a text`);
const flag: Check = (value, place) => (typeof value === 'boolean' ? null : `${place} must be true or false`);
const json: Check = (value, place) => (value === undefined ? `${place} is missing` : null);
const count: Check = (value, place) => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? null : `${place} must be a whole number, 0 or more`);

function orNull(check: Check): Check {
  return (value, place) => (value === null ? null : check(value, place));
}

function optional(check: Check): Check {
  return (value, place) => (value === undefined ? null : check(value, place));
}

function oneOf(...words: readonly string[]): Check {
  return (value, place) => (typeof value === 'string' && words.includes(value) ? null : `${place} must be one of ${words.join(', ')}`);
}

function listOf(check: Check): Check {
  return (value, place) => (Array.isArray(value) ? first(value.map((item, at) => check(item, `${place}[${at}]`))) : `${place} must be a list`);
}

function recordOf(check: Check): Check {
  return (value, place) => (isRecord(value) ? first(Object.entries(value).map(([key, item]) => check(item, `${place}.${key}`))) : `${place} must be an object`);
}

/** An object with exactly these fields: one that is misspelt must not be passed over. */
function shape(fields: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    if (!isRecord(value)) return `${place} must be an object`;
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) return `${place} has no field "${unknown}"`;
    return first(Object.entries(fields).map(([key, check]) => check(value[key], `${place}.${key}`)));
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}

const KIND = oneOf('workflow', 'agent');
const target = shape({ workflow: text, text: optional(text), name: optional(text) });
const run = shape({ run: text });
const nothing = shape({});

const settings: Check = shape({
  workspace: text, ledgerFile: text, synchronous: oneOf('FULL', 'NORMAL'), defaultModel: text, tiers: recordOf(text), prices: recordOf(json), agents: recordOf(text),
  workflowGlobs: listOf(text), stallSeconds: count, secrets: recordOf(text), nativeBinding: optional(text), mcpServers: optional(recordOf(json)),
} satisfies Record<keyof HostSettings, Check>);

const point: Check = (value, place) => {
  if (!isRecord(value)) return `${place} must be an object`;
  return value['kind'] === 'from-failure' ? shape({ kind: text })(value, place) : shape({ kind: oneOf('from', 'only'), path: text })(value, place);
};

const fault = oneOf('Dagbook.ModelNotAvailable', 'States.Permissions', 'States.DataLimitExceeded', 'Tool.TemporaryFailure', 'States.TaskFailed');

const EDITOR_EVENTS: Readonly<Record<EditorModelEvent['kind'], Check>> = {
  text: shape({ kind: text, text }),
  tool: shape({ kind: text, index: count, id: text, name: text, arguments: text }),
  end: shape({ kind: text }),
  error: shape({ kind: text, name: fault, message: text }),
};

const editorEvent: Check = (value, place) => {
  const kind = isRecord(value) ? value['kind'] : undefined;
  return typeof kind === 'string' && Object.hasOwn(EDITOR_EVENTS, kind) ? EDITOR_EVENTS[kind as EditorModelEvent['kind']](value, place) : `${place} must be an event of a model call`;
};

const PRICED: Readonly<Record<PricedParams['kind'], Check>> = { target: shape({ kind: text, target }), run: shape({ kind: text, run: text, edited: flag }), models: shape({ kind: text, models: listOf(text) }) };

const priced: Check = (value, place) => {
  const kind = isRecord(value) ? value['kind'] : undefined;
  return typeof kind === 'string' && Object.hasOwn(PRICED, kind) ? PRICED[kind as PricedParams['kind']](value, place) : `${place} must be a target, a run or models`;
};

const PARAMS: Readonly<Record<HostMethod, Check>> = {
  open: settings,
  configure: settings,
  run: shape({ target, inputs: recordOf(json), model: orNull(text), until: orNull(text), pauseAt: listOf(text), pins: recordOf(json), experiment: orNull(text), test: orNull(text) }),
  snapshot: shape({ target }),
  replay: shape({ run: text, recorded: flag }),
  fork: shape({ run: text, point, set: recordOf(json), edited: flag }),
  resume: run,
  halt: shape({ run: orNull(text), hold: flag }),
  release: nothing,
  answer: shape({ run: text, path: text, value: json }),
  runs: shape({ limit: count, cursor: orNull(text), status: orNull(oneOf('pending', 'running', 'waiting', 'completed', 'error', 'rejected', 'halted')), workflow: orNull(text) }),
  show: run,
  steps: shape({ run: text, agentRun: orNull(text) }),
  stepBodies: shape({ run: text, seq: count }),
  agentRunBodies: shape({ run: text, agentRun: text }),
  compare: shape({ a: text, b: text }),
  versions: shape({ kind: KIND, name: orNull(text) }),
  versionText: shape({ kind: KIND, id: text }),
  lockedSpecs: shape({ specHashes: listOf(text) }),
  lastRuns: shape({ workflows: listOf(text) }),
  resumable: nothing,
  questions: nothing,
  sql: shape({ query: text, values: listOf(text), limit: count }),
  schema: nothing,
  verify: nothing,
  profiles: nothing,
  paidModels: shape({ of: priced }),
  modelEvents: shape({ call: count, events: listOf(editorEvent) }),
  subscribe: run,
  unsubscribe: run,
  close: nothing,
};

/** What came over the channel, as far as it can be trusted. */
export type Incoming =
  | { readonly kind: 'request'; readonly id: number; readonly call: HostCall }
  | { readonly kind: 'cancel'; readonly id: number }
  /** `id`: whom to answer; null = it cannot be told. */
  | { readonly kind: 'malformed'; readonly id: number | null; readonly problem: string };

/** A method with the parameters it takes. */
export type HostCall = { [M in HostMethod]: { readonly method: M; readonly params: Parameters<HostMethods[M]>[0] } }[HostMethod];

/** Never throws, whatever was sent. */
export function readMessage(message: unknown): Incoming {
  const problem = (what: string, id: number | null): Incoming => ({ kind: 'malformed', id, problem: what });
  if (!isRecord(message)) return problem('A message must be an object.', null);
  const { kind, id, method, params } = message;
  const from = typeof id === 'number' && Number.isSafeInteger(id) ? id : null;
  if (from === null) return problem('A message must have a whole number as its id.', null);
  if (kind === 'cancel') return { kind, id: from };
  if (kind !== 'request') return problem('A message must be of kind request or cancel.', from);
  if (typeof method !== 'string' || !Object.hasOwn(PARAMS, method)) return problem(`There is no method ${typeof method === 'string' ? `"${method}"` : 'without a name'}.`, from);
  const wrong = PARAMS[method as HostMethod](params, 'params');
  if (wrong !== null) return problem(`${method}: ${wrong}.`, from);
  return { kind: 'request', id: from, call: { method, params } as HostCall };
}

/** A request that should never have been sent: the other side is of another release, or wrong. */
export function misused(problem: string): DagbookError {
  return new DagbookError('usage', problem);
}
