import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { askText, pickRow, whileWorking, type PickRow } from '../workbench/plain-window.ts';
import type { ModelHandlerParts } from './model-handlers.ts';
import { listedWords, type ListedModel } from './provider-rows.ts';

/** What was chosen: a model as `provider:model`; `pull`: one that is to be fetched first. */
export type PickedModel = { readonly kind: 'model'; readonly model: string } | { readonly kind: 'pull' };

/** `choice: null` = a name is typed. */
interface Choice extends PickRow {
  readonly choice: PickedModel | null;
}

/** The models a provider says it has, those first that are suggested; a name can always be typed. Null = the person left. */
export async function pickModel({ view }: ModelHandlerParts, folder: vscode.WorkspaceFolder, { provider, label }: { readonly provider: string; readonly label: string }, suggested: readonly string[]): Promise<PickedModel | null> {
  const listed = await whileWorking({ location: vscode.ProgressLocation.Window, title: l10n.t('Asking {0} for its models', label) }, async () => view.list(folder, provider));
  const problem = listed.find(({ model, state }) => model === '' && state !== 'ready');
  const own = listed.filter(({ model, profile }) => model !== '' && profile === null);
  const rank = ({ model }: ListedModel): number => (suggested.includes(model) ? suggested.indexOf(model) : suggested.length);
  const rows: readonly Choice[] = [...own].sort((a, b) => rank(a) - rank(b)).map((each) => ({ label: each.model, description: listedWords(each), choice: { kind: 'model', model: `${provider}:${each.model}` } }));
  const ways: readonly Choice[] = [
    ...(provider === 'ollama' && problem === undefined ? [{ icon: 'cloud-download', label: l10n.t('Pull a model…'), choice: { kind: 'pull' } as const }] : []),
    { icon: 'edit', label: l10n.t('Type a name…'), choice: null },
  ];
  const placeHolder = problem === undefined ? l10n.t('Which model?') : `${problem.state}: ${problem.hint}`;
  const chosen = await pickRow<Choice>([...rows, ...(rows.length === 0 ? [] : [{ label: '', kind: vscode.QuickPickItemKind.Separator, choice: null }]), ...ways], { title: l10n.t('Which model of {0}?', label), placeHolder, matchOnDescription: true });
  if (chosen === undefined) return null;
  if (chosen.choice !== null) return chosen.choice;
  const model = await typeModel(provider, suggested);
  return model === null ? null : { kind: 'model', model };
}

/** A model by its name. `provider`: empty = any. */
export async function typeModel(provider: string, examples: readonly string[]): Promise<string | null> {
  const pattern = /^[a-z][a-z0-9_-]*(:\S+)?$/;
  const whole = await askText({
    title: l10n.t('Which model?'), value: provider === '' ? '' : `${provider}:${examples[0] ?? ''}`, ignoreFocusOut: true,
    prompt: examples.length === 0 ? l10n.t('As provider:model, such as openai:gpt-5-mini') : l10n.t('For instance: {0}', examples.map((name) => `${provider}:${name}`).join(', ')),
    validateInput: (text) => (pattern.test(text.trim()) ? null : l10n.t('Write "provider" or "provider:model", such as "simulated" or "openai:gpt-5-mini".')),
  });
  return whole === undefined ? null : whole.trim();
}
