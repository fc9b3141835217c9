import type { ELK } from 'elkjs/lib/elk-api.js';
import type { KeptLayout } from '../../protocol/graph-panel.ts';
import { zoomed } from './camera.ts';
import type { Camera } from './camera.ts';
import type { Measure, Point } from './metrics.ts';
import { Placement } from './placement.ts';
import { anchored } from './plan-change.ts';
import type { Placing } from './plan-change.ts';
import { Stage } from './stage.ts';

const MOVE_MS = 220;
const DOUBLE_CLICK_MS = 350;

export interface SightListener {
  /** Something else is to be seen. */
  changed(): void;
  /** The camera was moved, and is worth keeping. */
  moved(): void;
  laidOut(kept: KeptLayout): void;
  failed(why: string): void;
  /** Nodes that shall stay where they are on the screen, the dearest first. */
  anchors(): readonly (string | null)[];
  selected(): string | null;
}

/** Where things stand and from where they are seen: keeps the camera right while layouts come, windows grow and drawers open. */
export class Sight {
  readonly stage: Stage;
  readonly placement: Placement;
  readonly #root: HTMLElement;
  readonly #listener: SightListener;
  #watched: Element | null = null;
  #outside = { width: 0, height: 0 };
  readonly #watcher = new ResizeObserver(() => this.#resized());

  constructor(root: HTMLElement, elk: Promise<Pick<ELK, 'layout'>>, measure: Measure, listener: SightListener) {
    this.#root = root;
    this.#listener = listener;
    this.stage = new Stage(measure);
    this.placement = new Placement(elk, measure, { placed: (before, moved) => this.#placed(before, moved), laidOut: (kept) => listener.laidOut(kept), failed: (why) => listener.failed(why) });
  }

  /** The stage may be another element after each drawing. */
  watch(): void {
    const stage = this.#root.querySelector('.stage');
    if (stage === this.#watched || stage === null) return;
    if (this.#watched !== null) this.#watcher.unobserve(this.#watched);
    this.#watched = stage;
    this.#watcher.observe(stage);
    this.#resized();
  }

  fit(): void {
    this.stage.fitting = true;
    this.#refit();
    this.#listener.moved();
  }

  bringIntoView(id: string): void {
    const rect = this.placement.rectOf(id);
    if (rect === undefined || this.stage.size.width === 0) return;
    this.stage.show(rect);
    this.#listener.moved();
  }

  zoom(factor: number, at: Point = { x: this.stage.size.width / 2, y: this.stage.size.height / 2 }): void {
    this.moveTo(zoomed(this.stage.camera, factor, at));
  }

  pan(dx: number, dy: number): void {
    const { camera } = this.stage;
    this.moveTo({ ...camera, x: camera.x + dx, y: camera.y + dy });
  }

  /** This point of the world in the middle. */
  centre(x: number, y: number): void {
    const { camera, size } = this.stage;
    this.moveTo({ ...camera, x: Math.round(size.width / 2 - x * camera.zoom), y: Math.round(size.height / 2 - y * camera.zoom) });
  }

  moveTo(camera: Camera): void {
    this.stage.fitting = false;
    this.stage.camera = camera;
    this.#listener.moved();
  }

  /** A new plan: the picture as a whole stays in the middle, or one node stays where it is on the screen. */
  #placed(before: Placing | null, moved: boolean): void {
    const { diagram, plan } = this.placement;
    if (diagram === null || plan === null) return;
    if (this.stage.fitting) this.stage.fit(plan);
    else if (before !== null) this.stage.camera = anchored(this.stage.camera, this.stage.size, before, { diagram, plan }, this.#listener.anchors());
    if (moved && this.stage.size.width > 0) this.#moveGently();
    this.#listener.changed();
  }

  #moveGently(): void {
    this.#root.classList.add('moving');
    setTimeout(() => this.#root.classList.remove('moving'), MOVE_MS);
  }

  #resized(): void {
    const stage = this.#watched;
    if (stage === null) return;
    const size = { width: stage.clientWidth, height: stage.clientHeight };
    if (size.width === this.stage.size.width && size.height === this.stage.size.height) return;
    const outside = { width: innerWidth, height: innerHeight };
    const first = this.stage.size.width === 0;
    const window = outside.width !== this.#outside.width || outside.height !== this.#outside.height;
    this.#outside = outside;
    this.stage.size = size;
    if (this.stage.fitting && (first || window)) this.#refit();
    else {
      const selected = this.#listener.selected();
      if (selected !== null) this.bringIntoView(selected);
      if (this.stage.fitting) this.#refitSoon();
    }
    this.#listener.changed();
  }

  #refit(): void {
    if (this.placement.plan !== null && this.stage.fitting) this.stage.fit(this.placement.plan);
  }

  /** Beside a drawer that has just opened: not under the second click of a double one. */
  #refitSoon(): void {
    this.#root.classList.add('settling');
    setTimeout(() => {
      this.#root.classList.remove('settling');
      if (this.placement.plan === null || !this.stage.fitting || !this.stage.fitsWell(this.placement.plan)) return;
      this.#refit();
      this.#moveGently();
      this.#listener.changed();
    }, DOUBLE_CLICK_MS);
  }
}
