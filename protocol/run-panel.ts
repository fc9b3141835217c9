import type { Frame } from './frame.ts';
import type { Json } from './json.ts';
import type { ComparisonRecord, RunDetailRecord, StepBodies, StepRecord } from './run-records.ts';

/** What the extension tells the run panel. Every text in it is shown as text, never as markup. */
export type ToRunPanel =
  | { readonly kind: 'detail'; readonly detail: RunDetailRecord }
  | { readonly kind: 'frames'; readonly run: string; readonly frames: readonly Frame[] }
  | { readonly kind: 'steps'; readonly agentRun: string; readonly steps: readonly StepRecord[]; readonly inputs: Json; readonly output: Json }
  /** `parent`: the same step of the run this one is compared with; null where it has none. */
  | { readonly kind: 'bodies'; readonly seq: number; readonly bodies: StepBodies; readonly parent: StepBodies | null }
  | { readonly kind: 'comparison'; readonly comparison: ComparisonRecord | null }
  /** Select this node, as if it had been clicked. */
  | { readonly kind: 'select'; readonly node: string }
  | { readonly kind: 'running-allowed'; readonly reason: string | null }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string };

export type FromRunPanel =
  | { readonly kind: 'ready' }
  | { readonly kind: 'steps'; readonly agentRun: string }
  | { readonly kind: 'bodies'; readonly agentRun: string; readonly seq: number }
  /** `with`: a run id, `parent`, or `ask` for a pick. */
  | { readonly kind: 'compare'; readonly with: string }
  | { readonly kind: 'action'; readonly action: 'replay' | 'replay-recorded' | 'halt' | 'resume' | 'reveal-graph' | 'open-version' | 'copy-id' | 'fork-from-failure'; /** `reveal-graph`: this node in it. */ readonly node?: string }
  | { readonly kind: 'fork'; readonly path: string; readonly only: boolean }
  | { readonly kind: 'show-run'; readonly run: string }
  | { readonly kind: 'answer'; readonly run: string; readonly path: string }
  | { readonly kind: 'copy'; readonly text: string }
  /** Open a body in an editor. */
  | { readonly kind: 'open'; readonly seq: number; readonly part: 'request' | 'response' }
  /** Show two locked versions side by side; `a` and `b` are their ids or their spec hashes. */
  | { readonly kind: 'diff-versions'; readonly of: 'workflow' | 'agent'; readonly a: string; readonly b: string }
  /** Open a page of the web, which a model may have named: asked of the person first. */
  | { readonly kind: 'open-address'; readonly address: string }
  | { readonly kind: 'bug'; readonly message: string };
