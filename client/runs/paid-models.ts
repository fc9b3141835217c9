import type { RunRecord } from '../../protocol/run-records.ts';

/** Providers that never cost money (docs/models.md). Whether another one's server is our own, the editor does not know. */
const FREE = ['simulated', 'ollama'];

/** Those of the models that may cost money, as `provider:model`. */
export function paidModels(models: readonly string[]): readonly string[] {
  return models.filter((model) => !FREE.includes(model.split(':')[0] ?? ''));
}

/** What a run like this one may call; `… and 2 more` may hide a paid one. */
export function paidModelsOfRun({ models }: Pick<RunRecord, 'models'>): readonly string[] {
  return models === '' || (!models.includes(' ') && paidModels([models]).length === 0) ? [] : [models];
}
