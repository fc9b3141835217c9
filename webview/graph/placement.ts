import type { ELK } from 'elkjs/lib/elk-api.js';
import type { Direction, KeptLayout } from '../../protocol/graph-panel.ts';
import type { Picture } from '../../protocol/picture.ts';
import { diagramOf } from './diagram.ts';
import type { Diagram } from './diagram.ts';
import type { Plan } from './elk-graph.ts';
import { keptOf } from './kept-layout.ts';
import { Layouts, keyOf } from './layouts.ts';
import type { Measure, Rect } from './metrics.ts';
import { carriedOver } from './plan-change.ts';
import type { Placing } from './plan-change.ts';
import { quickPlan } from './quick-plan.ts';

/** A layout that takes longer than this is announced by a plain arrangement. */
const PATIENCE_MS = 50;

export interface Wish {
  readonly picture: Picture;
  readonly collapsed: ReadonlySet<string>;
  readonly direction: Direction;
}

export interface PlacementListener {
  /** Boxes got other places: the ones they had (null = none worth keeping), and whether they had any. */
  placed(before: Placing | null, moved: boolean): void;
  /** To be given to `remember` another time. */
  laidOut(kept: KeptLayout): void;
  failed(why: string): void;
}

/** The picture as a diagram, and where everything stands: what is known at once, the rest when it comes. */
export class Placement {
  diagram: Diagram | null = null;
  plan: Plan | null = null;
  readonly #layouts: Layouts;
  readonly #measure: Measure;
  readonly #listener: PlacementListener;
  /** The plan is a plain arrangement that nobody has had time to get used to. */
  #makeshift = false;
  /** Before its first answer a layout is not worth waiting for: it is still being loaded. */
  #patience = 0;
  #wish: Wish | null = null;
  /** The key of the layout that is waited for; null = the plan is the right one. */
  #waitingFor: string | null = null;

  constructor(elk: Promise<Pick<ELK, 'layout'>>, measure: Measure, listener: PlacementListener) {
    this.#measure = measure;
    this.#listener = listener;
    this.#layouts = new Layouts(elk, ({ key, plan, failure }) => {
      this.#patience = PATIENCE_MS;
      const kept = failure === null ? keptOf(key, plan) : null;
      if (failure !== null) listener.failed(failure);
      if (kept !== null) listener.laidOut(kept);
      if (key !== this.#waitingFor) return;
      this.#waitingFor = null;
      this.#place(plan, this.diagram);
    });
  }

  get planning(): boolean {
    return this.#waitingFor !== null;
  }

  rectOf(id: string): Rect | undefined {
    const box = this.diagram?.boxes.get(id);
    return box === undefined ? undefined : this.plan?.boxes[box.index];
  }

  /** What was laid out when this document was drawn last. */
  remember(kept: KeptLayout): void {
    this.#layouts.remember(kept);
  }

  /** Another document: nothing of the old picture is carried over. */
  forget(): void {
    [this.plan, this.diagram, this.#wish, this.#waitingFor] = [null, null, null, null];
  }

  want(wish: Wish): void {
    const same = this.#wish;
    if (same?.picture === wish.picture && same.collapsed === wish.collapsed && same.direction === wish.direction) return;
    this.#wish = wish;
    const before = this.diagram;
    const diagram = diagramOf(wish.picture, wish.collapsed, this.#measure);
    this.diagram = diagram;
    const request = { diagram, direction: wish.direction, states: wish.picture.family === 'states' };
    const known = this.#layouts.request(request);
    if (known !== null) {
      this.#waitingFor = null;
      this.#place(known, before);
      return;
    }
    const key = keyOf(request);
    this.#waitingFor = key;
    if (this.plan !== null && before !== null) this.plan = carriedOver(this.plan, before, diagram, wish.direction);
    else if (this.#patience === 0) this.#placeQuickly(key, wish.direction);
    else setTimeout(() => this.#placeQuickly(key, wish.direction), this.#patience);
  }

  #placeQuickly(key: string, direction: Direction): void {
    if (this.#waitingFor !== key || this.plan !== null || this.diagram === null) return;
    this.#place(quickPlan(this.diagram, direction, false), null);
    this.#makeshift = true;
  }

  #place(plan: Plan, diagram: Diagram | null): void {
    const old = this.plan;
    const before = old === null || diagram === null || this.#makeshift ? null : { plan: old, diagram };
    this.#makeshift = false;
    if (old === plan) return;
    this.plan = plan;
    this.#listener.placed(before, old !== null);
  }
}
