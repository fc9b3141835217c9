import type { CommandWriter } from '../protocol/dagbook-error.ts';
import type { ActiveProfile, CatalogModel, ModelCatalog, ModelProfile } from '../runtime/index.ts';
import { isRunning, ModelError } from '../runtime/index.ts';

/** One line of `dagbook models list`: a model, or a provider or profile that has none to show. */
export interface ModelRow {
  readonly provider: string;
  /** Empty = the provider itself. */
  readonly model: string;
  /** `ready`, `running`, `off`, `key missing`, `key refused`, `wrong address`, `not reachable`, `in use`, `not started`, `stopped`. */
  readonly state: string;
  /** Bytes on the provider's disk; null where nobody says. */
  readonly bytes: number | null;
  readonly address: string;
  /** The profile it comes from; null = the provider's own. */
  readonly profile: string | null;
  /** What to do about it; empty = nothing. */
  readonly hint: string;
}

/** Asks every provider at once; one that does not answer is a row that says so. */
export async function modelRows(catalogs: readonly ModelCatalog[], profiles: readonly ModelProfile[], active: readonly ActiveProfile[], command: CommandWriter, signal: AbortSignal): Promise<readonly ModelRow[]> {
  const rows = await Promise.all(catalogs.map((catalog) => rowsOf(catalog, command, signal)));
  return [...rows.flat(), ...profiles.flatMap((profile) => profileRows(profile, active.find(({ name }) => name === profile.name) ?? null, command))];
}

async function rowsOf(catalog: ModelCatalog, command: CommandWriter, signal: AbortSignal): Promise<readonly ModelRow[]> {
  const { provider, address, problem } = catalog;
  const whole = { provider, model: '', bytes: null, address, profile: null };
  if (problem !== null) return [{ ...whole, state: /\bkey is missing\b|environment variable/.test(problem) ? 'key missing' : 'wrong address', hint: problem }];
  try {
    const models = await catalog.list(signal);
    if (models.length === 0) return [{ ...whole, state: 'ready', hint: catalog.pull === undefined ? 'it lists no models' : `no models yet: ${command('models', 'pull', `${provider}:MODEL`)}` }];
    return models.map(({ name, bytes, running }: CatalogModel) => ({ ...whole, model: name, state: running === true ? 'running' : 'ready', bytes, hint: '' }));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const { status } = (error.data ?? {}) as { readonly status?: number };
    // Who answers can be reached: it is the key, or the way to the list, that is wrong.
    const state = error.name === 'States.Permissions' ? 'key refused' : status === 404 || (status !== undefined && status < 400) ? 'wrong address' : 'not reachable';
    return [{ ...whole, state, hint: error.message }];
  }
}

function profileRows({ name, provider, baseUrl, servedModels, enabled }: ModelProfile, active: ActiveProfile | null, command: CommandWriter): readonly ModelRow[] {
  const state = !enabled ? 'off' : active === null ? 'not started' : isRunning(active) ? 'in use' : 'stopped';
  const hint = !enabled ? 'write "enabled: true" in its document' : active === null || !isRunning(active) ? command('models', 'start', name) : '';
  const models = servedModels.length === 0 ? [''] : servedModels;
  return models.map((model) => ({ provider, model, state, bytes: null, address: baseUrl ?? '', profile: name, hint }));
}
