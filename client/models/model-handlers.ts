import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Handler } from '../commands/command-id.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { mayRun } from '../runs/may-run.ts';
import type { Note } from '../views/view-note.ts';
import { inform, pickRow } from '../workbench/plain-window.ts';
import { chooseFolder } from '../workspace/folders.ts';
import { pullModel, removeModel } from './managed-models.ts';
import { KEYED_PROVIDERS, type ModelKeys } from './model-keys.ts';
import { pickModel, typeModel } from './pick-model.ts';
import { chooseProfile, startProfile, stopProfile } from './profile-server.ts';
import type { ProviderRow } from './provider-rows.ts';
import { setDefault, useReal } from './use-real-model.ts';
import { testModel } from './test-model.ts';
import type { ModelsElement, ModelsView } from './models-view.ts';

export interface ModelHandlerParts {
  readonly extension: vscode.Uri;
  readonly hosts: HostPool;
  readonly keys: ModelKeys;
  readonly view: ModelsView;
  /** Keeps a result above the rows of the view. */
  readonly note: Note;
}

type ModelCommand =
  | 'dagbook.models.useReal' | 'dagbook.models.use' | 'dagbook.models.test' | 'dagbook.models.forgetKey' | 'dagbook.models.refresh'
  | 'dagbook.models.pull' | 'dagbook.models.remove' | 'dagbook.models.start' | 'dagbook.models.stop';

/** Where something is done, and the row of the view it is done to; null = the palette called. */
type Work = (folder: vscode.WorkspaceFolder, element: ModelsElement | null) => Promise<unknown>;

export function modelHandlers(parts: ModelHandlerParts): Readonly<Record<ModelCommand, Handler>> {
  const command = (work: Work): Handler => async (argument) => {
    const element = elementOf(argument);
    const folder = (await mayRun()) ? (element?.folder ?? (await chooseFolder())) : null;
    return folder === null ? undefined : work(folder, element);
  };
  return {
    'dagbook.models.useReal': command(async (folder) => useReal(parts, folder)),
    'dagbook.models.use': command(async (folder, element) => {
      const model = modelOf(element) ?? (await typeModel('', []));
      if (model !== null) await setDefault(folder, model);
    }),
    'dagbook.models.test': command(async (folder, element) => {
      const model = element?.kind === 'provider' ? await modelOfProvider(parts, folder, element.row) : (modelOf(element) ?? (await typeModel('', [])));
      if (model !== null) await testModel(parts, folder, model);
    }),
    'dagbook.models.pull': command(async (folder, element) => pullModel(parts, folder, element?.kind === 'model' ? element.name : null)),
    'dagbook.models.remove': command(async (folder, element) => removeModel(parts, folder, element?.kind === 'model' ? element.listed : null)),
    'dagbook.models.start': command(async (folder, element) => {
      const profile = element?.kind === 'profile' ? element.profile : await chooseProfile(parts, folder, 'start');
      if (profile !== null) await startProfile(parts, folder, profile);
    }),
    'dagbook.models.stop': command(async (folder, element) => {
      const profile = element?.kind === 'profile' ? element.profile : await chooseProfile(parts, folder, 'stop');
      if (profile !== null) await stopProfile(parts, folder, profile);
    }),
    'dagbook.models.forgetKey': (argument) => forget(parts, elementOf(argument)),
    'dagbook.models.refresh': async () => {
      if (await mayRun()) await parts.view.ask();
    },
  };
}

async function forget({ keys, hosts, view }: ModelHandlerParts, element: ModelsElement | null): Promise<void> {
  const stored = await keys.all();
  const rows = KEYED_PROVIDERS.filter(({ variable }) => variable in stored);
  if (rows.length === 0) {
    void inform(l10n.t('No key is stored in the editor.'));
    return;
  }
  const meant = rows.find(({ provider }) => element?.kind === 'provider' && element.row.provider === provider) ?? (await pickRow(rows.map((row) => ({ ...row, description: row.variable })), { title: l10n.t('Which key shall be forgotten?') }));
  if (meant === undefined) return;
  await keys.forget(meant.variable);
  await hosts.reconfigure();
  await view.reload();
}

/** A provider's name alone is no model, except of the simulated one. */
async function modelOfProvider(parts: ModelHandlerParts, folder: vscode.WorkspaceFolder, row: ProviderRow): Promise<string | null> {
  if (row.provider === 'simulated') return row.provider;
  const picked = await pickModel(parts, folder, row, KEYED_PROVIDERS.find(({ provider }) => provider === row.provider)?.models ?? []);
  return picked?.kind === 'pull' ? pullModel(parts, folder, null) : (picked?.model ?? null);
}

/** What a menu of the view hands over. */
function elementOf(argument: unknown): ModelsElement | null {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && 'folder' in argument ? (argument as ModelsElement) : null;
}

function modelOf(element: ModelsElement | null): string | null {
  switch (element?.kind) {
    case 'model':
      return element.name;
    case 'provider':
      return element.row.provider;
    case 'default':
    case 'tier':
      return element.model;
    case 'profile':
      return `${element.profile.provider}${element.profile.served_models.slice(0, 1).map((model) => `:${model}`).join('')}`;
    case 'folder':
    case undefined:
      return null;
  }
}
