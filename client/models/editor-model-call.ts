import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EditorModelEvent, EditorModelMessage, EditorModelRequest } from '../../protocol/editor-model.ts';
import { editorFault } from './editor-fault.ts';

/** Pieces of an answer go to the host together, at most so often: milliseconds. */
const BATCH_MS = 25;

/**
 * Makes one call of an editor's language model and says what comes of it. The editor asks the person for consent the
 * first time; a refusal is a failure with a name, like every other. Never rejects.
 */
export async function callEditorModel(request: EditorModelRequest, signal: AbortSignal, say: (events: readonly EditorModelEvent[]) => void): Promise<void> {
  const batch = new Batch(say);
  const cancel = new vscode.CancellationTokenSource();
  const onAbort = (): void => { cancel.cancel(); };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    const model = await findModel(request.model);
    if (model === undefined) {
      batch.put({ kind: 'error', name: 'Dagbook.ModelNotAvailable', message: request.model === '' ? l10n.t('The editor has no language model.') : l10n.t('The editor has no language model "{0}".', request.model) });
      return;
    }
    const messages = toMessages(request.messages);
    const most = await mostThatIsExceeded(model, messages, request, cancel.token);
    if (most !== null) {
      batch.put({ kind: 'error', name: 'States.DataLimitExceeded', message: l10n.t('The prompt is too long for the editor\'s model {0}, which takes {1} tokens.', model.name, most) });
      return;
    }
    const options: vscode.LanguageModelChatRequestOptions = {
      justification: l10n.t('A Dagbook workflow that you started has an agent that runs on this model.'),
      modelOptions: { max_tokens: request.maxTokens },
      ...(request.tools.length === 0 ? {} : { tools: request.tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters })) }),
    };
    const response = await model.sendRequest(messages, options, cancel.token);
    let tools = 0;
    for await (const part of response.stream) {
      // A model that does not heed its token is not listened to any more.
      if (cancel.token.isCancellationRequested) return;
      if (part instanceof vscode.LanguageModelTextPart) batch.put({ kind: 'text', text: part.value });
      else if (part instanceof vscode.LanguageModelToolCallPart) batch.put({ kind: 'tool', index: tools++, id: part.callId, name: part.name, arguments: JSON.stringify(part.input) });
    }
    batch.put({ kind: 'end' });
  } catch (error) {
    const { name, said } = editorFault(error);
    batch.put({ kind: 'error', name, message: l10n.t('The editor\'s model refused: {0}', said) });
  } finally {
    signal.removeEventListener('abort', onAbort);
    batch.flush();
    cancel.dispose();
  }
}

/** What the model takes, where the prompt is more: tokens; null = it fits, or only the model can tell. */
async function mostThatIsExceeded(model: vscode.LanguageModelChat, messages: readonly vscode.LanguageModelChatMessage[], request: EditorModelRequest, token: vscode.CancellationToken): Promise<number | null> {
  const most = model.maxInputTokens;
  // No tokenizer makes more than one token of a byte: most prompts need not be counted.
  if (!(most > 0) || Buffer.byteLength(JSON.stringify(request)) <= most) return null;
  try {
    const counts = await Promise.all(messages.map((message) => model.countTokens(message, token)));
    return counts.reduce((sum, count) => sum + count, 0) > most ? most : null;
  } catch {
    return null;
  }
}

/** By id first, then by family: people write `vscode:gpt-4o`. */
async function findModel(name: string): Promise<vscode.LanguageModelChat | undefined> {
  const models = await vscode.lm.selectChatModels();
  return models.find(({ id }) => id === name) ?? models.find(({ family }) => family === name) ?? (name === '' ? models[0] : undefined);
}

/** The editor knows no system messages: what they say goes first, in the person's name. Answers to the calls of one turn are one message. */
function toMessages(messages: readonly EditorModelMessage[]): vscode.LanguageModelChatMessage[] {
  const { LanguageModelChatMessage: Message, LanguageModelTextPart: Text } = vscode;
  const result: vscode.LanguageModelChatMessage[] = [];
  for (let at = 0; at < messages.length; ) {
    const answers = messages.slice(at, at + answersFrom(messages, at));
    if (answers.length > 0) {
      result.push(Message.User(answers.map(({ content, toolCallId }) => new vscode.LanguageModelToolResultPart(toolCallId ?? '', [new Text(content)]))));
      at += answers.length;
      continue;
    }
    const { role, content, toolCalls } = messages[at++] as EditorModelMessage;
    if (role !== 'assistant') result.push(Message.User(content));
    else result.push(toolCalls.length === 0 ? Message.Assistant(content) : Message.Assistant([...(content === '' ? [] : [new Text(content)]), ...toolCalls.map((call) => new vscode.LanguageModelToolCallPart(call.id, call.name, inputOf(call.arguments)))]));
  }
  return result;
}

/** How many answers of tools stand in a row. */
function answersFrom(messages: readonly EditorModelMessage[], from: number): number {
  const next = messages.findIndex(({ role }, at) => at >= from && role !== 'tool');
  return (next < 0 ? messages.length : next) - from;
}

function inputOf(text: string): object {
  try {
    const input: unknown = JSON.parse(text);
    return typeof input === 'object' && input !== null ? input : {};
  } catch {
    return {};
  }
}

class Batch {
  readonly #say: (events: readonly EditorModelEvent[]) => void;
  #events: EditorModelEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(say: (events: readonly EditorModelEvent[]) => void) {
    this.#say = say;
  }

  put(event: EditorModelEvent): void {
    const last = this.#events.at(-1);
    if (event.kind === 'text' && last?.kind === 'text') this.#events[this.#events.length - 1] = { kind: 'text', text: last.text + event.text };
    else this.#events.push(event);
    this.#timer ??= setTimeout(() => { this.flush(); }, BATCH_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#say(events);
  }
}
