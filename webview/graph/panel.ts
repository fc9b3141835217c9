import type { ELK } from 'elkjs/lib/elk-api.js';
import type { FromGraphPanel, PictureState, ToGraphPanel } from '../../protocol/graph-panel.ts';
import type { VNode } from '../shared/vnode.ts';
import type { PanelHost } from '../shared/start-panel.ts';
import { openMessage } from './door.ts';
import { Drawing } from './drawing.ts';
import { wantsOf } from './drawer-run.ts';
import { exported } from './export.ts';
import { keyDeed } from './keys.ts';
import { nodeList, scrollFor } from './list-rows.ts';
import type { Measure, Point } from './metrics.ts';
import { openMenu } from './node-actions.ts';
import { panelActs, perform } from './panel-acts.ts';
import { FIRST_VIEW, isTooLarge } from './panel-view.ts';
import type { Acts, PanelView, ViewState } from './panel-view.ts';
import { persistedOf, readPersisted } from './persisted.ts';
import type { Persisted } from './persisted.ts';
import { RecordReader } from './record-reader.ts';
import { render } from './render.ts';
import { Sight } from './sight.ts';
import { isArrow, listenTo } from './stage-input.ts';
import type { StageActs } from './stage-input.ts';
import { wholeScene } from './stage.ts';
import { Subject } from './subject.ts';
import { walk } from './walk.ts';

const TICK_MS = 200;
const KEEP_MS = 200;

/** Lets messages and hands change what the panel knows and what is to be seen of it. */
export class GraphPanel {
  readonly #root: HTMLElement;
  readonly #host: PanelHost<FromGraphPanel>;
  readonly #measure: Measure;
  readonly #subject = new Subject();
  readonly #sight: Sight;
  readonly #reader: RecordReader;
  readonly #drawing: Drawing;
  readonly #acts: Acts;
  readonly #kept: Persisted | null;
  #view: ViewState = FIRST_VIEW;
  #refusal: string | null = null;
  /** Asked for before it was drawn. */
  #selectNext: string | null = null;
  #keeping: ReturnType<typeof setTimeout> | null = null;

  constructor(root: HTMLElement, host: PanelHost<FromGraphPanel>, elk: Promise<Pick<ELK, 'layout'>>, measure: Measure) {
    this.#root = root;
    this.#host = host;
    this.#measure = measure;
    this.#kept = readPersisted(host.getState());
    this.#reader = new RecordReader((message) => host.postMessage(message));
    this.#sight = new Sight(root, elk, measure, {
      changed: () => this.#drawing.soon(),
      moved: () => {
        this.#keep();
        this.#drawing.soon();
      },
      laidOut: (layout) => host.postMessage({ kind: 'layout', layout }),
      failed: (why) => host.postMessage({ kind: 'bug', message: `layout: ${why}` }),
      anchors: () => [this.#view.selected, this.#view.focused, this.#view.current],
      selected: () => this.#view.selected,
    });
    this.#drawing = new Drawing(root, () => this.#compose(), () => this.#sight.watch());
    this.#acts = panelActs({
      sight: this.#sight, now: () => this.#panel(), send: (message) => host.postMessage(message), set: (change) => this.#set(change),
      focusOn: (node) => this.#drawing.focusOn(node), drawNow: () => this.#drawing.now(), showRow: (node) => this.#showRow(node), export: (format) => void this.#export(format),
    });
    listenTo(root, this.#hands());
    setInterval(() => { if (this.#subject.running) this.#drawing.soon(); }, TICK_MS);
    this.#drawing.soon();
  }

  /** A message from the extension, in whatever shape it came. */
  receive(value: unknown): void {
    const opened = openMessage(value);
    if (opened.ok) this.#take(opened.message);
    else this.#host.postMessage({ kind: 'bug', message: opened.why });
  }

  #take(message: ToGraphPanel): void {
    switch (message.kind) {
      case 'picture':
        this.#takePicture(message.uri, message.state);
        break;
      case 'layout':
        this.#sight.placement.remember(message.layout);
        break;
      case 'settings':
        this.#root.ownerDocument.documentElement.dataset['motion'] = message.reducedMotion === null ? 'system' : message.reducedMotion ? 'reduced' : 'full';
        if (this.#kept?.uri !== this.#subject.uri || this.#subject.uri === '') this.#set({ direction: message.direction });
        break;
      case 'cursor':
        this.#takeCursor(message.node);
        break;
      case 'select':
        this.#select(message.node);
        break;
      case 'run':
        if (this.#subject.overlay(message.overlay)) this.#takeAnotherRun();
        break;
      case 'frames':
        this.#subject.frames(message.run, message.frames);
        break;
      case 'steps':
      case 'bodies':
      case 'unreadable':
        this.#reader.take(message);
        break;
      case 'running-allowed':
        this.#refusal = message.reason;
        break;
      case 'do':
        perform(message.what, this.#acts);
        break;
    }
    this.#drawing.soon();
  }

  #takePicture(uri: string, state: PictureState): void {
    if (this.#subject.show(uri, state)) {
      this.#sight.placement.forget();
      const document = this.#subject.picture?.document;
      const kept = this.#kept?.uri === uri && this.#kept.document === document ? this.#kept : null;
      this.#view = { ...FIRST_VIEW, direction: kept?.direction ?? this.#view.direction, collapsed: new Set(kept?.collapsed), selected: kept?.selected ?? null, list: kept?.list ?? false, critical: kept?.critical ?? false, current: this.#view.current };
      this.#sight.stage.fitting = kept === null || kept.camera === null;
      if (kept?.camera != null) this.#sight.stage.camera = kept.camera;
      // A panel that nobody has touched is to come back after a reload, too.
      this.#keep();
    }
    this.#refine();
    if (this.#selectNext !== null) this.#select(this.#selectNext);
  }

  #takeAnotherRun(): void {
    this.#reader.forget();
    this.#view = { ...this.#view, agentRun: null, step: null, following: true };
  }

  #takeCursor(node: string | null): void {
    if (node === this.#view.current) return;
    this.#view = { ...this.#view, current: node };
    if (node !== null && node !== this.#view.selected) this.#sight.bringIntoView(node);
  }

  /** Somebody elsewhere wants this node seen: out of closed containers, selected, in view. */
  #select(id: string): void {
    const node = this.#subject.nodes.get(id);
    this.#selectNext = node === undefined ? id : null;
    if (node === undefined) return;
    const collapsed = new Set(this.#view.collapsed);
    for (let parent = node.parent; parent !== null && collapsed.delete(parent);) parent = this.#subject.nodes.get(parent)?.parent ?? null;
    this.#set({ selected: id, focused: id, details: true, menu: null, agentRun: null, step: null, following: true, ...(collapsed.size === this.#view.collapsed.size ? {} : { collapsed }) });
    this.#sight.bringIntoView(id);
    this.#showRow(id);
  }

  /** Diagram and plan for what is to be seen now; the plan may follow later. */
  #refine(): void {
    const { picture } = this.#subject;
    if (picture === null || isTooLarge(this.#panel())) this.#sight.placement.forget();
    else this.#sight.placement.want({ picture, collapsed: this.#view.collapsed, direction: this.#view.direction });
  }

  #set(change: Partial<ViewState>): void {
    const before = this.#view;
    // A list that is opened begins at its beginning.
    this.#view = { ...before, ...change, ...(change.list === undefined || change.list === before.list ? {} : { listTop: 0 }) };
    if (this.#view.collapsed !== before.collapsed || this.#view.direction !== before.direction || this.#view.insist !== before.insist) this.#refine();
    this.#keep();
    // The very next key belongs to what has opened.
    if ((change.find != null && before.find === null) || change.menu != null) this.#drawing.now();
    else this.#drawing.soon();
    if (change.find != null && before.find === null) this.#root.querySelector<HTMLInputElement>('#find')?.focus();
    if (change.menu != null) openMenu(this.#root, change.menu);
    if (change.menu === null && before.menu !== null) this.#drawing.focusOn(before.menu.node);
  }

  #showRow(id: string): void {
    const { picture } = this.#subject;
    const list = this.#root.querySelector('.list');
    const row = picture === null ? undefined : nodeList(picture, this.#view.collapsed).index.get(id);
    if (list !== null && row !== undefined) list.scrollTop = scrollFor(row, list.scrollTop, list.clientHeight);
  }

  #keep(): void {
    if (this.#keeping !== null || this.#subject.uri === '') return;
    this.#keeping = setTimeout(() => {
      this.#keeping = null;
      this.#host.setState(persistedOf(this.#subject.uri, this.#subject.picture?.document ?? 0, this.#view, this.#sight.stage.fitting ? null : this.#sight.stage.camera));
    }, KEEP_MS);
  }

  #panel(): PanelView {
    const { state, picture, nodes, run, nodeRuns } = this.#subject;
    const { stage, placement: { diagram, plan, planning } } = this.#sight;
    return { state, picture, nodes, diagram, plan, planning, run, nodeRuns, record: this.#reader.read, view: this.#view, camera: stage.camera, stage: stage.size, refusal: this.#refusal, now: Date.now() };
  }

  #compose(): readonly VNode[] {
    const panel = this.#panel();
    const { stage } = this.#sight;
    const { diagram, plan, run } = panel;
    this.#reader.want(wantsOf(panel));
    // Times tick in steps: a drawing between two of them is the same drawing.
    const tick = stage.far ? 1_000 : TICK_MS;
    const now = this.#subject.running ? Math.floor(panel.now / tick) * tick : 0;
    const scene = diagram === null || plan === null || stage.size.width === 0 ? null : stage.scene(diagram, plan, panel.nodeRuns, this.#view, run?.criticalPath ?? [], now);
    return render(panel, scene, stage.far, this.#acts);
  }

  async #export(format: 'svg' | 'png'): Promise<void> {
    const { diagram, plan, nodeRuns, now } = this.#panel();
    if (diagram === null || plan === null) return;
    const scene = wholeScene(diagram, plan, nodeRuns, this.#view.direction, now, this.#measure);
    const answer = await exported(format, scene, plan, this.#root);
    this.#host.postMessage(answer.ok ? { kind: 'export', format, data: answer.data } : { kind: 'bug', message: answer.why });
  }

  #hands(): StageActs {
    // What only lights up is drawn, and not kept.
    const light = (change: Partial<Pick<ViewState, 'hovered' | 'focused'>>): void => {
      this.#view = { ...this.#view, ...change };
      this.#drawing.soon();
    };
    return {
      pan: (dx, dy) => this.#sight.pan(dx, dy),
      zoomAt: (factor: number, at: Point) => this.#sight.zoom(factor, at),
      click: (id) => {
        if (id !== null) this.#acts.select(id);
        else if (this.#view.selected !== null || this.#view.menu !== null) this.#set({ selected: null, menu: null, details: false });
      },
      doubleClick: (id) => {
        if (this.#view.selected !== id) this.#set({ selected: id });
        this.#acts.reveal(id, true);
      },
      toggle: (id) => this.#acts.toggle(id),
      hover: (id) => { if (id !== this.#view.hovered) light({ hovered: id }); },
      menu: (id, at) => this.#set({ menu: { node: id, ...at }, focused: id }),
      focusIn: (id) => { if (id !== this.#view.focused) light({ focused: id }); },
      key: (event, id) => this.#key(event, id),
    };
  }

  #key(event: KeyboardEvent, id: string | null): boolean {
    const deed = keyDeed(event);
    if (deed === 'none') return false;
    if (deed === 'escape') this.#set(this.#view.menu !== null ? { menu: null } : { selected: null, details: false, hovered: null });
    else if (deed !== null) perform(deed, this.#acts);
    else return id !== null && this.#nodeKey(event.key, id);
    return true;
  }

  #nodeKey(key: string, id: string): boolean {
    if (key === 'Enter') this.#acts.reveal(id, true);
    else if (key === ' ') this.#acts.select(id === this.#view.selected ? null : id);
    else if (isArrow(key)) {
      const { diagram, plan } = this.#sight.placement;
      if (diagram === null || plan === null) return false;
      const to = walk(id, key, diagram, plan, this.#sight.stage.neighbours(diagram), this.#view.direction);
      if (to !== null) {
        this.#acts.goTo(to);
        this.#drawing.focusOn(to);
      }
    } else return false;
    return true;
  }
}
