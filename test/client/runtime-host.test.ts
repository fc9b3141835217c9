import { describe, expect, it } from 'vitest';
import { RuntimeHost, type HostChannel } from '../../client/hosts/runtime-host.ts';
import type { Frame } from '../../protocol/frame.ts';
import type { HostEvent, HostMethod, HostSettings } from '../../protocol/host.ts';
import { makeRun } from './records.ts';

const SETTINGS: HostSettings = { workspace: '/w', ledgerFile: '/w/l.db', synchronous: 'FULL', defaultModel: 'simulated', tiers: {}, prices: {}, agents: {}, workflowGlobs: [], stallSeconds: 300, secrets: {} };

class FakeChannel implements HostChannel {
  readonly calls: string[] = [];
  disposed = false;
  refuse: Error | null = null;
  #event: (event: HostEvent) => void = () => undefined;
  #exit: (reason: string) => void = () => undefined;
  call = (async (method: HostMethod, params: object) => {
    this.calls.push('run' in params ? `${method} ${String(params.run)}` : method);
    if (this.refuse !== null) throw this.refuse;
    return method === 'open' ? { pid: 1, driver: 'fake', ledgerFile: '/w/l.db', held: false } : { ok: true };
  }) as HostChannel['call'];
  onEvent(listener: (event: HostEvent) => void): void { this.#event = listener; }
  onExit(listener: (reason: string) => void): void { this.#exit = listener; }
  dispose(): void { this.disposed = true; }
  say(event: HostEvent): void { this.#event(event); }
  die(reason = 'killed'): void { this.#exit(reason); }
}

function makeHost(): { readonly host: RuntimeHost; readonly channels: FakeChannel[]; readonly clock: { now: number }; readonly next: { refuse: Error | null } } {
  const channels: FakeChannel[] = [];
  const clock = { now: 0 };
  const next: { refuse: Error | null } = { refuse: null };
  const host = new RuntimeHost({
    connect: () => {
      const channel = new FakeChannel();
      channel.refuse = next.refuse;
      channels.push(channel);
      return channel;
    },
    settings: async () => SETTINGS,
    callModel: async (request, signal, say) => {
      say([{ kind: 'text', text: request.model }]);
      await new Promise((resolve) => { signal.addEventListener('abort', resolve); });
      say([{ kind: 'end' }]);
    },
    now: () => clock.now,
  });
  return { host, channels, clock, next };
}

const settled = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve(); };
const frame = (run: string, seq: number, more: Partial<Frame> = {}): Frame => ({ task_id: run, workflow_run_id: run, stage: 'workflow.started', message: `m${seq}`, timestamp: 1, seq, ...more });

describe('the runtime host of a folder', () => {
  it('is started by the first call, once, and opened before anything else is asked', async () => {
    const { host, channels } = makeHost();
    expect(host.state.kind).toBe('off');
    expect(channels).toHaveLength(0);
    await Promise.all([host.call('verify', {}), host.call('schema', {})]);
    expect(channels).toHaveLength(1);
    expect(channels[0]!.calls).toEqual(['open', 'verify', 'schema']);
    expect(host.state.kind).toBe('ready');
  });

  it('is started again when it dies, tells so, and asks again for the runs that are looked at', async () => {
    const { host, channels } = makeHost();
    const deaths: boolean[] = [];
    host.died.listen(({ again }) => deaths.push(again));
    await host.start();
    host.frames('r1', () => undefined);
    channels[0]!.die();
    await settled();
    expect(deaths).toEqual([true]);
    expect(host.state.kind).toBe('ready');
    expect(channels[1]!.calls).toEqual(['open', 'subscribe r1']);
    expect(channels[0]!.disposed).toBe(true);
  });

  it('makes the model calls it is asked for, and says nothing more of one that was given up, or to a host that did not ask', async () => {
    const { host, channels } = makeHost();
    await host.start();
    const request = { model: 'm', messages: [], tools: [], maxTokens: 1 };
    channels[0]!.say({ kind: 'model-call', call: 1, request });
    channels[0]!.say({ kind: 'model-call', call: 2, request });
    channels[0]!.say({ kind: 'model-abort', call: 1 });
    await settled();
    expect(channels[0]!.calls).toEqual(['open', 'modelEvents', 'modelEvents']);
    channels[0]!.die();
    await settled();
    expect(channels[1]!.calls).toEqual(['open']);
  });

  it('stays down after it has died again and again, until somebody starts it', async () => {
    const { host, channels } = makeHost();
    const deaths: boolean[] = [];
    host.died.listen(({ again }) => deaths.push(again));
    await host.start();
    for (let death = 0; death < 4; death++) {
      channels.at(-1)!.die('SIGSEGV');
      await settled();
    }
    expect(deaths).toEqual([true, true, true, false]);
    expect(host.state).toEqual({ kind: 'down', message: 'SIGSEGV' });
    await expect(host.call('verify', {})).rejects.toThrow('SIGSEGV');
    expect(channels).toHaveLength(4);
    await host.restart();
    expect(host.state.kind).toBe('ready');
  });

  it('forgives deaths that are long past', async () => {
    const { host, channels, clock } = makeHost();
    await host.start();
    for (let death = 0; death < 6; death++) {
      clock.now += 50_000;
      channels.at(-1)!.die();
      await settled();
    }
    expect(host.state.kind).toBe('ready');
  });

  it('tells when it is there again after it died or could not be started, by itself or by hand, and not when it starts', async () => {
    const { host, channels, next } = makeHost();
    let returned = 0;
    host.returned.listen(() => { returned += 1; });
    next.refuse = new Error('The disk is full.');
    await expect(host.start()).rejects.toThrow('The disk is full.');
    expect(returned).toBe(0);
    next.refuse = null;
    await host.restart();
    expect(returned).toBe(1);
    channels.at(-1)!.die();
    await settled();
    expect(returned).toBe(2);
    await host.call('verify', {});
    expect(returned).toBe(2);
    const fresh = makeHost().host;
    fresh.returned.listen(() => { returned += 1; });
    await fresh.start();
    expect(returned).toBe(2);
  });

  it('says why when it cannot be opened, and tries again when asked to', async () => {
    const { host, channels, next } = makeHost();
    next.refuse = new Error('ledger-newer: written by a later version');
    await expect(host.call('verify', {})).rejects.toThrow('ledger-newer');
    expect(host.state).toMatchObject({ kind: 'down', message: 'ledger-newer: written by a later version' });
    // Whoever asks later is told the same, with its code: by that they are offered a way out.
    const later = await host.call('verify', {}).catch((error: unknown) => error);
    expect(later).toBe(next.refuse);
    expect(channels[0]!.disposed).toBe(true);
    next.refuse = null;
    await host.restart();
    expect(host.state.kind).toBe('ready');
  });

  it('that could not be started is tried again with other settings; one that keeps dying is not', async () => {
    const { host, channels, next } = makeHost();
    next.refuse = new Error('ledger-not-ours: somebody’s notes');
    await expect(host.start()).rejects.toThrow('ledger-not-ours');
    await expect(host.configure()).rejects.toThrow('ledger-not-ours');
    next.refuse = null;
    await host.configure();
    expect(host.state.kind).toBe('ready');
    for (let death = 0; death < 4; death++) {
      channels.at(-1)!.die();
      await settled();
    }
    const before = channels.length;
    await host.configure();
    expect([host.state.kind, channels.length]).toEqual(['down', before]);
  });

  it('keeps what it was told of open runs, and forgets it when the host is gone', async () => {
    const { host, channels } = makeHost();
    await host.start();
    channels[0]!.say({ kind: 'open-runs', runs: [makeRun({ status: 'running' })], held: true });
    expect([host.openRuns.length, host.held]).toEqual([1, true]);
    for (let death = 0; death < 4; death++) {
      channels.at(-1)!.die();
      await settled();
    }
    expect(host.openRuns).toEqual([]);
  });
});

describe('the frames of a run', () => {
  it('reach everybody from the first on, without a gap or a double, also after the host was started again', async () => {
    const { host, channels } = makeHost();
    await host.start();
    const early: number[] = [];
    const late: number[] = [];
    host.frames('r', (frames) => early.push(...frames.map(({ seq }) => seq)));
    channels[0]!.say({ kind: 'frame', frame: frame('r', 0) });
    channels[0]!.say({ kind: 'frame', frame: frame('r', 1) });
    host.frames('r', (frames) => late.push(...frames.map(({ seq }) => seq)));
    channels[0]!.die();
    await settled();
    for (const seq of [0, 1, 2]) channels[1]!.say({ kind: 'frame', frame: frame('r', seq) });
    expect(early).toEqual([0, 1, 2]);
    expect(late).toEqual([0, 1, 2]);
  });

  it('give a late listener the text of an agent so far as one frame', async () => {
    const { host, channels } = makeHost();
    await host.start();
    host.frames('r', () => undefined);
    const token = (message: string, soFar = false): HostEvent => ({ kind: 'frame', frame: frame('r', 0, { stage: 'agent.token', agent_run_id: 'a', message, ...(soFar ? { so_far: true } : {}) }) });
    channels[0]!.say({ kind: 'frame', frame: frame('r', 0) });
    for (const text of ['Hel', 'lo']) channels[0]!.say(token(text));
    const texts: string[] = [];
    host.frames('r', (frames) => texts.push(...frames.map(({ message }) => message)));
    expect(texts).toEqual(['m0', 'Hello']);
    channels[0]!.say(token('Hello wor', true));
    channels[0]!.say(token('ld'));
    const later: string[] = [];
    host.frames('r', (frames) => later.push(...frames.map(({ message }) => message)));
    expect(later.at(-1)).toBe('Hello world');
  });

  it('are asked for while somebody looks, and no longer', async () => {
    const { host, channels } = makeHost();
    await host.start();
    const first = host.frames('r', () => undefined);
    const second = host.frames('r', () => undefined);
    first.dispose();
    await settled();
    expect(channels[0]!.calls.filter((call) => call !== 'open')).toEqual(['subscribe r']);
    second.dispose();
    second.dispose();
    await settled();
    expect(channels[0]!.calls.filter((call) => call !== 'open')).toEqual(['subscribe r', 'unsubscribe r']);
  });
});
