import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EditorModelEvent, EditorModelFault, EditorModelMessage, EditorModelRequest } from '../../protocol/editor-model.ts';

/** Pieces of an answer go to the host together, at most so often: milliseconds. */
const BATCH_MS = 25;

/**
 * Makes one call of an editor's language model and says what comes of it. The editor asks the person for consent the
 * first time; a refusal is a failure with a name, like every other. Never rejects.
 */
export async function callEditorModel(request: EditorModelRequest, signal: AbortSignal, say: (events: readonly EditorModelEvent[]) => void): Promise<void> {
  const batch = new Batch(say);
  const cancel = new vscode.CancellationTokenSource();
  signal.addEventListener('abort', () => { cancel.cancel(); }, { once: true });
  try {
    const model = await findModel(request.model);
    if (model === undefined) {
      batch.put({ kind: 'error', name: 'Dagbook.ModelNotAvailable', message: request.model === '' ? l10n.t('The editor has no language model.') : l10n.t('The editor has no language model "{0}".', request.model) });
      return;
    }
    const options: vscode.LanguageModelChatRequestOptions = {
      justification: l10n.t('A Dagbook workflow that you started has an agent that runs on this model.'),
      modelOptions: { max_tokens: request.maxTokens },
      ...(request.tools.length === 0 ? {} : { tools: request.tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters })) }),
    };
    const response = await model.sendRequest(request.messages.map(toMessage), options, cancel.token);
    let tools = 0;
    for await (const part of response.stream) {
      if (part instanceof vscode.LanguageModelTextPart) batch.put({ kind: 'text', text: part.value });
      else if (part instanceof vscode.LanguageModelToolCallPart) batch.put({ kind: 'tool', index: tools++, id: part.callId, name: part.name, arguments: JSON.stringify(part.input) });
    }
    batch.put({ kind: 'end' });
  } catch (error) {
    batch.put(faultOf(error));
  } finally {
    batch.flush();
    cancel.dispose();
  }
}

/** By id first, then by family: people write `vscode:gpt-4o`. */
async function findModel(name: string): Promise<vscode.LanguageModelChat | undefined> {
  const models = await vscode.lm.selectChatModels();
  return models.find(({ id }) => id === name) ?? models.find(({ family }) => family === name) ?? (name === '' ? models[0] : undefined);
}

/** The editor knows no system messages: what they say goes first, in the person's name. */
function toMessage({ role, content, toolCalls, toolCallId }: EditorModelMessage): vscode.LanguageModelChatMessage {
  switch (role) {
    case 'system':
    case 'user':
      return vscode.LanguageModelChatMessage.User(content);
    case 'assistant':
      return vscode.LanguageModelChatMessage.Assistant([
        ...(content === '' ? [] : [new vscode.LanguageModelTextPart(content)]),
        ...toolCalls.map((call) => new vscode.LanguageModelToolCallPart(call.id, call.name, inputOf(call.arguments))),
      ]);
    case 'tool':
      return vscode.LanguageModelChatMessage.User([new vscode.LanguageModelToolResultPart(toolCallId ?? '', [new vscode.LanguageModelTextPart(content)])]);
  }
}

function inputOf(text: string): object {
  try {
    const input: unknown = JSON.parse(text);
    return typeof input === 'object' && input !== null ? input : {};
  } catch {
    return {};
  }
}

function faultOf(error: unknown): EditorModelEvent {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'error', name: error instanceof vscode.LanguageModelError ? nameOf(error) : 'States.TaskFailed', message: l10n.t('The editor\'s model refused: {0}', message) };
}

function nameOf({ code }: vscode.LanguageModelError): EditorModelFault {
  switch (code) {
    case vscode.LanguageModelError.NoPermissions.name:
      return 'States.Permissions';
    case vscode.LanguageModelError.NotFound.name:
      return 'Dagbook.ModelNotAvailable';
    case vscode.LanguageModelError.Blocked.name:
      // Also what the editor says of a quota that is used up for now.
      return 'Tool.TemporaryFailure';
    default:
      return 'States.TaskFailed';
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
