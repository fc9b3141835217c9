import elkModule from 'elkjs/lib/elk.bundled.js';
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { expect, test } from 'vitest';
import type { Frame } from '../../protocol/frame.ts';
import type { KeptLayout } from '../../protocol/graph-panel.ts';
import { tournamentPath, tournamentPlace } from '../../protocol/tournament.ts';
import type { Picture } from '../../protocol/picture.ts';
import { fitted, showing, zoomed } from '../../webview/graph/camera.ts';
import { diagramOf, START_ID } from '../../webview/graph/diagram.ts';
import { openMessage } from '../../webview/graph/door.ts';
import { fromElk, placesOf, toElk } from '../../webview/graph/elk-graph.ts';
import type { Plan } from '../../webview/graph/elk-graph.ts';
import { Layouts } from '../../webview/graph/layouts.ts';
import type { LayoutAnswer } from '../../webview/graph/layouts.ts';
import { lineageOf, neighboursOf } from '../../webview/graph/lineage.ts';
import { estimate, middleCut, wordCut } from '../../webview/graph/metrics.ts';
import { bracketOf } from '../../webview/graph/bracket.ts';
import { chainPlan } from '../../webview/graph/chain-plan.ts';
import { keptOf, planOfKept } from '../../webview/graph/kept-layout.ts';
import { nodeRunsOf } from '../../webview/graph/node-run.ts';
import { foldFrames, renewed, stateOfOverlay } from '../../webview/shared/run-state.ts';
import type { RunState } from '../../webview/shared/run-state.ts';
import { walk } from '../../webview/graph/walk.ts';
import { pictureMessage } from './graph-page.ts';
import { agentRun, audit, claims, edge, incident, incidentRun, node, picture, polling, runRecord, STARTED, tutorial } from './pictures.ts';

const elk = new elkModule.default();
const drawn = (of: Picture, collapsed: readonly string[] = []) => diagramOf(of, new Set(collapsed), estimate);
const planOf = async (of: Picture, direction: 'down' | 'right' = 'down', collapsed: readonly string[] = []): Promise<Plan> => fromElk(await elk.layout(toElk(drawn(of, collapsed), direction, of.family === 'states')));

function frame(stage: Frame['stage'], more: Partial<Frame> = {}): Frame {
  return { task_id: 'r', workflow_run_id: 'r', stage, message: '', timestamp: STARTED / 1_000 + 1, seq: 1, ...more };
}

const empty = (): RunState => stateOfOverlay({ run: runRecord({ total_tokens: 0, total_cost_micros: 0 }), agentRuns: [], stale: false, criticalPath: [] });

test('edges of what a closed container hides end at the container, each pair once', () => {
  const own = picture('p', [node('a', 'spawn'), node('c', 'parallel'), node('x', 'spawn', '', null, { parent: 'c' }), node('y', 'map', '', null, { parent: 'c' }), node('z', 'spawn', '', null, { parent: 'y' }), node('b', 'spawn')], [edge('a', 'x'), edge('a', 'z'), edge('z', 'b'), edge('x', 'b'), edge('x', 'z'), edge('c', 'x')]);
  const open = drawn(own);
  expect(open.links.map(({ from, to }) => `${from} ${to}`)).toEqual(['a c', 'c b', 'x y']);
  expect(open.links[0]?.ends).toHaveLength(2);
  const closed = drawn(own, ['c']);
  expect([...closed.boxes.keys()]).toEqual(['a', 'c', 'b']);
  expect(closed.boxes.get('c')).toMatchObject({ hidden: 3, children: [] });
  expect(closed.links.map(({ from, to }) => `${from} ${to}`)).toEqual(['a c', 'c b']);
});

test('the structure is told without names: another name asks for no other layout, another edge does', () => {
  const one = drawn(incident());
  const renamed = { ...incident(), nodes: incident().nodes.map((each) => ({ ...each, id: `x-${each.id}`, parent: each.parent === null ? null : `x-${each.parent}` })), edges: incident().edges.map((each) => ({ ...each, from: `x-${each.from}`, to: `x-${each.to}` })) };
  expect(drawn(renamed).shape).toBe(one.shape);
  expect(drawn({ ...incident(), edges: incident().edges.slice(1) }).shape).not.toBe(one.shape);
  expect(drawn(incident(), ['gather-evidence']).shape).not.toBe(one.shape);
});

test('a picture of a document with mistakes is drawn: edges to nowhere, doubled ids, containers in themselves', () => {
  const own = picture('p', [node('a', 'spawn'), node('a', 'spawn'), node('b', 'map', '', null, { parent: 'b' }), node('c', 'map', '', null, { parent: 'd' }), node('d', 'map', '', null, { parent: 'c' }), node('e', 'spawn', '', null, { parent: 'gone' })], [edge('a', 'nowhere'), edge('nowhere', 'a'), edge('a', 'a'), edge('a', 'e')], { startAt: 'missing' });
  const diagram = drawn(own);
  expect([...diagram.boxes.keys()]).toEqual(['a', 'e']);
  expect(diagram.links.map(({ from, to }) => `${from} ${to}`)).toEqual(['a a', 'a e']);
});

for (const [name, own] of [['every kind of node', incident()], ['states with catches', claims()], ['loops, maps and branches', polling()], ['200 nodes', audit(200)]] as const) {
  for (const direction of ['down', 'right'] as const) {
    test(`everything stands on the grid, apart from everything else, in its container: ${name}, ${direction}`, async () => {
      const diagram = drawn(own);
      const plan = await planOf(own, direction);
      for (const box of diagram.boxes.values()) {
        const place = plan.boxes[box.index];
        expect(place, box.id).toBeDefined();
        if (place === undefined) continue;
        for (const value of [place.x, place.y]) expect(value % 4).toBe(0);
        const parent = box.parent === null ? undefined : plan.boxes[diagram.boxes.get(box.parent)?.index ?? -1];
        if (parent !== undefined) expect(place.x >= parent.x && place.y >= parent.y && place.x + place.width <= parent.x + parent.width && place.y + place.height <= parent.y + parent.height).toBe(true);
        for (const other of diagram.boxes.values()) {
          const there = plan.boxes[other.index];
          if (other.index <= box.index || other.parent !== box.parent || there === undefined) continue;
          expect(place.x < there.x + there.width && there.x < place.x + place.width && place.y < there.y + there.height && there.y < place.y + place.height, `${box.id} / ${other.id}`).toBe(false);
        }
      }
      for (const link of diagram.links) {
        const points = plan.links[link.index]?.points ?? [];
        expect(points.length, link.id).toBeGreaterThan(1);
        points.slice(1).forEach((point, at) => expect(point.x === points[at]?.x || point.y === points[at]?.y, `${link.id} is upright`).toBe(true));
      }
    });
  }
}

test('without a cycle every line goes with the flow, and a line that leads back comes in from above', async () => {
  const plan = await planOf(polling());
  const diagram = drawn(polling());
  const at = (id: string): number => plan.boxes[diagram.boxes.get(id)?.index ?? -1]?.y ?? 0;
  expect(at(START_ID)).toBeLessThan(at('Submit'));
  expect([at('Submit'), at('WaitABit'), at('Poll'), at('Done'), at('EachFile')]).toEqual([at('Submit'), at('WaitABit'), at('Poll'), at('Done'), at('EachFile')].toSorted((a, b) => a - b));
  const back = diagram.links.find((link) => link.back);
  const end = plan.links[back?.index ?? -1]?.points.at(-1);
  expect(end?.y).toBe(at('WaitABit'));
});

test('a line that comes a little beside the upright is made upright, whatever follows', () => {
  const at = (x: number, y: number) => ({ x, y });
  const { links } = fromElk({ id: 'root', width: 100, height: 100, edges: [{ id: 'e0', sources: ['n0'], targets: ['n1'], sections: [{ id: 's', startPoint: at(0, 0), bendPoints: [at(0, 40), at(60, 43), at(62, 60)], endPoint: at(66, 80) }] }] });
  expect(links[0]?.points).toEqual([at(0, 0), at(0, 40), at(60, 40), at(60, 80)]);
});

test('a graph without any order is given the quick layout, one with order the careful one', () => {
  let seed = 5;
  const random = (): number => (seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
  const edges = Array.from({ length: 1_250 }, () => {
    const from = Math.floor(random() * 999);
    return edge(`n${from}`, `n${from + 1 + Math.floor(random() * (999 - from))}`);
  });
  const tangled = drawn(picture('t', Array.from({ length: 1_000 }, (_, at) => node(`n${at}`, 'spawn')), edges));
  expect(placesOf(tangled)).toBeGreaterThan(2_000);
  const strategy = (graph: ElkNode): string | undefined => graph.layoutOptions?.['elk.layered.nodePlacement.strategy'];
  expect(strategy(toElk(tangled, 'down', false))).toBe('SIMPLE');
  expect(strategy(toElk(drawn(audit(1_000)), 'down', false))).toBe('BRANDES_KOEPF');
});

test('of layouts that wait only the newest is asked for, and what is known is not asked for again', async () => {
  const asked: string[] = [];
  const answers: LayoutAnswer[] = [];
  const open: (() => void)[] = [];
  const layout = async (graph: ElkNode): Promise<never> => {
    asked.push(String(graph.children?.length));
    await new Promise<void>((resolve) => open.push(resolve));
    return graph as never;
  };
  const layouts = new Layouts(Promise.resolve({ layout }), (answer) => answers.push(answer));
  const request = (size: number) => ({ diagram: drawn(audit(size, 1)), direction: 'down' as const, states: false });
  for (const size of [8, 9, 10, 11]) expect(layouts.request(request(size))).toBeNull();
  for (let turn = 0; turn < 2; turn++) {
    await expect.poll(() => open.length, { timeout: 20_000 }).toBe(turn + 1);
    open[turn]?.();
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBe(turn + 1);
  }
  expect(asked).toEqual(['8', '11']);
  expect(layouts.request(request(11))).toBe(answers[1]?.plan);
});

test('frames folded twice, or over an overlay that has them already, change nothing', () => {
  const frames = [frame('node.a.started', { node_id: 'a', agent_run_id: '1', path: 'nodes/a', attempt: 1 }), frame('node.a.completed', { node_id: 'a', agent_run_id: '1', tokens: 7, cost_usd: 0.002 }), frame('node.b.started', { node_id: 'b', agent_run_id: '2' })];
  const once = foldFrames(empty(), frames);
  expect(foldFrames(once, frames)).toEqual(once);
  expect(foldFrames(once, frames.slice(0, 1))).toEqual(once);
  expect(once.run).toMatchObject({ total_tokens: 7, total_cost_micros: 2_000 });
  const over = stateOfOverlay({ run: once.run, agentRuns: [...once.agentRuns.values()], stale: false, criticalPath: [] });
  expect(foldFrames(over, frames)).toEqual(over);
});

test('what a model writes is kept, also when a newer overlay comes, and cut from the front when it is endless', () => {
  const token = (message: string, more: Partial<Frame> = {}): Frame => frame('agent.token', { message, node_id: 'a', agent_run_id: '1', ...more });
  const state = foldFrames(empty(), [token('so far', { so_far: true }), token(' and on')]);
  expect(state.streams.get('1')).toBe('so far and on');
  expect(renewed(state, { run: state.run, agentRuns: [], stale: true, criticalPath: [] }).streams.get('1')).toBe('so far and on');
  expect(renewed(state, { run: runRecord({ id: 'another' }), agentRuns: [], stale: false, criticalPath: [] }).streams.size).toBe(0);
  const long = foldFrames(state, [token('x'.repeat(70_000)), token('the end')]).streams.get('1') ?? '';
  expect([long.length, long.endsWith('the end')]).toEqual([60_000, true]);
});

test('a node is open as long as one of its agent runs is, then as bad as the worst; of a loop the last turn counts', () => {
  const own = picture('p', [node('each', 'spawn'), node('turns', 'loop', '', null, { count: 9 }), node('retried', 'spawn'), node('copied', 'spawn'), node('later', 'spawn')], [edge('each', 'later'), edge('turns', 'later')]);
  const runs = nodeRunsOf(own, stateOfOverlay({
    run: runRecord(), stale: false, criticalPath: [],
    agentRuns: [
      agentRun('each', 'completed', 1, 1, 1, { path: 'states/Map/items/0/each' }), agentRun('each', 'error', 1, 1, 1, { path: 'states/Map/items/1/each' }), agentRun('each', 'running', 1, 1, 1, { path: 'states/Map/items/2/each' }),
      agentRun('turns', 'error', 1, 1, 1, { iteration: 1 }), agentRun('turns', 'completed', 1, 1, 1, { iteration: 2 }),
      agentRun('retried', 'error', 1, 1, 1, { attempt: 1 }), agentRun('retried', 'completed', 1, 1, 1, { attempt: 2 }),
      agentRun('copied', 'completed', 5, 5, 1, { replayed: true }),
    ],
  }));
  const told = Object.fromEntries([...runs].map(([id, run]) => [id, [run.look, run.counter]]));
  expect(told).toEqual({ each: ['running', '2/3'], turns: ['completed', '2/9'], retried: ['completed', 'attempt 2'], copied: ['replayed', ''], later: ['pending', ''] });
  expect(runs.get('later')?.cause).toBe('after each');
});

test('a container is what its insides are together; what a finished run never came to is skipped', () => {
  const overlay = incidentRun(Date.now());
  const during = nodeRunsOf(incident(), stateOfOverlay(overlay));
  expect(during.get('gather-evidence')).toMatchObject({ look: 'error', counter: '3 of 3 ended', tokens: 20_257 });
  expect(during.get('write-postmortem')).toMatchObject({ look: 'pending', cause: 'after close-out' });
  const after = nodeRunsOf(incident(), stateOfOverlay({ ...overlay, run: runRecord({ status: 'halted', ended_at: new Date().toISOString() }) }));
  expect(after.get('write-postmortem')).toMatchObject({ look: 'skipped', cause: 'not reached' });
});

test('a bracket of five has four judgements, and the odd one out goes on with a bye', () => {
  const runs = nodeRunsOf(picture('p', [node('t', 'tournament', '', null, { count: 5 })], []), stateOfOverlay({ run: runRecord(), stale: false, criticalPath: [], agentRuns: [agentRun('t', 'running', 1, 1, 1, { path: 'nodes/t/entrant/1' })] }));
  const run = runs.get('t');
  expect(run).toBeDefined();
  expect(run?.counter).toBe('0/4');
  const rounds = run === undefined ? [] : bracketOf(node('t', 'tournament', '', null, { count: 5 }), 5, run);
  expect(rounds.map((round) => round.map(({ label }) => label))).toEqual([['entrant 1', 'entrant 2', 'entrant 3', 'entrant 4', 'entrant 5'], ['match 1', 'match 2', 'bye'], ['match 3', 'bye'], ['winner']]);
});

test('each judgement stands where its path says, whatever came first', () => {
  const place = (round: number, match: number): string => tournamentPath('nodes/t', { kind: 'judgement', round, match });
  const own = node('t', 'tournament', '', null, { count: 4 });
  const agentRuns = [agentRun('t', 'error', 1, 1, 1, { path: place(1, 2) }), agentRun('t', 'completed', 1, 1, 1, { path: place(1, 1) }), agentRun('t', 'running', 1, 1, 1, { path: place(2, 1) }), agentRun('t', 'running', 1, 1, 1, { path: tournamentPath('nodes/t', { kind: 'entrant', entrant: 3 }) }), agentRun('t', 'running', 1, 1, 1)];
  const run = nodeRunsOf(picture('p', [own], []), stateOfOverlay({ run: runRecord(), stale: false, criticalPath: [], agentRuns })).get('t');
  expect(run?.counter).toBe('2/3');
  const rounds = run === undefined ? [] : bracketOf(own, 4, run);
  expect(rounds.map((round) => round.map(({ look }) => look))).toEqual([['pending', 'pending', 'running', 'pending'], ['completed', 'error'], ['running']]);
  for (const path of ['nodes/t', 'nodes/t/judge/1', 'nodes/t/round/0/match/1', 'nodes/t2/entrant/1', 'nodes/t/entrant/1/model/1']) expect(tournamentPlace('nodes/t', path)).toBeNull();
  expect(tournamentPlace('nodes/t', place(2, 1))).toEqual({ kind: 'judgement', round: 2, match: 1 });
});

for (const direction of ['down', 'right'] as const) {
  test(`one box after the other stands where ELK would put it, without asking it: ${direction}`, async () => {
    const chain = picture('p', [node('a', 'spawn'), node('b', 'reduce'), node('c', 'human'), node('d', 'spawn')], [edge('a', 'b'), edge('b', 'c'), edge('c', 'd')]);
    const states = picture('s', [node('A', 'task'), node('B', 'wait'), node('C', 'succeed')], [edge('A', 'B', { kind: 'next' }), edge('B', 'C', { kind: 'next' })], { family: 'states', startAt: 'A' });
    for (const own of [tutorial(), chain, states]) expect(chainPlan(drawn(own), direction, own.family === 'states')).toEqual(await planOf(own, direction));
    for (const own of [incident(), claims(), polling(), picture('two', [node('a', 'spawn'), node('b', 'spawn')], [])]) expect(chainPlan(drawn(own), direction, own.family === 'states')).toBeNull();
  });
}

test('a kept layout is the layout again, to the number, and nothing else is taken for one', async () => {
  const own = drawn(polling());
  const plan = await planOf(polling());
  const kept = keptOf('k', plan);
  if (kept === null) throw new Error('too large');
  const crossed = JSON.parse(JSON.stringify(kept)) as KeptLayout;
  expect(planOfKept(crossed, own.boxes.size, own.links.length)).toEqual(plan);
  expect(planOfKept(crossed, own.boxes.size + 1, own.links.length)).toBeNull();
  for (let cut = 1; cut < kept.numbers.length; cut += 7) expect(planOfKept({ key: 'k', numbers: kept.numbers.slice(0, -cut) }, own.boxes.size, own.links.length)).toBeNull();
  expect(planOfKept({ key: 'k', numbers: [1, 1, own.boxes.size, ...kept.numbers.slice(3).map(() => 1e9)] }, own.boxes.size, own.links.length)).toBeNull();
});

test('up- and downstream of a node, and not round a loop', () => {
  const diagram = drawn(polling());
  const lineage = lineageOf('Poll', neighboursOf(diagram.links));
  expect([...lineage.boxes].filter((id) => id !== START_ID).toSorted()).toEqual(['Both', 'Broken', 'Done', 'EachFile', 'Finished', 'Poll', 'Submit', 'WaitABit']);
  expect(diagram.links.filter((link) => link.back).some((link) => lineage.links.has(link.id))).toBe(false);
});

test('an id is shortened in its middle, between letters, and never wider than its room', () => {
  for (const id of ['a-name-that-goes-on-and-on-and-on', '𝒻𝒶𝓃𝒸𝓎-'.repeat(12), 'x'.repeat(4_000)]) {
    const cut = middleCut(id, 120, 13, 600, estimate);
    expect(estimate(cut, 13)).toBeLessThanOrEqual(120);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut).toContain('…');
    expect(wordCut(id, 120, 13, 600, estimate)).toBe(cut);
  }
  expect(middleCut('short', 120, 13, 600, estimate)).toBe('short');
});

test('a sentence is read from its start: it ends where there is no more room', () => {
  const said = wordCut('Review the text for mistakes of fact', 120, 12, 400, estimate);
  expect(said).toMatch(/^Review the text\b.*…$/);
  expect(estimate(said, 12)).toBeLessThanOrEqual(120);
  expect(wordCut('Go on', 120, 12, 400, estimate)).toBe('Go on');
});

test('zooming leaves one point where it is; fitting keeps the tools free; showing moves no more than it must', () => {
  const stage = { width: 1_000, height: 800 };
  const camera = { x: 10, y: 20, zoom: 1 };
  const near = zoomed(camera, 2, { x: 300, y: 400 });
  expect([(300 - near.x) / near.zoom, (400 - near.y) / near.zoom]).toEqual([290, 380]);
  const world = { width: 900, height: 790 };
  const corner = { x: 0, y: 760, width: 216, height: 30 };
  const free = fitted(world, [corner], stage);
  expect(free.y + (corner.y + corner.height) * free.zoom).toBeLessThanOrEqual(800 - 60);
  expect(fitted(world, [{ ...corner, x: 600 }], stage).zoom).toBeGreaterThan(free.zoom);
  expect(showing(camera, { x: 100, y: 100, width: 50, height: 50 }, stage)).toBe(camera);
  expect(showing(camera, { x: 100, y: 900, width: 50, height: 50 }, stage)).toEqual({ x: 10, y: -198, zoom: 1 });
});

test('the door lets in what the language makes, and nothing of another shape', () => {
  for (const own of [incident(), claims(), audit(50)]) expect(openMessage(pictureMessage(own)).ok).toBe(true);
  expect(openMessage({ kind: 'run', overlay: incidentRun(0) }).ok).toBe(true);
  const broken = structuredClone(pictureMessage(incident())) as unknown as { state: { picture: { nodes: Record<string, unknown>[] } } };
  (broken.state.picture.nodes[3] ?? {})['model'] = 7;
  expect(openMessage(broken)).toEqual({ ok: false, why: 'message.state.picture.nodes[3].model: not a text' });
  expect(openMessage({ kind: 'constructor' }).ok).toBe(false);
});

test('arrows lead from each node to every other, in either direction', async () => {
  const shortcut = picture('Shortcut', ['draft', 'approval', 'publish', 'aside'].map((id) => node(id, 'spawn', 'x', 'y')), [edge('draft', 'approval'), edge('draft', 'publish'), edge('approval', 'publish'), edge('draft', 'aside')]);
  for (const of of [shortcut, incident(), polling(), claims(), audit(60)]) {
    for (const direction of ['down', 'right'] as const) {
      const diagram = drawn(of);
      const plan = await planOf(of, direction);
      const neighbours = neighboursOf(diagram.links);
      const all = [...diagram.boxes.keys()].filter((id) => id !== START_ID);
      const steps = new Map(all.map((id) => [id, (['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const).flatMap((key) => walk(id, key, diagram, plan, neighbours, direction) ?? [])]));
      for (const from of all) {
        const reached = new Set([from]);
        for (const id of reached) for (const next of steps.get(id) ?? []) reached.add(next);
        expect(all.filter((other) => !reached.has(other)), `${of.name}, ${direction}, from ${from}`).toEqual([]);
      }
    }
  }
});
