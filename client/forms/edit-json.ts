import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Reading } from './form-step.ts';

export interface JsonRequest {
  readonly name: string;
  readonly text: string;
  readonly schema: JsonObject;
  readonly check: (text: string) => Reading;
}

/** A value too large for a line: written in an editor of its own, taken over by a button. Undefined = given up. */
export async function editJson({ name, text, schema, check }: JsonRequest): Promise<Json | undefined> {
  const document = await vscode.workspace.openTextDocument({ language: 'json', content: pretty(text, schema) });
  await vscode.window.showTextDocument(document, { preview: false });
  const use = l10n.t('Use It');
  for (;;) {
    const chosen = await vscode.window.showInformationMessage(l10n.t('Write the value of "{0}" in the editor, then use it.', name), use, l10n.t('Cancel'));
    if (chosen !== use) return undefined;
    const reading = check(document.getText());
    if (reading.ok) return reading.value;
    await vscode.window.showWarningMessage(reading.message);
  }
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
