import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { inform, warn } from '../workbench/plain-window.ts';
import type { Reading } from './form-step.ts';

export interface EditRequest {
  readonly name: string;
  /** JSON, or words of several lines. */
  readonly language: 'json' | 'plaintext';
  readonly text: string;
  readonly schema: JsonObject;
  readonly check: (text: string) => Reading;
}

/** A value too large for a line: written in an editor of its own, taken over by a button. Null = given up. */
export async function editValue({ name, language, text, schema, check }: EditRequest): Promise<{ readonly value: Json | undefined } | null> {
  const document = await vscode.workspace.openTextDocument({ language, content: language === 'json' ? pretty(text, schema) : text });
  await vscode.window.showTextDocument(document, { preview: false });
  const use = l10n.t('Use It');
  const [what, cancel] = [l10n.t('Write the value of "{0}" in the editor, then use it.', name), l10n.t('Cancel')];
  for (let wrong: string | null = null; ;) {
    const chosen: string | undefined = wrong === null ? await inform(what, use, cancel) : await warn(`${wrong} ${what}`, use, cancel);
    if (chosen !== use) return null;
    const reading = check(document.getText());
    if (reading.ok) {
      await putAway(document);
      return { value: reading.value };
    }
    wrong = reading.message;
  }
}

/** What was taken over need not be saved anywhere. */
async function putAway(document: vscode.TextDocument): Promise<void> {
  if (document.isClosed) return;
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}

function pretty(text: string, schema: JsonObject): string {
  if (text.trim() === '') return `${JSON.stringify(schema['default'] ?? sample(schema), null, 2)}\n`;
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return text;
  }
}

/** What a person fills in: the properties with empty values. */
function sample(schema: JsonObject): Json {
  if (schema['type'] === 'array') return [];
  const properties = schema['properties'];
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return {};
  return Object.fromEntries(Object.keys(properties).map((key) => [key, null]));
}
