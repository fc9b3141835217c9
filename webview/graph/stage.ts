import type { Direction } from '../../protocol/graph-panel.ts';
import { contains, fitted, showing, viewOf } from './camera.ts';
import type { Camera, Size } from './camera.ts';
import type { Diagram } from './diagram.ts';
import type { Plan } from './elk-graph.ts';
import { NO_LINEAGE, lineageOf, neighboursOf, pathThrough } from './lineage.ts';
import type { Neighbours } from './lineage.ts';
import { FAR } from './metrics.ts';
import type { Measure, Rect } from './metrics.ts';
import type { NodeRun } from './node-run.ts';
import type { ViewState } from './panel-view.ts';
import { SceneBuilder } from './scene.ts';
import type { Scene, SceneInput } from './scene.ts';

const AROUND = 0.6;

/** What is drawn and from where: the camera, the part of the world in the DOM, and the scene made of it. */
export class Stage {
  camera: Camera = { x: 0, y: 0, zoom: 1 };
  size: Size = { width: 0, height: 0 };
  /** The person has not moved the camera: it follows the picture. */
  fitting = true;
  readonly #builder = new SceneBuilder();
  readonly #measure: Measure;
  #input: SceneInput | null = null;
  #scene: Scene | null = null;
  #links: { readonly of: Diagram; readonly neighbours: Neighbours } | null = null;

  constructor(measure: Measure) {
    this.#measure = measure;
  }

  get far(): boolean {
    return this.camera.zoom < FAR;
  }

  neighbours(diagram: Diagram): Neighbours {
    if (this.#links?.of !== diagram) this.#links = { of: diagram, neighbours: neighboursOf(diagram.links) };
    return this.#links.neighbours;
  }

  fit(plan: Plan): void {
    if (this.size.width > 0) this.camera = fitted(plan, plan.boxes, this.size);
  }

  /** Whether the whole would be about as large as what is seen now. */
  fitsWell(plan: Plan): boolean {
    return fitted(plan, plan.boxes, this.size).zoom >= this.camera.zoom * 0.8;
  }

  show(rect: Rect): void {
    this.camera = showing(this.camera, rect, this.size);
  }

  /** The same value as before when nothing it depends on has changed: then the DOM is not looked at. */
  scene(diagram: Diagram, plan: Plan, runs: ReadonlyMap<string, NodeRun> | null, view: ViewState, criticalPath: readonly string[], now: number): Scene {
    const input = this.#inputOf(diagram, plan, runs, view, criticalPath, now);
    if (this.#scene === null || this.#input === null || !sameInput(this.#input, input)) this.#scene = this.#builder.build(input);
    this.#input = input;
    return this.#scene;
  }

  #inputOf(diagram: Diagram, plan: Plan, runs: ReadonlyMap<string, NodeRun> | null, view: ViewState, criticalPath: readonly string[], now: number): SceneInput {
    const before = this.#input;
    const neighbours = this.neighbours(diagram);
    const lit = litNode(view);
    const sameLinks = before?.diagram === diagram;
    const [oldLit, oldPath] = [this.#lit, this.#path];
    this.#lit = lit;
    this.#path = view.critical ? criticalPath : null;
    return {
      diagram, plan, runs, direction: view.direction, far: this.far, within: this.#within(),
      selected: view.selected, current: view.current, tabbable: tabStop(diagram, plan, view),
      neighbours, now, measure: this.#measure,
      lineage: sameLinks && oldLit === lit ? before.lineage : lit === null || !diagram.boxes.has(lit) ? NO_LINEAGE : lineageOf(lit, neighbours),
      critical: sameLinks && oldPath === this.#path ? before.critical : this.#path === null ? NO_LINEAGE : pathThrough(this.#path, diagram.links),
    };
  }

  #lit: string | null = null;
  #path: readonly string[] | null = null;

  /** Grows and shrinks in steps, so that panning within it draws nothing anew. */
  #within(): Rect {
    const view = viewOf(this.camera, this.size);
    const before = this.#input?.within;
    const wide = viewOf(this.camera, this.size, AROUND);
    return before !== undefined && contains(before, view) && before.width < wide.width * 1.8 ? before : wide;
  }
}

/** A whole picture for export: nothing is selected, hovered or left out. */
export function wholeScene(diagram: Diagram, plan: Plan, runs: ReadonlyMap<string, NodeRun> | null, direction: Direction, now: number, measure: Measure): Scene {
  return new SceneBuilder().build({
    diagram, plan, runs, direction, within: { x: -1e6, y: -1e6, width: 2e6, height: 2e6 }, far: false, selected: null, current: null, tabbable: null,
    neighbours: neighboursOf(diagram.links), lineage: NO_LINEAGE, critical: NO_LINEAGE, now, measure,
  });
}

function litNode(view: ViewState): string | null {
  return view.hovered ?? view.selected;
}

function tabStop(diagram: Diagram, plan: Plan, view: ViewState): string | null {
  const wanted = [view.focused, view.selected, view.current].find((id) => id !== null && diagram.boxes.has(id));
  if (wanted != null) return wanted;
  const first = [...diagram.boxes.values()].filter((box) => box.node !== null).map((box) => ({ id: box.id, y: plan.boxes[box.index]?.y ?? 0, x: plan.boxes[box.index]?.x ?? 0 }));
  return first.toSorted((a, b) => a.y - b.y || a.x - b.x)[0]?.id ?? null;
}

function sameInput(a: SceneInput, b: SceneInput): boolean {
  return (Object.keys(a) as (keyof SceneInput)[]).every((key) => a[key] === b[key]);
}
