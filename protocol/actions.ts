/**
 * Every action, once. The `dagbook` verbs, the editor's commands and later the HTTP routes and tools for language
 * models are doors to these; a test holds each door against this table.
 */
export interface Action {
  /** Kebab-case, stable: other doors name an action by it. */
  readonly id: string;
  /** As in a menu. */
  readonly title: string;
  /** One line, without a full stop, for lists of actions. */
  readonly summary: string;
  /** The `dagbook` verb, with its second word where a verb has several actions. */
  readonly verb: string;
  readonly parameters: readonly Parameter[];
  /** Name of the shape `--json` prints. */
  readonly result: string;
  /** May call a paid model: doors ask before, or need a standing consent. */
  readonly spendsMoney: boolean;
  /** The route that is kept free for it. */
  readonly http: string | null;
  /** `later`: named, so that nothing else takes the name; no door opens it yet. */
  readonly availability: 'now' | 'later';
}

export interface Parameter {
  readonly name: string;
  /** `argument`: by its place on the command line; `option`: by name. */
  readonly place: 'argument' | 'option';
  readonly type: 'text' | 'flag' | 'number';
  readonly required: boolean;
  readonly many: boolean;
  readonly choices: readonly string[];
}

type More = Partial<Pick<Parameter, 'required' | 'many' | 'choices'>>;

function argument(name: string, more: More = {}): Parameter {
  return { name, place: 'argument', type: 'text', required: false, many: false, choices: [], ...more };
}
function option(name: string, type: Parameter['type'], more: More = {}): Parameter {
  return { name, place: 'option', type, required: false, many: false, choices: [], ...more };
}

const required = { required: true } as const;
const many = { many: true } as const;

type Row = Pick<Action, 'id' | 'title' | 'summary' | 'parameters' | 'result'> &
  Partial<Pick<Action, 'verb' | 'spendsMoney' | 'http' | 'availability'>>;

function action(row: Row): Action {
  return { verb: row.id, spendsMoney: false, http: null, availability: 'later', ...row };
}

const READING: readonly Action[] = [
  action({
    id: 'check', title: 'Check Documents', summary: 'say what is wrong in workflow and agent documents', availability: 'now', result: 'Finding[]',
    parameters: [argument('path', many), option('format', 'text', { choices: ['text', 'json', 'sarif', 'github'] })],
  }),
  action({
    id: 'explain', title: 'Explain a Code', summary: 'say what a diagnostic code means and what to do about it', availability: 'now', result: 'Explanation',
    parameters: [argument('code')],
  }),
  action({
    id: 'graph', title: 'Show the Graph', summary: 'draw the graph of a workflow', availability: 'now', result: 'Graph',
    parameters: [argument('file', required), option('format', 'text', { choices: ['text', 'json', 'mermaid', 'svg'] })],
  }),
];

const RUNNING: readonly Action[] = [
  action({
    id: 'snapshot', title: 'Snapshot', summary: 'lock a document and all it references into versions', availability: 'now', result: 'Snapshot',
    http: 'POST /workflows/specs, POST /agents/specs', parameters: [argument('file', required)],
  }),
  action({
    id: 'run', title: 'Run Workflow', summary: 'lock a workflow and run it', availability: 'now', result: 'RunResult', spendsMoney: true, http: 'POST /workflows/{name}/run',
    parameters: [
      argument('workflow', required), option('input', 'text', many), option('inputs', 'text'), option('model', 'text'), option('experiment', 'text'),
      option('test', 'text'), option('until', 'text'), option('pin', 'text', many), option('pause-at', 'text', many), option('detach', 'flag'),
    ],
  }),
  action({ id: 'tail', title: 'Follow a Run', summary: 'print the frames of a run as they come', availability: 'now', result: 'Frame', http: 'GET /chat/stream/{task_id}', parameters: [argument('run', required)] }),
  action({
    id: 'replay', title: 'Replay', summary: 'run the very same versions again', availability: 'now', result: 'RunResult', spendsMoney: true, http: 'POST /workflows/runs/{id}/replay',
    parameters: [argument('run', required), option('recorded', 'flag')],
  }),
  action({
    id: 'fork', title: 'Fork', summary: 'keep the first part of a run and do the rest anew', availability: 'now', result: 'RunResult', spendsMoney: true,
    parameters: [argument('run', required), option('from', 'text'), option('from-failure', 'flag'), option('only', 'text'), option('set', 'text', many), option('edited', 'flag')],
  }),
  action({ id: 'resume', title: 'Resume', summary: 'go on with interrupted runs', availability: 'now', result: 'RunResult[]', spendsMoney: true, parameters: [argument('run')] }),
  action({
    id: 'halt', title: 'Halt', summary: 'stop one run, or all of them, at once', availability: 'now', result: 'HaltResult', http: 'POST /workflows/halt',
    parameters: [argument('run'), option('hold', 'flag'), option('release', 'flag')],
  }),
  action({
    id: 'answer', title: 'Answer', summary: 'give a waiting run the answer it asked a person for', availability: 'now', result: 'RunResult',
    parameters: [argument('run', required), argument('path', required), option('value', 'text', required)],
  }),
];

const REVIEWING: readonly Action[] = [
  action({
    id: 'runs', title: 'Runs', summary: 'list the runs of the ledger, latest first', availability: 'now', result: 'RunRow[]', http: 'GET /workflows/runs',
    parameters: [option('limit', 'number'), option('cursor', 'text'), option('status', 'text', { choices: ['pending', 'running', 'waiting', 'completed', 'error', 'rejected', 'halted'] }), option('workflow', 'text')],
  }),
  action({ id: 'show', title: 'Show a Run', summary: 'show one run with its agent runs', availability: 'now', result: 'RunDetail', http: 'GET /workflows/runs/{id}', parameters: [argument('run', required), option('steps', 'flag'), option('step', 'text'), option('wire', 'flag')] }),
  action({ id: 'compare', title: 'Compare Runs', summary: 'say where two runs differ', availability: 'now', result: 'Comparison', parameters: [argument('a', required), argument('b', required)] }),
  action({ id: 'ledger-verify', verb: 'ledger verify', title: 'Verify the Ledger', summary: 'check every row against the hash chains', availability: 'now', result: 'Verification', parameters: [option('head', 'text')] }),
  action({ id: 'ledger-sql', verb: 'ledger sql', title: 'Query the Ledger', summary: 'put a question to the ledger, read-only', availability: 'now', result: 'Row[]', parameters: [argument('query', required), argument('value', many)] }),
  action({ id: 'ledger-export', verb: 'ledger export', title: 'Export a Run', summary: 'write one run and all it stands on to a file', availability: 'now', result: 'ExportFile', parameters: [argument('run', required), option('out', 'text')] }),
  action({ id: 'ledger-import', verb: 'ledger import', title: 'Import a Run', summary: 'take over an exported run', availability: 'now', result: 'ImportResult', parameters: [argument('file', required)] }),
  action({ id: 'ledger-prune', verb: 'ledger prune', title: 'Prune the Ledger', summary: 'drop old bodies; the chains stay whole', availability: 'now', result: 'PruneResult', parameters: [option('before', 'text', required)] }),
  action({ id: 'ledger-path', verb: 'ledger path', title: 'Where the Ledger Is', summary: 'print the path of the ledger file', availability: 'now', result: 'LedgerPath', parameters: [] }),
];

const MODEL_SUMMARIES = {
  list: 'say which models can be used, and what is missing where one cannot', test: 'make one small call to a model', pull: 'fetch a model onto its machine', rm: 'delete a model there',
  start: 'start the server of a model profile and use it', stop: 'stop it and use it no more',
} as const;

const MODELS: readonly Action[] = (['list', 'test', 'pull', 'rm', 'start', 'stop'] as const).map((word) =>
  action({
    id: `models-${word}`, verb: `models ${word}`, title: `Models: ${word}`, summary: MODEL_SUMMARIES[word], availability: 'now', result: 'ModelState[]',
    http: word === 'start' || word === 'stop' ? `POST /agentic/vllm/${word}` : `POST /agentic/models/${word}`, spendsMoney: word === 'test',
    parameters: word === 'list' ? [argument('provider')] : [argument('model', required)],
  }),
);

const REST: readonly Action[] = [
  action({ id: 'scheduler', title: 'Scheduler', summary: 'start scheduled workflows when they are due', result: 'Frame', spendsMoney: true, parameters: [] }),
  action({
    id: 'convert', title: 'Convert', summary: 'write a state machine as a states document, or as Amazon States Language', availability: 'now', result: 'Document',
    parameters: [argument('file', required), option('to', 'text', { required: true, choices: ['states', 'asl'] })],
  }),
  action({ id: 'new', title: 'New Workflow from Template', summary: 'begin a workflow from a template', availability: 'now', result: 'CreatedFiles', parameters: [argument('template'), option('name', 'text')] }),
  action({ id: 'language-server', verb: 'lsp', title: 'Language Server', summary: 'speak the language server protocol to any editor', availability: 'now', result: 'none', parameters: [option('stdio', 'flag', required)] }),
];

export const ACTIONS: readonly Action[] = [...READING, ...RUNNING, ...REVIEWING, ...MODELS, ...REST];
