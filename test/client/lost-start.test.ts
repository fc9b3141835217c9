import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HostFailure } from '../../client/host/host-connection.ts';
import type { HostChannel } from '../../client/hosts/runtime-host.ts';
import { makeParts } from '../../client/parts.ts';
import { Signal } from '../../client/signal.ts';
import type { HostEvent, HostMethod } from '../../protocol/host.ts';
import { DOCUMENTS_REQUEST } from '../../protocol/language-requests.ts';
import type { RunRecord } from '../../protocol/run-records.ts';
import { documentOf, editor, newEditor, uri } from './fake-vscode.ts';
import { makeRun } from './records.ts';

const started = vi.hoisted(() => ({ connect: (): unknown => null }));

vi.mock('vscode', async () => (await import('./fake-vscode.ts')).vscode);
vi.mock('../../client/host/host-connection.ts', async (original) => ({ ...await original<object>(), startHost: () => started.connect() }));
vi.mock('../../client/language/language-service.ts', () => ({
  LanguageService: class {
    readonly started = new Signal<void>();
    onNotification(): void { return; }
    async request(method: string): Promise<unknown> { return await Promise.resolve(method === DOCUMENTS_REQUEST ? [WORKFLOW] : []); }
    dispose(): void { return; }
  },
}));

const FILE = 'configs/workflows/loop.yaml';
const TEXT = uri(`file:///w/${FILE}`);
const WORKFLOW = { uri: TEXT.toString(), path: FILE, folder: 'file:///w', document: 0, kind: 'workflow', name: 'Loop', inputs: [], capUsd: null };

/** A runtime host whose process can die, over a ledger that stays. */
interface Mishap {
  /** What it is asked when it dies. */
  at: HostMethod | null;
  /** What stands in the ledger by then. */
  writes: RunRecord | null;
  /** Why no other one can be started after it. */
  staysDown: string | null;
}

class Host implements HostChannel {
  readonly #ledger: RunRecord[];
  readonly #mishap: Mishap;
  readonly asked: string[];
  #exit: (reason: string) => void = () => undefined;
  #event: (event: HostEvent) => void = () => undefined;
  constructor(ledger: RunRecord[], mishap: Mishap, asked: string[]) { this.#ledger = ledger; this.#mishap = mishap; this.asked = asked; }
  readonly call = (async (method: HostMethod, params: { readonly run?: string }) => {
    this.asked.push(method);
    await Promise.resolve();
    if (method === this.#mishap.at) this.#die();
    switch (method) {
      case 'open':
        if (this.#mishap.staysDown !== null && this.asked.filter((one) => one === 'open').length > 1) throw new Error(this.#mishap.staysDown);
        return { pid: 1, driver: 'fake', ledgerFile: '/w/l.db', held: false };
      case 'runs':
        return { runs: this.#ledger, next: null };
      case 'lastRuns':
        return this.#ledger.slice(0, 1);
      case 'show':
        return { run: this.#ledger.find(({ id }) => id === params.run), agent_runs: [], critical_path: [] };
      default:
        return [];
    }
  }) as HostChannel['call'];
  say(event: HostEvent): void { this.#event(event); }
  onEvent(listener: (event: HostEvent) => void): void { this.#event = listener; }
  onExit(listener: (reason: string) => void): void { this.#exit = listener; }
  dispose(): void { return; }
  #die(): never {
    this.#mishap.at = null;
    if (this.#mishap.writes !== null) this.#ledger.unshift(this.#mishap.writes);
    const reason = 'The runtime host was ended by SIGKILL.';
    // As of the real one: whoever waits is told first.
    queueMicrotask(() => { this.#exit(reason); });
    throw new HostFailure({ code: 'host-unavailable', message: reason, place: null });
  }
}

function desk(given: Partial<Mishap> = {}) {
  newEditor();
  editor.folders.push({ uri: uri('file:///w'), name: 'w', index: 0 });
  editor.documents.push(documentOf(TEXT, 'name: Loop'));
  // What counts is that there is a file.
  editor.settings = { 'ledger.path': import.meta.filename };
  const mishap: Mishap = { at: null, writes: null, staysDown: null, ...given };
  const ledger: RunRecord[] = [makeRun({ id: 'earlier', source_path: FILE })];
  const asked: string[] = [];
  const processes: Host[] = [];
  started.connect = () => {
    processes.push(new Host(ledger, mishap, asked));
    return processes.at(-1);
  };
  const memory = new Map<string, unknown>();
  const memento = { get: (key: string, standard: unknown) => memory.get(key) ?? standard, update: async (key: string, value: unknown) => { memory.set(key, value); await Promise.resolve(); } };
  const parts = makeParts({ extensionUri: uri('file:///extension'), workspaceState: memento, secrets: { get: async () => await Promise.resolve(undefined), onDidChange: new Signal<void>().listen } } as never);
  onTestFinished(() => { parts.dispose(); });
  parts.graphs.open(TEXT);
  const [panel] = editor.panels;
  panel?.hear({ kind: 'ready' });
  /** Of the runs that lay over the graph, the last. */
  const shown = (): string | undefined => (panel?.said as readonly { readonly kind: string; readonly overlay?: { readonly run: RunRecord } | null }[]).filter(({ kind }) => kind === 'run').at(-1)?.overlay?.run.id;
  return { parts, mishap, asked, processes, said: panel?.said ?? [], shown, host: () => parts.hosts.all[0]!.host };
}

/** Begun a moment from now, as far as the clock tells. */
const begun = (more: Partial<RunRecord> = {}): RunRecord => makeRun({ id: 'lost', status: 'running', started_at: new Date(Date.now() + 60_000).toISOString(), source_path: FILE, ...more });

beforeEach(newEditor);

describe('a runtime host that dies before it has told that a run began', () => {
  it('has begun it all the same: the graph shows it once the host is back, and the window counts it as its own', async () => {
    const { parts, mishap, shown } = desk();
    await expect.poll(shown).toBe('earlier');
    Object.assign(mishap, { at: 'run', writes: begun() });
    await expect(parts.launcher.launch({ uri: TEXT })).resolves.toBe('lost');
    await expect.poll(shown).toBe('lost');
    expect([...parts.launcher.own]).toEqual(['lost']);
    expect(editor.shown.some(([where, words]) => where === 'status' && words.includes('The ledger knows it'))).toBe(true);
  });

  it('has begun it and the run is over by then: it is shown as it ended', async () => {
    const { parts, mishap, shown } = desk();
    await expect.poll(shown).toBe('earlier');
    Object.assign(mishap, { at: 'run', writes: begun({ status: 'completed', ended_at: new Date(Date.now() + 61_000).toISOString() }) });
    await expect(parts.launcher.launch({ uri: TEXT })).resolves.toBe('lost');
    await expect.poll(shown).toBe('lost');
  });

  it('has begun none: the person is told so, and the graph stays as it is', async () => {
    const { parts, mishap, shown } = desk();
    await expect.poll(shown).toBe('earlier');
    // Of another document, of another time, a child: none of them is it.
    Object.assign(mishap, { at: 'run', writes: begun({ workflow_name: 'Other', source_path: 'other.yaml' }) });
    await expect(parts.launcher.launch({ uri: TEXT })).rejects.toThrow(/^No run was begun: .* Run it again\. \(The runtime host was ended by SIGKILL\.\)$/);
    expect(shown()).toBe('earlier');
  });

  it('and does not come back: the person is told why, and when it is started by hand the graph shows the run', async () => {
    const { parts, mishap, shown, host } = desk();
    await expect.poll(shown).toBe('earlier');
    Object.assign(mishap, { at: 'run', writes: begun(), staysDown: 'The disk is full.' });
    await expect(parts.launcher.launch({ uri: TEXT })).rejects.toThrow('The disk is full.');
    expect(shown()).toBe('earlier');
    mishap.staysDown = null;
    await host().restart();
    await expect.poll(shown).toBe('lost');
  });
});

describe('a runtime host that dies while a panel asks for its run', () => {
  it('is asked again by the graph when it is back, and tells what happens in the run, once', async () => {
    const { parts, asked, processes, said, shown, host } = desk({ at: 'show' });
    await expect.poll(shown).toBe('earlier');
    // Once more, with nothing lost.
    parts.graphs.hostReturned(host());
    await expect.poll(() => asked.filter((method) => method === 'show').length).toBe(3);
    const frame = { task_id: 't', workflow_run_id: 'earlier', stage: 'workflow.started', message: '', timestamp: 1 } as const;
    for (const seq of [0, 1]) processes.at(-1)?.say({ kind: 'frame', frame: { ...frame, seq } });
    const told = (): readonly number[] => (said as readonly { readonly frames?: readonly { readonly seq: number }[] }[]).flatMap(({ frames = [] }) => frames.map(({ seq }) => seq));
    await expect.poll(told).toContain(1);
    expect([told(), asked.filter((method) => method === 'subscribe')]).toEqual([[0, 1], ['subscribe']]);
  });

  it('is asked again by a run panel', async () => {
    const { parts, mishap, shown } = desk();
    await expect.poll(shown).toBe('earlier');
    mishap.at = 'show';
    parts.runPanels.open({ folder: editor.folders[0] as never, id: 'earlier' });
    const panel = editor.panels.at(-1);
    panel?.hear({ kind: 'ready' });
    await expect.poll(() => panel?.said.map(({ kind }) => kind)).toEqual(['running-allowed', 'failed', 'detail']);
  });
});
