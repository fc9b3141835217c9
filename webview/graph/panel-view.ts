import type { Direction, PictureState } from '../../protocol/graph-panel.ts';
import type { FromGraphPanel } from '../../protocol/graph-panel.ts';
import type { Picture, PictureNode } from '../../protocol/picture.ts';
import type { Camera, Size } from './camera.ts';
import type { Diagram } from './diagram.ts';
import type { Plan } from './elk-graph.ts';
import type { NodeRun } from './node-run.ts';
import type { RecordRead } from './record-reader.ts';
import type { RunState } from '../shared/run-state.ts';

/** What the person has chosen to see; kept over a reload as far as it makes sense. */
export interface ViewState {
  readonly direction: Direction;
  readonly collapsed: ReadonlySet<string>;
  readonly selected: string | null;
  /** Where the cursor of the editor stands. */
  readonly current: string | null;
  readonly hovered: string | null;
  /** The node that Tab reaches, and that arrows go on from. */
  readonly focused: string | null;
  readonly list: boolean;
  /** Where the list is scrolled to: px. */
  readonly listTop: number;
  readonly critical: boolean;
  /** The drawer was asked for, although a smaller note would do. */
  readonly details: boolean;
  /** null = the one that tells most. */
  readonly tab: DrawerTab | null;
  /** Of the selected node, where it has several; null = the last. */
  readonly agentRun: string | null;
  /** Seq of the step that is looked at; null = none in particular. */
  readonly step: number | null;
  /** JSON values that stand otherwise than they do by themselves. */
  readonly folds: ReadonlySet<string>;
  /** What is written scrolls along with its end. */
  readonly following: boolean;
  readonly find: { readonly query: string; readonly at: number } | null;
  readonly menu: { readonly node: string; readonly x: number; readonly y: number } | null;
  /** A picture that is too large is drawn all the same. */
  readonly insist: boolean;
}

export type DrawerTab = 'bracket' | 'stream' | 'request' | 'steps' | 'output';

export const FIRST_VIEW: ViewState = {
  direction: 'down', collapsed: new Set(), selected: null, current: null, hovered: null, focused: null, list: false, listTop: 0, critical: false, details: false,
  tab: null, agentRun: null, step: null, folds: new Set(), following: true, find: null, menu: null, insist: false,
};

/** Beyond this ELK takes tens of seconds, and nobody can read the result. */
export const TOO_LARGE = 4_000;

/** Everything the panel shows, as one value. */
export interface PanelView {
  readonly state: PictureState;
  readonly picture: Picture | null;
  readonly nodes: ReadonlyMap<string, PictureNode>;
  readonly diagram: Diagram | null;
  readonly plan: Plan | null;
  /** A layout is being worked out. */
  readonly planning: boolean;
  readonly run: RunState | null;
  readonly nodeRuns: ReadonlyMap<string, NodeRun> | null;
  readonly record: RecordRead;
  readonly view: ViewState;
  readonly camera: Camera;
  readonly stage: Size;
  /** Why nothing can be run; null = it can. */
  readonly refusal: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What the views can ask for. */
export interface Acts {
  /** The panel as it is now: keys may come faster than drawings. */
  now(): PanelView;
  send(message: FromGraphPanel): void;
  set(change: Partial<ViewState>): void;
  select(id: string | null): void;
  reveal(id: string, focus: boolean): void;
  /** Into view, lit, and where arrows go on from. */
  goTo(id: string): void;
  /** The keyboard to this row of the list. */
  focusNode(id: string): void;
  toggle(id: string): void;
  /** A JSON value, by its place. */
  fold(key: string): void;
  zoom(factor: number): void;
  zoomTo(zoom: number): void;
  fit(): void;
  turn(): void;
  /** Where the minimap was pressed, in the world. */
  centre(x: number, y: number): void;
  exportAs(format: 'svg' | 'png'): void;
}

export type NodeAction = Extract<FromGraphPanel, { kind: 'node-action' }>['action'];

export function isTooLarge(panel: PanelView): boolean {
  return panel.picture !== null && panel.picture.nodes.length > TOO_LARGE && !panel.view.insist;
}

/** Whether the selected node is shown at length, or only by a note of its problems. */
export function showsDrawer({ view, run, nodes }: PanelView): boolean {
  const node = view.selected === null ? undefined : nodes.get(view.selected);
  return node !== undefined && (run !== null || view.details || view.list || node.problems.messages.length === 0);
}

/** Ids of the nodes a query finds, in document order: by id first, then by what they do. */
export function found(picture: Picture, query: string): readonly string[] {
  const words = query.trim().toLowerCase();
  if (words === '') return [];
  const byId = picture.nodes.filter((node) => node.id.toLowerCase().includes(words));
  const byWork = picture.nodes.filter((node) => !byId.includes(node) && [node.kind, node.does, node.model ?? ''].some((text) => text.toLowerCase().includes(words)));
  return [...byId, ...byWork].map((node) => node.id);
}
