import type { PictureNode } from '../../protocol/picture.ts';
import type { AgentRunRecord, StepRecord } from '../../protocol/run-records.ts';
import { isOpen } from '../shared/run-state.ts';
import type { NodeRun } from './node-run.ts';
import { showsDrawer } from './panel-view.ts';
import type { DrawerTab, PanelView } from './panel-view.ts';
import type { Want } from './record-reader.ts';

/** What the drawer shows of a run: a node, its run, and the one agent run that is looked at. */
export interface DrawerRun {
  readonly node: PictureNode;
  readonly run: NodeRun;
  readonly agentRun: AgentRunRecord;
  readonly tab: DrawerTab;
  readonly tabs: readonly DrawerTab[];
}

/** Null where no node is selected or it has done nothing. */
export function drawerRun(panel: PanelView): DrawerRun | null {
  const { view, nodes, nodeRuns } = panel;
  const node = view.selected === null ? undefined : nodes.get(view.selected);
  const run = node === undefined ? undefined : nodeRuns?.get(node.id);
  const worked = run?.agentRuns.filter(({ status }) => status !== 'skipped') ?? [];
  const agentRun = worked.find(({ id }) => id === view.agentRun) ?? worked.at(-1);
  if (node === undefined || run === undefined || agentRun === undefined) return null;
  const tabs: readonly DrawerTab[] = [...(node.kind === 'tournament' ? ['bracket'] as const : []), ...(writes(worked) ? ['stream'] as const : []), 'request', 'steps', 'output'];
  return { node, run, agentRun, tabs, tab: view.tab !== null && tabs.includes(view.tab) ? view.tab : firstTab(node, worked, agentRun, panel) };
}

function writes(agentRuns: readonly AgentRunRecord[]): boolean {
  return agentRuns.some(({ model }) => model !== null);
}

/** What is being written while it is, what came of it afterwards; whoever watched it being written goes on seeing that. */
function firstTab(node: PictureNode, worked: readonly AgentRunRecord[], agentRun: AgentRunRecord, { run }: PanelView): DrawerTab {
  if (node.kind === 'tournament') return 'bracket';
  if (run?.streams.has(agentRun.id) === true) return 'stream';
  return isOpen(agentRun.status) ? (writes(worked) ? 'stream' : 'request') : 'output';
}

export function modelSteps(panel: PanelView, agentRun: AgentRunRecord): readonly StepRecord[] {
  return panel.record.agentRuns.get(agentRun.id)?.steps.filter(({ kind }) => kind === 'llm') ?? [];
}

/** The step whose request is shown: the one that was chosen, else the last call of a model, else whatever asked for something. */
export function requestStep(panel: PanelView, agentRun: AgentRunRecord): StepRecord | null {
  const steps = panel.record.agentRuns.get(agentRun.id)?.steps ?? [];
  return steps.find(({ seq }) => seq === panel.view.step) ?? modelSteps(panel, agentRun).at(-1) ?? steps.find(({ kind }) => kind !== 'output') ?? null;
}

/** So many agent runs have their steps read for the list of steps. */
const MOST_READ = 40;
/** The steps of what still runs are read again so often. */
const AGAIN_MS = 1_000;

/** What of the record is looked at just now. */
export function wantsOf(panel: PanelView): readonly Want[] {
  const drawer = showsDrawer(panel) ? drawerRun(panel) : null;
  if (drawer === null) return [];
  const { tab, agentRun, run } = drawer;
  const shown = tab === 'steps' ? run.agentRuns.filter(({ status }) => status !== 'skipped').slice(-MOST_READ) : [agentRun];
  const steps = shown.map(({ id, status }): Want => ({ kind: 'steps', agentRun: id, version: isOpen(status) ? String(Math.floor(panel.now / AGAIN_MS)) : 'ended' }));
  const step = tab === 'request' ? requestStep(panel, agentRun) : tab === 'stream' && panel.run?.streams.has(agentRun.id) !== true ? (modelSteps(panel, agentRun).at(-1) ?? null) : null;
  const opened = tab === 'steps' ? shown.flatMap(({ id }) => panel.record.agentRuns.get(id)?.steps.filter(({ seq }) => seq === panel.view.step) ?? []) : [];
  return [...steps, ...[...(step === null ? [] : [step]), ...opened].map(({ seq, agent_run_id: of }): Want => ({ kind: 'bodies', agentRun: of, seq }))];
}
