import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EditorModelEvent, EditorModelRequest } from '../../protocol/editor-model.ts';
import { editorFault } from '../../client/models/editor-fault.ts';

/**
 * The contract with the editor's language models, as `vscode.d.ts` words it. What stands in for the editor here behaves as its extension
 * host does: the classes are those of the API, `code` is the name of a factory or `Unknown`, a cancelled call fails with `Canceled`.
 */

interface Model { readonly id: string; readonly family: string; readonly name: string; readonly vendor: string; readonly version: string; readonly maxInputTokens: number; sendRequest: SendRequest; countTokens: (text: unknown) => Promise<number> }
interface Token { isCancellationRequested: boolean; onCancellationRequested: (listener: () => void) => void }
type SendRequest = (messages: readonly { role: number; content: unknown }[], options: Record<string, unknown>, token: Token) => Promise<{ stream: AsyncIterable<unknown> }>;

const editor = vi.hoisted(() => {
  class TextPart { value; constructor(value: string) { this.value = value; } }
  class ToolCallPart { callId; name; input; constructor(callId: string, name: string, input: object) { this.callId = callId; this.name = name; this.input = input; } }
  class ToolResultPart { callId; content; constructor(callId: string, content: unknown[]) { this.callId = callId; this.content = content; } }
  class ChatMessage {
    role; content;
    constructor(role: number, content: unknown) { this.role = role; this.content = typeof content === 'string' ? [new TextPart(content)] : content; }
    static User(content: unknown): ChatMessage { return new ChatMessage(1, content); }
    static Assistant(content: unknown): ChatMessage { return new ChatMessage(2, content); }
  }
  class ModelError extends Error {
    code;
    constructor(message = '', code = '', cause?: Error) { super(message, { cause }); this.name = 'LanguageModelError'; this.code = code; }
    static NoPermissions(message?: string): ModelError { return new ModelError(message, ModelError.NoPermissions.name); }
    static NotFound(message?: string): ModelError { return new ModelError(message, ModelError.NotFound.name); }
    static Blocked(message?: string): ModelError { return new ModelError(message, ModelError.Blocked.name); }
  }
  class CancellationError extends Error { constructor() { super('Canceled'); this.name = this.message; } }
  class CancellationTokenSource {
    #listeners: (() => void)[] = [];
    token: Token = { isCancellationRequested: false, onCancellationRequested: (listener) => void this.#listeners.push(listener) };
    cancel(): void { this.token.isCancellationRequested = true; for (const listener of this.#listeners) listener(); }
    dispose(): void { this.#listeners = []; }
  }
  return { models: [] as Model[], TextPart, ToolCallPart, ToolResultPart, ChatMessage, ModelError, CancellationError, CancellationTokenSource };
});

vi.mock('vscode', () => ({
  lm: { selectChatModels: () => Promise.resolve(editor.models) }, LanguageModelTextPart: editor.TextPart, LanguageModelToolCallPart: editor.ToolCallPart,
  LanguageModelToolResultPart: editor.ToolResultPart, LanguageModelChatMessage: editor.ChatMessage, LanguageModelError: editor.ModelError, CancellationTokenSource: editor.CancellationTokenSource,
}));

const { callEditorModel } = await import('../../client/models/editor-model-call.ts');

async function* streamOf(...parts: readonly unknown[]): AsyncGenerator<unknown, void, undefined> {
  for (const part of parts) {
    await Promise.resolve();
    if (part instanceof Error) throw part;
    yield part;
  }
}

const answer = (...parts: readonly unknown[]): SendRequest => () => Promise.resolve({ stream: streamOf(...parts) });
/** A model may reject with anything. */
const rejectingWith = (reason: unknown): SendRequest => () => new Promise((_resolve, reject: (error: Error) => void) => { reject(reason as Error); });
const model = (id: string, sendRequest: SendRequest, more: Partial<Model> = {}): Model => ({ id, family: `${id}-family`, name: id, vendor: 'v', version: '1', maxInputTokens: 8_000, sendRequest, countTokens: () => Promise.resolve(1), ...more });

const request = (more: Partial<EditorModelRequest> = {}): EditorModelRequest => ({ model: '', messages: [{ role: 'user', content: 'Hi', toolCalls: [], toolCallId: null }], tools: [], maxTokens: 50, ...more });

async function call(asked = request(), signal = new AbortController().signal): Promise<readonly EditorModelEvent[]> {
  const said: EditorModelEvent[] = [];
  await callEditorModel(asked, signal, (events) => said.push(...events));
  return said;
}

beforeEach(() => { editor.models.length = 0; });

describe('a call of an editor’s model', () => {
  it('gives what the model says and wants called, in order, and leaves out what it does not know', async () => {
    editor.models.push(model('m', answer(new editor.TextPart('Hel'), new editor.TextPart('lo'), { thinking: 'hm' }, new editor.ToolCallPart('c1', 'add', { a: 1 }), new editor.ToolCallPart('c2', 'now', {}))));
    expect(await call()).toEqual([{ kind: 'text', text: 'Hello' }, { kind: 'tool', index: 0, id: 'c1', name: 'add', arguments: '{"a":1}' }, { kind: 'tool', index: 1, id: 'c2', name: 'now', arguments: '{}' }, { kind: 'end' }]);
  });

  it('puts system messages in the person’s name, and the answers to the calls of one turn into one message', async () => {
    const seen: Parameters<SendRequest>[] = [];
    editor.models.push(model('m', (...given) => { seen.push(given); return answer(new editor.TextPart('x'))(...given); }));
    const said = (role: 'system' | 'user' | 'assistant' | 'tool', content: string, more: Partial<EditorModelRequest['messages'][number]> = {}): EditorModelRequest['messages'][number] => ({ role, content, toolCalls: [], toolCallId: null, ...more });
    await call(request({
      messages: [said('system', 'Be brief.'), said('user', 'Add.'), said('assistant', 'So be it.', { toolCalls: [{ id: 'c1', name: 'add', arguments: '{"a":1}' }, { id: 'c2', name: 'add', arguments: 'broken' }] }), said('tool', '3', { toolCallId: 'c1' }), said('tool', '4', { toolCallId: 'c2' }), said('assistant', ''), said('user', 'On.')],
      tools: [{ name: 'add', description: 'Adds.', parameters: { type: 'object' } }],
    }));
    const [messages = [], options] = seen[0] ?? [];
    const text = (value: string): unknown => new editor.TextPart(value);
    expect(messages).toEqual([
      { role: 1, content: [text('Be brief.')] }, { role: 1, content: [text('Add.')] },
      { role: 2, content: [text('So be it.'), new editor.ToolCallPart('c1', 'add', { a: 1 }), new editor.ToolCallPart('c2', 'add', {})] },
      { role: 1, content: [new editor.ToolResultPart('c1', [text('3')]), new editor.ToolResultPart('c2', [text('4')])] },
      { role: 2, content: [text('')] }, { role: 1, content: [text('On.')] },
    ].map(({ role, content }) => new editor.ChatMessage(role, content)));
    expect(options).toMatchObject({ justification: expect.stringContaining('workflow') as string, modelOptions: { max_tokens: 50 }, tools: [{ name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }] });
  });

  it('goes to the model of that id, else of that family, else is none', async () => {
    editor.models.push(model('a', answer(new editor.TextPart('a'))), model('b', answer(new editor.TextPart('b')), { family: 'c' }), model('c', answer(new editor.TextPart('c'))));
    for (const [name, text] of [['', 'a'], ['b', 'b'], ['c', 'c'], ['a-family', 'a']] as const) expect((await call(request({ model: name })))[0]).toEqual({ kind: 'text', text });
    expect(await call(request({ model: 'd' }))).toEqual([{ kind: 'error', name: 'Dagbook.ModelNotAvailable', message: 'The editor has no language model "d".' }]);
    editor.models.length = 0;
    expect(await call()).toEqual([{ kind: 'error', name: 'Dagbook.ModelNotAvailable', message: 'The editor has no language model.' }]);
  });

  it('is not made with a prompt that the model cannot take; a short one is not counted', async () => {
    const countTokens = vi.fn(() => Promise.resolve(60));
    const sendRequest = vi.fn(answer(new editor.TextPart('x')));
    editor.models.push(model('m', sendRequest, { maxInputTokens: 100, countTokens }));
    const long = request({ messages: Array.from({ length: 2 }, () => ({ role: 'user', content: 'word '.repeat(50), toolCalls: [], toolCallId: null })) });
    expect(await call(long)).toEqual([{ kind: 'error', name: 'States.DataLimitExceeded', message: 'The prompt is too long for the editor\'s model m, which takes 100 tokens.' }]);
    expect(sendRequest).not.toHaveBeenCalled();
    countTokens.mockResolvedValue(40);
    expect((await call(long)).at(-1)).toEqual({ kind: 'end' });
    countTokens.mockRejectedValue(new Error('no tokenizer'));
    expect((await call(long)).at(-1)).toEqual({ kind: 'end' });
    countTokens.mockClear();
    editor.models[0] = model('m', sendRequest, { maxInputTokens: 8_000, countTokens });
    await call(long);
    expect(countTokens).not.toHaveBeenCalled();
  });
});

describe('a call that nobody wants any more', () => {
  it('is cancelled by its token, and says nothing more, also where the model does not heed it', async () => {
    const controller = new AbortController();
    let token: Token | undefined;
    editor.models.push(model('m', (_messages, _options, given) => {
      token = given;
      return Promise.resolve({ stream: (async function* () {
        yield new editor.TextPart('before');
        await new Promise((resolve) => setTimeout(resolve, 60));
        controller.abort();
        for (let i = 0; ; i++) {
          await Promise.resolve();
          yield new editor.TextPart('after');
        }
      })() });
    }));
    expect(await call(request(), controller.signal)).toEqual([{ kind: 'text', text: 'before' }]);
    expect(token?.isCancellationRequested).toBe(true);
  });

  it('is cancelled from the beginning where it was given up before', async () => {
    let cancelled = false;
    editor.models.push(model('m', (_messages, _options, token) => {
      cancelled = token.isCancellationRequested;
      return Promise.reject(new editor.CancellationError());
    }));
    await call(request(), AbortSignal.abort());
    expect(cancelled).toBe(true);
  });
});

describe('a failure', () => {
  const unknown = (cause: Error): Error => new editor.ModelError(cause.message, 'Unknown', cause);
  const FAILURES = [
    ['no consent', editor.ModelError.NoPermissions('No consent was given.'), 'States.Permissions'],
    ['a model that is gone', editor.ModelError.NotFound('Gone.'), 'Dagbook.ModelNotAvailable'],
    ['a quota', editor.ModelError.Blocked('Quota exceeded.'), 'Tool.TemporaryFailure'],
    ['no words', editor.ModelError.Blocked(), 'Tool.TemporaryFailure'],
    ['a cancellation by somebody else', new editor.CancellationError(), 'Tool.TemporaryFailure'],
    ['a rate limit that the model’s extension threw', unknown(new Error('Request failed: 429 Too Many Requests')), 'Tool.TemporaryFailure'],
    ['a network that is down', unknown(Object.assign(new Error('fetch failed'), { code: 'ENOTFOUND', cause: new Error('getaddrinfo') })), 'Tool.TemporaryFailure'],
    ['a server that is down', unknown(new Error('Server error: 503')), 'Tool.TemporaryFailure'],
    ['a prompt that is too long', unknown(new Error('Message exceeds token limit.')), 'States.DataLimitExceeded'],
    ['nobody signed in', unknown(new Error('User is not signed in')), 'States.Permissions'],
    ['a filter', unknown(new Error('Response got filtered by Responsible AI Service')), 'States.TaskFailed'],
    ['a bug', new TypeError('x is not a function'), 'States.TaskFailed'],
    ['something that is no error', 'out of order', 'States.TaskFailed'],
  ] as const;

  it.each(FAILURES)('%s has its name, where the request is refused and where the stream breaks off', async (_what, error, name) => {
    editor.models.push(model('m', rejectingWith(error)));
    expect(await call()).toEqual([{ kind: 'error', name, message: expect.stringContaining('The editor\'s model refused') as string }]);
    editor.models[0] = model('m', answer(new editor.TextPart('half'), error instanceof Error ? error : new Error(error)));
    expect(await call()).toEqual([{ kind: 'text', text: 'half' }, { kind: 'error', name, message: expect.any(String) as string }]);
  });

  it('says what it was caused by, each thing once, however deep and circular', () => {
    expect(editorFault(unknown(new Error('the reason', { cause: new Error('deeper') })))).toEqual({ name: 'States.TaskFailed', said: 'the reason: deeper' });
    const circular = new Error('round');
    circular.cause = circular;
    expect(editorFault(circular).said).toBe('round');
    expect(editorFault(undefined)).toEqual({ name: 'States.TaskFailed', said: 'undefined' });
  });
});
