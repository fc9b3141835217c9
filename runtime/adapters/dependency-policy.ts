import type { DepPolicy } from '../../language/index.ts';
import type { NodeStatus } from '../ledger/event.ts';

export type Verdict = 'wait' | 'run' | { readonly skip: string };

/** Whether a node may start, given how its dependencies stand (undefined = not over yet). Rule 7. */
export function meets(policy: DepPolicy, dependencies: readonly { readonly id: string; readonly status: NodeStatus | undefined }[]): Verdict {
  const open = dependencies.some((d) => d.status === undefined);
  switch (policy) {
    case 'optional':
      return 'run';
    case 'all_terminal':
      return open ? 'wait' : 'run';
    case 'accept_partial':
      if (open) return 'wait';
      return dependencies.length === 0 || dependencies.some((d) => d.status === 'completed') ? 'run' : { skip: `none of its dependencies completed (${dependencies.map((d) => `${d.id}: ${String(d.status)}`).join(', ')})` };
    case 'all_success': {
      const broken = dependencies.find((d) => d.status !== undefined && d.status !== 'completed');
      if (broken !== undefined) return { skip: `${broken.id} ended as ${String(broken.status)}` };
      return open ? 'wait' : 'run';
    }
  }
}

/** True when a dependant with this policy takes a failure of its dependency in its stride. */
export function absorbs(policy: DepPolicy, dependantStatus: NodeStatus | undefined): boolean {
  switch (policy) {
    case 'all_success':
      return false;
    case 'accept_partial':
      return dependantStatus !== 'skipped';
    case 'all_terminal':
    case 'optional':
      return true;
  }
}
