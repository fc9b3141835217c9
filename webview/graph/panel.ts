import type { ELK } from 'elkjs/lib/elk-api.js';
import type { FromGraphPanel, PictureState, ToGraphPanel } from '../../protocol/graph-panel.ts';
import type { Picture, PictureNode } from '../../protocol/picture.ts';
import { View } from '../shared/patch.ts';
import { ZOOM, zoomed } from './camera.ts';
import { openMessage } from './door.ts';
import { exported } from './export.ts';
import type { Measure, Point } from './metrics.ts';
import { openMenu } from './node-actions.ts';
import { nodeRunsOf } from './node-run.ts';
import type { NodeRun } from './node-run.ts';
import { FIRST_VIEW, isTooLarge } from './panel-view.ts';
import type { Acts, PanelView, ViewState } from './panel-view.ts';
import { persistedOf, readPersisted } from './persisted.ts';
import type { Persisted } from './persisted.ts';
import { render } from './render.ts';
import { foldFrames, isOpen, renewed } from '../shared/run-state.ts';
import type { RunState } from '../shared/run-state.ts';
import { isArrow, listenTo } from './stage-input.ts';
import { Stage, wholeScene } from './stage.ts';
import { walk } from './walk.ts';
import { Placement } from './placement.ts';
import { anchored } from './plan-change.ts';
import type { Placing } from './plan-change.ts';

/** The side of VS Code, as `acquireVsCodeApi` gives it. */
export interface Host {
  postMessage(message: FromGraphPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

const TICK_MS = 200;
const MOVE_MS = 220;
const DOUBLE_CLICK_MS = 350;

const KEYS: ReadonlyMap<string, Extract<ToGraphPanel, { kind: 'do' }>['what']> = new Map([['+', 'zoom-in'], ['=', 'zoom-in'], ['-', 'zoom-out'], ['0', 'fit'], ['/', 'find']]);

/** Holds what the panel knows, lets messages and hands change it, and draws it at most once per screen frame. */
export class GraphPanel {
  readonly #root: HTMLElement;
  readonly #host: Host;
  readonly #dom: View;
  readonly #stage: Stage;
  readonly #measure: Measure;
  readonly #placement: Placement;
  readonly #kept: Persisted | null;
  #uri = '';
  #state: PictureState = { kind: 'loading' };
  #view: ViewState = FIRST_VIEW;
  #nodes: ReadonlyMap<string, PictureNode> = new Map();
  #run: RunState | null = null;
  #nodeRuns: ReadonlyMap<string, NodeRun> | null = null;
  #nodeRunsOf: { readonly picture: Picture; readonly run: RunState } | null = null;
  #refusal: string | null = null;
  #drawing = false;
  #watched: Element | null = null;
  #outside = { width: 0, height: 0 };
  #focusNext: string | null = null;
  #keeping: ReturnType<typeof setTimeout> | null = null;
  readonly #watcher = new ResizeObserver(() => this.#resized());

  constructor(root: HTMLElement, host: Host, elk: Promise<Pick<ELK, 'layout'>>, measure: Measure) {
    this.#root = root;
    this.#host = host;
    this.#measure = measure;
    this.#dom = new View(root);
    this.#stage = new Stage(measure);
    this.#placement = new Placement(elk, measure, (before, moved) => this.#placed(before, moved), (why) => this.#send({ kind: 'bug', message: `layout: ${why}` }));
    this.#kept = readPersisted(host.getState());
    listenTo(root, this.#hands);
    setInterval(() => { if (this.#run !== null && isOpen(this.#run.run.status)) this.#draw(); }, TICK_MS);
    this.#draw();
  }

  /** A message from the extension, in whatever shape it came. */
  receive(value: unknown): void {
    const opened = openMessage(value);
    if (opened.ok) this.#take(opened.message);
    else this.#send({ kind: 'bug', message: opened.why });
  }

  #take(message: ToGraphPanel): void {
    switch (message.kind) {
      case 'picture':
        this.#takePicture(message.uri, message.state);
        break;
      case 'settings':
        this.#root.ownerDocument.documentElement.dataset['motion'] = message.reducedMotion === null ? 'system' : message.reducedMotion ? 'reduced' : 'full';
        if (this.#kept?.uri !== this.#uri || this.#uri === '') this.#set({ direction: message.direction });
        break;
      case 'cursor':
        this.#takeCursor(message.node);
        break;
      case 'run':
        this.#run = message.overlay === null ? null : renewed(this.#run, message.overlay);
        break;
      case 'frames':
        if (this.#run?.run.id === message.run) this.#run = foldFrames(this.#run, message.frames);
        break;
      case 'running-allowed':
        this.#refusal = message.reason;
        break;
      case 'do':
        this.#do(message.what);
        break;
    }
    this.#draw();
  }

  #takePicture(uri: string, state: PictureState): void {
    const before = this.#picture;
    const document = state.kind === 'picture' ? state.picture.document : (before?.document ?? 0);
    const another = uri !== this.#uri || (before !== null && document !== before.document);
    this.#state = state;
    if (another && state.kind === 'picture') {
      this.#uri = uri;
      this.#placement.forget();
      const kept = this.#kept?.uri === uri && this.#kept.document === document ? this.#kept : null;
      this.#view = { ...FIRST_VIEW, direction: kept?.direction ?? this.#view.direction, collapsed: new Set(kept?.collapsed), selected: kept?.selected ?? null, list: kept?.list ?? false, critical: kept?.critical ?? false, current: this.#view.current };
      this.#stage.fitting = kept === null || kept.camera === null;
      if (kept?.camera != null) this.#stage.camera = kept.camera;
    }
    if (state.kind === 'picture') this.#nodes = new Map(state.picture.nodes.map((node) => [node.id, node]));
    this.#refine();
  }

  get #picture(): Picture | null {
    return this.#state.kind === 'picture' ? this.#state.picture : null;
  }

  #takeCursor(node: string | null): void {
    if (node === this.#view.current) return;
    this.#view = { ...this.#view, current: node };
    if (node !== null && node !== this.#view.selected) this.#bringIntoView(node);
  }

  /** Diagram and plan for what is to be seen now; the plan may follow later. */
  #refine(): void {
    const picture = this.#picture;
    if (picture === null || isTooLarge(this.#panel())) this.#placement.forget();
    else this.#placement.want({ picture, collapsed: this.#view.collapsed, direction: this.#view.direction });
  }

  /** A new plan: the picture as a whole stays in the middle, or one node stays where it is on the screen. */
  #placed(before: Placing | null, moved: boolean): void {
    const { diagram, plan } = this.#placement;
    if (diagram === null || plan === null) return;
    const { selected, current, focused } = this.#view;
    if (this.#stage.fitting) this.#stage.fit(plan);
    else if (before !== null) this.#stage.camera = anchored(this.#stage.camera, this.#stage.size, before, { diagram, plan }, [selected, focused, current]);
    if (moved && this.#stage.size.width > 0) this.#move();
    this.#draw();
  }

  #move(): void {
    this.#root.classList.add('moving');
    setTimeout(() => this.#root.classList.remove('moving'), MOVE_MS);
  }

  #resized(): void {
    const stage = this.#watched;
    if (stage === null) return;
    const size = { width: stage.clientWidth, height: stage.clientHeight };
    if (size.width === this.#stage.size.width && size.height === this.#stage.size.height) return;
    const outside = { width: innerWidth, height: innerHeight };
    const first = this.#stage.size.width === 0;
    const window = outside.width !== this.#outside.width || outside.height !== this.#outside.height;
    this.#outside = outside;
    this.#stage.size = size;
    if (this.#stage.fitting && (first || window)) this.#refit();
    else {
      if (this.#view.selected !== null) this.#bringIntoView(this.#view.selected);
      if (this.#stage.fitting) this.#refitSoon();
    }
    this.#draw();
  }

  #refit(): void {
    if (this.#placement.plan !== null && this.#stage.fitting) this.#stage.fit(this.#placement.plan);
  }

  /** Beside a drawer that has just opened: not under the second click of a double one. */
  #refitSoon(): void {
    this.#root.classList.add('settling');
    setTimeout(() => {
      this.#root.classList.remove('settling');
      if (this.#placement.plan === null || !this.#stage.fitting || !this.#stage.fitsWell(this.#placement.plan)) return;
      this.#refit();
      this.#move();
      this.#draw();
    }, DOUBLE_CLICK_MS);
  }

  #bringIntoView(id: string): void {
    const rect = this.#placement.rectOf(id);
    if (rect === undefined || this.#stage.size.width === 0) return;
    this.#stage.show(rect);
    this.#keep();
  }

  #set(change: Partial<ViewState>): void {
    const before = this.#view;
    this.#view = { ...before, ...change };
    if (this.#view.collapsed !== before.collapsed || this.#view.direction !== before.direction || this.#view.insist !== before.insist) {
      this.#refine();
    }
    this.#keep();
    // The very next key belongs to what has opened.
    if ((change.find != null && before.find === null) || change.menu != null) this.#drawNow();
    else this.#draw();
    if (change.find != null && before.find === null) this.#root.querySelector<HTMLInputElement>('#find')?.focus();
    if (change.menu != null) openMenu(this.#root, change.menu);
    if (change.menu === null && before.menu !== null) this.#focusOn(before.menu.node);
  }

  #keep(): void {
    if (this.#keeping !== null || this.#uri === '') return;
    this.#keeping = setTimeout(() => {
      this.#keeping = null;
      this.#host.setState(persistedOf(this.#uri, this.#picture?.document ?? 0, this.#view, this.#stage.fitting ? null : this.#stage.camera));
    }, 200);
  }

  #focusOn(id: string): void {
    this.#focusNext = id;
    this.#draw();
  }

  #send(message: FromGraphPanel): void {
    this.#host.postMessage(message);
  }

  #panel(): PanelView {
    return {
      state: this.#state, picture: this.#picture, nodes: this.#nodes, diagram: this.#placement.diagram, plan: this.#placement.plan, planning: this.#placement.planning,
      run: this.#run, nodeRuns: this.#runsNow(), view: this.#view, camera: this.#stage.camera, stage: this.#stage.size, refusal: this.#refusal, now: Date.now(),
    };
  }

  #runsNow(): ReadonlyMap<string, NodeRun> | null {
    const [picture, run] = [this.#picture, this.#run];
    if (picture === null || run === null) return null;
    if (this.#nodeRuns === null || this.#nodeRunsOf?.picture !== picture || this.#nodeRunsOf.run !== run) {
      this.#nodeRuns = nodeRunsOf(picture, run);
      this.#nodeRunsOf = { picture, run };
    }
    return this.#nodeRuns;
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#drawNow();
    });
  }

  #drawNow(): void {
    const panel = this.#panel();
    const { diagram, plan, run } = panel;
    // Times tick in steps: a drawing between two of them is the same drawing.
    const tick = this.#stage.far ? 1_000 : TICK_MS;
    const now = run !== null && isOpen(run.run.status) ? Math.floor(panel.now / tick) * tick : 0;
    const scene = diagram === null || plan === null || this.#stage.size.width === 0 ? null : this.#stage.scene(diagram, plan, panel.nodeRuns, this.#view, run?.criticalPath ?? [], now);
    this.#dom.show(render(panel, scene, this.#stage.far, this.#acts));
    this.#watchStage();
    if (this.#focusNext !== null) {
      const id = this.#focusNext;
      this.#focusNext = null;
      [...this.#root.querySelectorAll<HTMLElement | SVGElement>('[data-node]')].find((one) => one.getAttribute('data-node') === id)?.focus({ preventScroll: true });
    }
  }

  #watchStage(): void {
    const stage = this.#root.querySelector('.stage');
    if (stage === this.#watched || stage === null) return;
    if (this.#watched !== null) this.#watcher.unobserve(this.#watched);
    this.#watched = stage;
    this.#watcher.observe(stage);
    this.#resized();
  }

  #do(what: Extract<ToGraphPanel, { kind: 'do' }>['what']): void {
    const deeds: Readonly<Record<typeof what, () => void>> = {
      find: () => this.#set({ find: { query: '', at: 0 } }),
      fit: () => this.#acts.fit(),
      'zoom-in': () => this.#acts.zoom(ZOOM.step),
      'zoom-out': () => this.#acts.zoom(1 / ZOOM.step),
      list: () => this.#set({ list: !this.#view.list }),
      'export-svg': () => this.#acts.exportAs('svg'),
      'export-png': () => this.#acts.exportAs('png'),
    };
    deeds[what]();
  }

  readonly #acts: Acts = {
    now: () => this.#panel(),
    send: (message) => this.#send(message),
    set: (change) => this.#set(change),
    select: (id) => {
      this.#set({ selected: id, menu: null, ...(id === this.#view.selected ? {} : { details: false }), ...(id === null ? {} : { focused: id }) });
      if (id !== null) this.#acts.reveal(id, false);
    },
    reveal: (id, focus) => {
      const range = this.#nodes.get(id)?.idRange ?? this.#nodes.get(id)?.range;
      if (range != null) this.#send({ kind: 'reveal', range, focus });
    },
    goTo: (id) => {
      this.#bringIntoView(id);
      this.#set({ focused: id, hovered: id });
    },
    toggle: (id) => {
      const collapsed = new Set(this.#view.collapsed);
      if (!collapsed.delete(id)) collapsed.add(id);
      this.#set({ collapsed, focused: id });
      this.#focusOn(id);
    },
    zoom: (factor) => this.#zoomAt(factor, { x: this.#stage.size.width / 2, y: this.#stage.size.height / 2 }),
    zoomTo: (zoom) => this.#acts.zoom(zoom / this.#stage.camera.zoom),
    fit: () => {
      this.#stage.fitting = true;
      this.#refit();
      this.#keep();
      this.#draw();
    },
    turn: () => {
      const direction = this.#view.direction === 'down' ? 'right' : 'down';
      this.#stage.fitting = true;
      this.#set({ direction });
      this.#send({ kind: 'direction', direction });
    },
    centre: (x, y) => {
      const { camera, size } = this.#stage;
      this.#moveTo({ ...camera, x: Math.round(size.width / 2 - x * camera.zoom), y: Math.round(size.height / 2 - y * camera.zoom) });
    },
    exportAs: (format) => void this.#export(format),
  };

  #zoomAt(factor: number, at: Point): void {
    this.#moveTo(zoomed(this.#stage.camera, factor, at));
  }

  #moveTo(camera: Stage['camera']): void {
    this.#stage.fitting = false;
    this.#stage.camera = camera;
    this.#keep();
    this.#draw();
  }

  async #export(format: 'svg' | 'png'): Promise<void> {
    const { diagram, plan, nodeRuns, now } = this.#panel();
    if (diagram === null || plan === null) return;
    const scene = wholeScene(diagram, plan, nodeRuns, this.#view.direction, now, this.#measure);
    const answer = await exported(format, scene, plan, this.#root);
    this.#send(answer.ok ? { kind: 'export', format, data: answer.data } : { kind: 'bug', message: answer.why });
  }

  readonly #hands = {
    pan: (dx: number, dy: number): void => this.#moveTo({ ...this.#stage.camera, x: this.#stage.camera.x + dx, y: this.#stage.camera.y + dy }),
    zoomAt: (factor: number, at: Point): void => this.#zoomAt(factor, at),
    click: (id: string | null): void => {
      if (id !== null) this.#acts.select(id);
      else if (this.#view.selected !== null || this.#view.menu !== null) this.#set({ selected: null, menu: null, details: false });
    },
    doubleClick: (id: string): void => {
      if (this.#view.selected !== id) this.#set({ selected: id });
      this.#acts.reveal(id, true);
    },
    toggle: (id: string): void => this.#acts.toggle(id),
    hover: (id: string | null): void => { if (id !== this.#view.hovered) { this.#view = { ...this.#view, hovered: id }; this.#draw(); } },
    menu: (id: string, at: Point): void => this.#set({ menu: { node: id, ...at }, focused: id }),
    focusIn: (id: string): void => { if (id !== this.#view.focused) { this.#view = { ...this.#view, focused: id }; this.#draw(); } },
    key: (event: KeyboardEvent, id: string | null): boolean => this.#key(event, id),
  };

  #key(event: KeyboardEvent, id: string | null): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === 'Escape') {
      if (this.#view.menu !== null) this.#set({ menu: null });
      else this.#set({ selected: null, details: false, hovered: null });
      return true;
    }
    const deed = KEYS.get(event.key);
    if (deed !== undefined) {
      this.#do(deed);
      return true;
    }
    return id !== null && this.#nodeKey(event.key, id);
  }

  #nodeKey(key: string, id: string): boolean {
    if (key === 'Enter') this.#acts.reveal(id, true);
    else if (key === ' ') this.#acts.select(id === this.#view.selected ? null : id);
    else if (isArrow(key)) {
      const { diagram, plan } = this.#placement;
      if (diagram === null || plan === null) return false;
      const to = walk(id, key, diagram, plan, this.#stage.neighbours(diagram), this.#view.direction);
      if (to !== null) {
        this.#acts.goTo(to);
        this.#focusOn(to);
      }
    } else return false;
    return true;
  }
}
