import type { EditorModelEvent, EditorModelRequest } from '../../protocol/editor-model.ts';
import { ModelError, type ModelCall, type ModelEvent, type ModelProvider } from './provider.ts';

/** Asks the extension for a call, and to end it. */
export interface EditorPort {
  ask(call: number, request: EditorModelRequest): void;
  abort(call: number): void;
}

/**
 * The provider `vscode`: the language models of the editor this runtime works for. They are paid for with the editor, so
 * a call costs nothing here, and they report no usage, so what is counted is marked estimated.
 */
export class EditorModels {
  readonly provider: ModelProvider;
  readonly #port: EditorPort;
  readonly #calls = new Map<number, Inbox>();
  #next = 1;

  constructor(port: EditorPort) {
    this.#port = port;
    this.provider = { name: 'vscode', price: () => 'free', stream: (call) => this.#stream(call) };
  }

  /** What the extension says of a call. That of a call nobody waits for any more is dropped. */
  take(call: number, events: readonly EditorModelEvent[]): void {
    for (const event of events) this.#calls.get(call)?.put(event);
  }

  async *#stream({ request, outputLimit, signal }: ModelCall): AsyncGenerator<ModelEvent, void, undefined> {
    const call = this.#next++;
    const inbox = new Inbox(signal);
    this.#calls.set(call, inbox);
    let ended = false;
    try {
      this.#port.ask(call, {
        model: request.model, maxTokens: outputLimit,
        messages: request.messages.map(({ role, content, toolCalls = [], toolCallId = null }) => ({ role, content, toolCalls, toolCallId })),
        // The editor cannot be told to call none, so it is not told of any.
        tools: request.toolChoice === 'none' ? [] : (request.tools ?? []).map(({ name, description, parameters }) => ({ name, description, parameters })),
      });
      for (;;) {
        const event = await inbox.get();
        switch (event.kind) {
          case 'text':
            yield { type: 'text', text: event.text };
            break;
          case 'tool':
            yield { type: 'tool', index: event.index, id: event.id, name: event.name, arguments: event.arguments };
            break;
          case 'error':
            ended = true;
            throw new ModelError(event.name, event.message);
          case 'end':
            ended = true;
            yield { type: 'finish', reason: 'stop' };
            return;
        }
      }
    } finally {
      this.#calls.delete(call);
      if (!ended) this.#port.abort(call);
    }
  }
}

/** A call that hears nothing for so long is given up: milliseconds. */
const IDLE_MS = 120_000;

/** Events of one call until somebody takes them. */
class Inbox {
  readonly #events: EditorModelEvent[] = [];
  readonly #signal: AbortSignal;
  #wake: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => { this.#wake(); }, { once: true });
  }

  put(event: EditorModelEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  async get(): Promise<EditorModelEvent> {
    const until = performance.now() + IDLE_MS;
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      if (this.#signal.aborted) throw new ModelError('Tool.TemporaryFailure', 'The call was given up.');
      const left = until - performance.now();
      if (left <= 0) throw new ModelError('Runner.Timeout', `The editor's model said nothing for ${IDLE_MS / 1000} s.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => { clearTimeout(timer); resolve(); };
      });
    }
  }
}
