import type { PricedParams } from '../../protocol/host.ts';
import type { RunSettings } from '../durable/context.ts';
import { isPaidModel, paidModelsOfRun, paidModelsOfTarget } from '../paid-models.ts';
import { openVersion } from '../run-plan.ts';
import type { LedgerDoor } from './ledger-door.ts';

/** What of it may cost money, as things are now. */
export function paidModelsFor(door: LedgerDoor, of: PricedParams): readonly string[] {
  switch (of.kind) {
    case 'target':
      return paidModelsOfTarget(door.pricing(), of.target);
    case 'models': {
      const pricing = door.pricing();
      return of.models.filter((model) => isPaidModel(pricing, model)).sort();
    }
    case 'run':
      return ofRun(door, of);
  }
}

function ofRun(door: LedgerDoor, { run: id, edited }: PricedParams & { readonly kind: 'run' }): readonly string[] {
  const review = door.existing();
  const { ledger } = review;
  const run = review.find(id);
  return ledger.read(() => {
    const version = ledger.versions.byKey('workflow', run.spec_version);
    if (version === null) return [];
    if (edited && version.source_path !== null) return paidModelsOfTarget(door.pricing(), { workflow: version.source_path }, run.model_override);
    return paidModelsOfRun(door.pricing(), openVersion(ledger, version), ledger.runs.settings(run) as RunSettings, run.model_override);
  });
}
