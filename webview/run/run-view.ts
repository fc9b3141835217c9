import type { FromRunPanel } from '../../protocol/run-panel.ts';
import type { ComparisonRecord, RunDetailRecord, StepBodies, StepRecord } from '../../protocol/run-records.ts';
import type { Json } from '../../protocol/json.ts';
import type { RunState } from '../shared/run-state.ts';
import type { Row } from './rows.ts';
import type { Waits } from './waits.ts';

/** Which face of a step is shown; `wire`: what went over the network for it. */
export type Face = 'rendered' | 'raw' | 'diff' | 'wire';

/** What a person has chosen to look at. A value: each change gives a new one. */
export interface ViewState {
  readonly node: string | null;
  readonly agentRun: string | null;
  /** Seq of the step; null = the agent run as a whole. */
  readonly step: number | null;
  readonly face: Face;
  /** Where the timeline stands, node by node beside another run, where there is one. */
  readonly table: 'timeline' | 'comparison';
  /** JSON values that stand otherwise than they do by themselves. */
  readonly folds: ReadonlySet<string>;
  readonly menu: { readonly of: 'run' | 'node'; readonly x: number; readonly y: number } | null;
}

export const FIRST_VIEW: ViewState = { node: null, agentRun: null, step: null, face: 'rendered', table: 'timeline', folds: new Set(), menu: null };

export interface AgentRunBodies {
  readonly steps: readonly StepRecord[];
  readonly inputs: Json;
  readonly output: Json;
}

/** Everything the drawing is made from. */
export interface PanelView {
  readonly detail: RunDetailRecord;
  readonly state: RunState;
  readonly waits: Waits;
  readonly rows: readonly Row[];
  readonly steps: ReadonlyMap<string, AgentRunBodies>;
  readonly bodies: ReadonlyMap<number, { readonly bodies: StepBodies; readonly parent: StepBodies | null }>;
  readonly comparison: ComparisonRecord | null;
  /** Why nothing may be run; null = it may. */
  readonly refusal: string | null;
  readonly failure: { readonly message: string; readonly hint: string } | null;
  readonly view: ViewState;
  /** Milliseconds since the epoch, by the clock that wrote the times. */
  readonly now: number;
  readonly scroll: Scroll;
}

/** Of the list of nodes: where it is scrolled to, how high it is, and how wide the bars may be. Pixels. */
export interface Scroll {
  readonly top: number;
  readonly height: number;
  readonly plot: number;
}

/** What hands can do to the panel. */
export interface Acts {
  send(message: FromRunPanel): void;
  set(change: Partial<ViewState>): void;
  selectNode(id: string): void;
  /** Selects this agent run, and shows its telling step beside that of the run it is compared with. */
  showDifference(agentRun: string): void;
  selectStep(agentRun: string, seq: number | null): void;
  /** So many places on in the list of nodes, or of steps, from where it stands by now; stays inside. */
  moveNode(by: number): void;
  moveStep(by: number): void;
  fold(key: string): void;
  dismissFailure(): void;
  scrolled(list: HTMLElement): void;
  /** Moves the keyboard to the first element of this selector, once it is drawn. */
  focus(selector: string): void;
}

export function selectedRow({ rows, view }: PanelView): Row | null {
  return rows.find(({ id }) => id === view.node) ?? null;
}
