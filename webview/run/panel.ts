import type { FromRunPanel, ToRunPanel } from '../../protocol/run-panel.ts';
import type { AgentRunRecord, ComparisonRecord, RunDetailRecord, StepBodies, StepRecord } from '../../protocol/run-records.ts';
import { foldFrames, isOpen, renewed } from '../shared/run-state.ts';
import type { RunState } from '../shared/run-state.ts';
import { View } from '../shared/patch.ts';
import type { PanelHost } from '../shared/start-panel.ts';
import { openMessage } from './door.ts';
import { persistedOf, readPersisted } from './persisted.ts';
import type { Persisted } from './persisted.ts';
import { render, renderNothing } from './render.ts';
import { rowsOf } from './rows.ts';
import type { Row } from './rows.ts';
import type { Acts, AgentRunBodies, PanelView, Scroll, ViewState } from './run-view.ts';
import { FIRST_VIEW } from './run-view.ts';
import { placesOf } from './steps.ts';
import { heightOf } from './timeline.ts';
import { foldWaits, NO_WAITS } from './waits.ts';
import type { Waits } from './waits.ts';
import { scrollTo } from './windowing.ts';

/** How often what grows is drawn anew, and how often the steps of a node that works are asked for: milliseconds. */
const TICK_MS = 250;
const STEPS_MS = 1_000;
/** Of a node that ran more often, only the last so many agent runs are asked for their steps, and whichever is selected. */
const MOST_AGENT_RUNS = 50;

/** Holds what the panel knows, lets messages and hands change it, and draws it at most once per screen frame. */
export class RunPanel {
  readonly #root: HTMLElement;
  readonly #host: PanelHost<FromRunPanel>;
  readonly #dom: View;
  #kept: Persisted | null;
  #detail: RunDetailRecord | null = null;
  #state: RunState | null = null;
  #waits: Waits = NO_WAITS;
  #steps: ReadonlyMap<string, AgentRunBodies> = new Map();
  #bodies: ReadonlyMap<number, { readonly bodies: StepBodies; readonly parent: StepBodies | null }> = new Map();
  #comparison: ComparisonRecord | null = null;
  #refusal: string | null = null;
  #failure: { readonly message: string; readonly hint: string } | null = null;
  #view: ViewState = FIRST_VIEW;
  /** What has been asked for and not come yet. */
  readonly #asked = new Set<string>();
  /** Agent runs whose steps were asked for while they were open: there may be more by now. */
  readonly #unfinished = new Set<string>();
  /** The clock of the process that wrote the times, less ours: milliseconds. */
  #skew = 0;
  /** An agent run of whose steps one is to be selected as soon as they are there. */
  #awaited: { readonly agentRun: string; readonly step: 'telling' | 'first' | 'last' } | null = null;
  #comparedOnce = false;
  #stepsAt = 0;
  #drawing = false;
  #focusNext: string | null = null;
  #reveal = false;
  #scroll: Scroll = { top: 0, height: 600, plot: 600 };
  #watched: Element | null = null;
  readonly #watcher = new ResizeObserver(() => this.#measure());

  constructor(root: HTMLElement, host: PanelHost<FromRunPanel>) {
    this.#root = root;
    this.#host = host;
    this.#dom = new View(root);
    this.#kept = readPersisted(host.getState());
    root.ownerDocument.addEventListener('pointerdown', (event) => {
      if (this.#view.menu !== null && !(event.target instanceof Element && event.target.closest('.menu') !== null)) this.#set({ menu: null });
    });
    setInterval(() => this.#tick(), TICK_MS);
    this.#draw();
  }

  /** A message from the extension, in whatever shape it came. */
  receive(value: unknown): void {
    const opened = openMessage(value);
    if (opened.ok) this.#take(opened.message);
    else this.#send({ kind: 'bug', message: opened.why });
  }

  #take(message: ToRunPanel): void {
    switch (message.kind) {
      case 'detail':
        this.#takeDetail(message.detail);
        break;
      case 'frames':
        if (this.#state?.run.id !== message.run) return;
        this.#state = foldFrames(this.#state, message.frames);
        this.#waits = foldWaits(this.#waits, message.frames);
        break;
      case 'steps':
        this.#takeSteps(message.agentRun, message);
        break;
      case 'bodies':
        this.#asked.delete(`bodies ${message.seq}`);
        this.#bodies = new Map(this.#bodies).set(message.seq, message);
        break;
      case 'comparison':
        this.#comparison = message.comparison;
        // What stands beside each step is of the other run, or of none now.
        this.#bodies = new Map();
        this.#view = { ...this.#view, face: this.#view.face === 'diff' && message.comparison === null ? 'rendered' : this.#view.face, table: message.comparison === null ? 'timeline' : this.#view.table };
        break;
      case 'select':
        this.#selectNode(message.node);
        break;
      case 'running-allowed':
        this.#refusal = message.reason;
        break;
      case 'failed':
        this.#failure = { message: message.message, hint: message.hint };
        this.#asked.clear();
        break;
    }
    this.#ask();
    this.#draw();
  }

  #takeDetail(detail: RunDetailRecord): void {
    const another = this.#detail?.run.id !== detail.run.id;
    if (another) {
      [this.#steps, this.#bodies, this.#comparison, this.#waits, this.#state] = [new Map(), new Map(), null, NO_WAITS, null];
      const kept = this.#kept?.run === detail.run.id ? this.#kept : null;
      this.#view = kept === null ? FIRST_VIEW : { ...FIRST_VIEW, node: kept.node, agentRun: kept.agentRun, step: kept.step, face: kept.face };
      this.#comparedOnce = false;
    }
    this.#detail = detail;
    this.#skew = Date.parse(detail.now) - Date.now();
    this.#state = renewed(this.#state, { run: detail.run, agentRuns: detail.agent_runs, stale: false, criticalPath: detail.critical_path });
    if (detail.run.parent_run_id !== null && detail.run.relation !== 'child' && !isOpen(detail.run.status) && !this.#comparedOnce) {
      this.#comparedOnce = true;
      this.#send({ kind: 'compare', with: 'parent' });
    }
    if (this.#view.node === null) this.#selectNode(this.#firstNode());
  }

  #takeSteps(agentRun: string, known: AgentRunBodies): void {
    this.#asked.delete(`steps ${agentRun}`);
    this.#steps = new Map(this.#steps).set(agentRun, { steps: known.steps, inputs: known.inputs, output: known.output });
    if (this.#awaited?.agentRun !== agentRun) return;
    const which = this.#awaited.step;
    const step = which === 'telling' ? tellingStep(known.steps) : ((which === 'first' ? known.steps[0] : known.steps.at(-1))?.seq ?? null);
    this.#awaited = null;
    const one = this.#state?.agentRuns.get(agentRun);
    if (step !== null && one !== undefined && (which !== 'telling' || !isOpen(one.status)) && this.#view.agentRun === agentRun && this.#view.step === null) this.#selectStep(agentRun, step);
  }

  /** What a person would look at first: what failed, else what waits or works, else the beginning. */
  #firstNode(): string | null {
    const rows = this.#rows();
    const looks = ['error', 'rejected', 'waiting', 'running'] as const;
    return looks.flatMap((look) => rows.find((row) => row.look === look)?.id ?? [])[0] ?? rows[0]?.id ?? null;
  }

  #rows(): readonly Row[] {
    return this.#detail === null || this.#state === null ? [] : rowsOf(this.#detail, this.#state, this.#waits, this.#now());
  }

  #now(): number {
    return Date.now() + this.#skew;
  }

  /** `agentRun`: this one of it; else the one that works, else its last. */
  #selectNode(id: string | null, agentRun: string | null = null): void {
    const row = this.#rows().find((one) => one.id === id);
    if (id === null || row === undefined) return;
    const one = row.agentRuns.find((each) => each.id === agentRun) ?? row.agentRuns.find(({ status }) => isOpen(status)) ?? row.agentRuns.at(-1);
    if (id !== this.#view.node || one?.id !== this.#view.agentRun) {
      this.#set({ node: id, agentRun: one?.id ?? null, step: null });
      this.#awaited = one === undefined || isOpen(one.status) ? null : { agentRun: one.id, step: 'telling' };
      const known = one === undefined ? undefined : this.#steps.get(one.id);
      if (one !== undefined && known !== undefined) this.#takeSteps(one.id, known);
    }
    this.#reveal = true;
  }

  #selectStep(agentRun: string, seq: number | null): void {
    this.#awaited = null;
    this.#set({ agentRun, step: seq });
    this.#reveal = true;
  }

  #set(change: Partial<ViewState>): void {
    this.#view = { ...this.#view, ...change };
    const run = this.#detail?.run.id;
    if (run !== undefined) {
      this.#kept = persistedOf(run, this.#view);
      this.#host.setState(this.#kept);
    }
    if (change.menu !== undefined && change.menu !== null) this.#focusNext = '.menu button:not(:disabled)';
    this.#ask();
    this.#draw();
  }

  /** Asks for what is to be seen and is not known, once. */
  #ask(): void {
    const { node, agentRun, step } = this.#view;
    const all = [...(this.#state?.agentRuns.values() ?? [])].filter((one) => one.node_id === node);
    const runs = all.filter(({ id }, at) => at >= all.length - MOST_AGENT_RUNS || id === agentRun);
    for (const one of runs) if (!this.#steps.has(one.id) || (this.#unfinished.has(one.id) && !isOpen(one.status))) this.#askSteps(one);
    if (agentRun !== null && step !== null && !this.#bodies.has(step)) this.#askOnce(`bodies ${step}`, { kind: 'bodies', agentRun, seq: step });
  }

  #askSteps({ id, status }: AgentRunRecord): void {
    const what = `steps ${id}`;
    if (this.#asked.has(what)) return;
    if (isOpen(status)) this.#unfinished.add(id);
    else this.#unfinished.delete(id);
    this.#askOnce(what, { kind: 'steps', agentRun: id });
  }

  #askOnce(what: string, message: FromRunPanel): void {
    if (this.#asked.has(what)) return;
    this.#asked.add(what);
    this.#send(message);
  }

  #tick(): void {
    if (this.#state === null || !isOpen(this.#state.run.status)) return;
    if (Date.now() - this.#stepsAt >= STEPS_MS) {
      this.#stepsAt = Date.now();
      for (const one of this.#state.agentRuns.values()) if (one.node_id === this.#view.node && isOpen(one.status)) this.#askSteps(one);
    }
    this.#draw();
  }

  #send(message: FromRunPanel): void {
    this.#host.postMessage(message);
  }

  readonly #acts: Acts = {
    send: (message) => this.#send(message),
    set: (change) => this.#set(change),
    selectNode: (id) => this.#selectNode(id),
    showDifference: (agentRun) => {
      this.#set({ face: 'diff' });
      this.#selectNode(this.#state?.agentRuns.get(agentRun)?.node_id ?? null, agentRun);
    },
    selectStep: (agentRun, seq) => this.#selectStep(agentRun, seq),
    moveNode: (by) => {
      const rows = this.#rows();
      const to = moved(rows.findIndex(({ id }) => id === this.#view.node), by, rows.length);
      if (to !== null) this.#selectNode(rows[to]?.id ?? null);
    },
    moveStep: (by) => {
      const row = this.#rows().find(({ id }) => id === this.#view.node);
      const places = row === undefined ? [] : placesOf(row, this.#steps);
      const to = moved(places.findIndex(({ agentRun, seq }) => agentRun === this.#view.agentRun && seq === this.#view.step), by, places.length);
      const place = to === null ? undefined : places[to];
      if (place === undefined) return;
      this.#selectStep(place.agentRun, place.seq);
      // A key that came before the steps did still leads to one.
      if (place.seq === null && !this.#steps.has(place.agentRun)) this.#awaited = { agentRun: place.agentRun, step: by === Infinity ? 'last' : 'first' };
    },
    fold: (key) => {
      const folds = new Set(this.#view.folds);
      if (!folds.delete(key)) folds.add(key);
      this.#set({ folds });
    },
    dismissFailure: () => {
      this.#failure = null;
      this.#draw();
    },
    scrolled: (list) => this.#scrolled(list),
    focus: (selector) => {
      this.#focusNext = selector;
      this.#draw();
    },
  };

  #scrolled(list: HTMLElement): void {
    const next = { top: list.scrollTop, height: list.clientHeight, plot: this.#root.querySelector('.axis')?.clientWidth ?? this.#scroll.plot };
    if (next.top === this.#scroll.top && next.height === this.#scroll.height && next.plot === this.#scroll.plot) return;
    this.#scroll = next;
    this.#draw();
  }

  #measure(): void {
    const list = this.#root.querySelector<HTMLElement>('.rows, .table');
    if (list !== null) this.#scrolled(list);
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      const panel = this.#panelView();
      this.#dom.show(panel === null ? renderNothing(this.#failure) : render(panel, this.#acts));
      if (panel !== null) this.#settle(panel);
    });
  }

  #panelView(): PanelView | null {
    if (this.#detail === null || this.#state === null) return null;
    return {
      detail: this.#detail, state: this.#state, waits: this.#waits, rows: this.#rows(), steps: this.#steps, bodies: this.#bodies, comparison: this.#comparison, refusal: this.#refusal,
      failure: this.#failure, view: this.#view, now: this.#now(), scroll: this.#scroll,
    };
  }

  /** What can only be done once it is drawn: measuring, scrolling, focusing. */
  #settle({ rows, view }: PanelView): void {
    const list = this.#root.querySelector<HTMLElement>('.rows, .table');
    if (list !== this.#watched) {
      if (this.#watched !== null) this.#watcher.unobserve(this.#watched);
      if (list !== null) this.#watcher.observe(list);
      this.#watched = list;
    }
    if (this.#reveal) {
      this.#reveal = false;
      const to = list === null || !list.matches('.rows') ? null : scrollTo(rows.map(heightOf), rows.findIndex(({ id }) => id === view.node), list.scrollTop, list.clientHeight);
      if (list !== null && to !== null) list.scrollTop = to;
      this.#root.querySelector('.slist .on')?.scrollIntoView({ block: 'nearest' });
    }
    if (this.#focusNext !== null) this.#root.querySelector<HTMLElement>(this.#focusNext)?.focus();
    this.#focusNext = null;
  }
}

/** Where a step in a list leads to; from nowhere, to its beginning. Null = the list is empty. */
function moved(from: number, by: number, length: number): number | null {
  return length === 0 ? null : from === -1 && by !== Infinity ? 0 : Math.max(0, Math.min(length - 1, from + by));
}

/** The step that tells most: the one that failed, else the last thing a model or a person said, else the last. */
function tellingStep(steps: readonly StepRecord[]): number | null {
  const step = steps.find(({ error }) => error !== null) ?? steps.findLast(({ kind }) => kind === 'llm' || kind === 'ask') ?? steps.at(-1);
  return step?.seq ?? null;
}
