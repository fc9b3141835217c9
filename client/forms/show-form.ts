import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { plainRow } from '../workbench/plain-window.ts';
import { editValue } from './edit-value.ts';
import { plainWords } from '../words/plain-words.ts';
import { formSteps, formValue, readTyped, typedAs, type FormStep } from './form-step.ts';

export interface FormRequest {
  readonly title: string;
  readonly schema: JsonObject;
  /** Values from before, by property. */
  readonly given?: JsonObject;
}

type Answer = { readonly kind: 'value'; readonly value: Json | undefined } | { readonly kind: 'back' } | { readonly kind: 'cancelled' };

interface Place {
  readonly title: string;
  readonly step: number;
  readonly of: number;
}

/** Asks for a value of the schema, one question after the other, with a way back. Null when the person leaves. */
export async function showForm({ title, schema, given = {} }: FormRequest): Promise<Json | null> {
  const steps = formSteps(schema, given);
  const answers = new Map<string, Json>();
  let at = 0;
  while (at < steps.length) {
    const step = steps[at];
    if (step === undefined) break;
    const answer = await ask(step, answers.get(step.key) ?? step.initial, { title, step: at + 1, of: steps.length });
    if (answer.kind === 'cancelled') return null;
    if (answer.kind === 'back') {
      at -= 1;
      continue;
    }
    if (answer.value === undefined) answers.delete(step.key);
    else answers.set(step.key, answer.value);
    at += 1;
  }
  return formValue(steps, answers);
}

async function ask(step: FormStep, value: Json | undefined, place: Place): Promise<Answer> {
  switch (step.kind) {
    case 'pick':
    case 'many':
      return pick(step, value, place);
    case 'text':
    case 'number':
    case 'list':
    case 'json':
      return type(step, value, place);
  }
}

function pick(step: FormStep & { readonly kind: 'pick' | 'many' }, value: Json | undefined, place: Place): Promise<Answer> {
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value?: Json | undefined; readonly none?: boolean }>();
  decorate(box, place);
  box.placeholder = promptOf(step);
  box.canSelectMany = step.kind === 'many';
  const items = step.options.map((option) => ({ ...plainRow({ label: option.label, description: JSON.stringify(option.value) === JSON.stringify(step.schema['default']) ? l10n.t('default') : '' }), value: option.value }));
  box.items = step.kind === 'pick' && !step.required && step.schema['default'] === undefined ? [...items, { label: l10n.t('No value'), none: true }] : items;
  const chosen = step.kind === 'many' && Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [JSON.stringify(value)];
  const selected = items.filter((item) => chosen.includes(JSON.stringify(item.value)));
  if (step.kind === 'many') box.selectedItems = selected;
  else if (selected.length > 0) box.activeItems = selected;
  return settle(box, () => {
    if (step.kind === 'many') return { kind: 'value', value: box.selectedItems.map((item) => item.value as Json) };
    const [item] = box.selectedItems;
    if (item === undefined) return null;
    return { kind: 'value', value: item.none === true ? undefined : item.value };
  });
}

function type(step: FormStep & { readonly kind: 'text' | 'number' | 'list' | 'json' }, value: Json | undefined, place: Place): Promise<Answer> {
  const box = vscode.window.createInputBox();
  decorate(box, place);
  const inEditor: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: l10n.t('Write it in an editor') };
  const language = step.kind === 'json' ? 'json' : step.kind === 'text' ? 'plaintext' : null;
  box.buttons = language === null ? box.buttons : [...box.buttons, inEditor];
  box.prompt = plainWords(promptOf(step));
  box.placeholder = placeholderOf(step);
  box.value = typedAs(step, value);
  const check = (): ReturnType<typeof readTyped> => {
    const reading = readTyped(step, box.value);
    box.validationMessage = reading.ok ? '' : plainWords(reading.message);
    return reading;
  };
  const followed = box.onDidChangeValue(() => { check(); });
  return settle(box, () => {
    const reading = check();
    return reading.ok ? { kind: 'value', value: reading.value } : null;
  }, (button) => (button === inEditor && language !== null ? editValue({ name: step.title, language, text: box.value, schema: step.schema, check: (text) => readTyped(step, text) }) : null)).finally(() => { followed.dispose(); });
}

/** Shows the box until it is answered, left, or its other button has given a value. */
function settle(
  box: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  accepted: () => Answer | null,
  other: (button: vscode.QuickInputButton) => Promise<{ readonly value: Json | undefined } | null> | null = () => null,
): Promise<Answer> {
  return new Promise((resolve) => {
    let left = false;
    const end = (answer: Answer): void => {
      left = true;
      box.dispose();
      resolve(answer);
    };
    box.onDidAccept(() => {
      const answer = accepted();
      if (answer !== null) end(answer);
    });
    box.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) {
        end({ kind: 'back' });
        return;
      }
      const value = other(button);
      if (value === null) return;
      left = true;
      box.hide();
      void value.then((written) => { end(written === null ? { kind: 'cancelled' } : { kind: 'value', value: written.value }); });
    });
    box.onDidHide(() => {
      if (!left) end({ kind: 'cancelled' });
    });
    box.show();
  });
}

function decorate(box: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox, { title, step, of }: Place): void {
  box.title = title;
  box.step = step;
  box.totalSteps = of;
  box.ignoreFocusOut = true;
  box.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
}

function promptOf({ title, description, required, schema }: FormStep): string {
  const optional = required || schema['default'] !== undefined ? '' : ` ${l10n.t('(optional)')}`;
  return description === '' ? `${title}${optional}` : `${title}${optional}: ${description}`;
}

function placeholderOf(step: FormStep & { readonly kind: 'text' | 'number' | 'list' | 'json' }): string {
  switch (step.kind) {
    case 'text':
      return '';
    case 'number':
      return step.whole ? l10n.t('a whole number') : l10n.t('a number');
    case 'list':
      return l10n.t('words, separated by commas');
    case 'json':
      return l10n.t('JSON');
  }
}
