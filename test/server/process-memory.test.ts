import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProcessMemory } from '../../server/process-memory.ts';

const MiB = 1024 * 1024;

describe('the memory of the language server', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** `busy`: how long the process has worked of the time that the clock shows. */
  function sized(size: () => number, busy = () => 0): { readonly memory: ProcessMemory; readonly collected: () => number; readonly given: () => readonly boolean[] } {
    vi.spyOn(process.memoryUsage, 'rss').mockImplementation(size);
    const collect = vi.fn<(gives: boolean) => void>();
    return { memory: new ProcessMemory(collect, () => Date.now() - busy()), collected: () => collect.mock.calls.length, given: () => collect.mock.calls.map(([gives]) => gives) };
  }

  it('is collected when nothing has been worked out for a while, and not while somebody types', () => {
    const { memory, collected } = sized(() => 90 * MiB);
    for (let key = 0; key < 50; key += 1) {
      memory.used();
      vi.advanceTimersByTime(1_000);
    }
    expect(collected()).toBe(0);
    vi.advanceTimersByTime(4_000);
    expect(collected()).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(collected()).toBe(1);
  });

  it('is collected in a shorter pause when it has become large', () => {
    const { memory, collected } = sized(() => 130 * MiB);
    for (let key = 0; key < 50; key += 1) {
      memory.used();
      vi.advanceTimersByTime(100);
    }
    expect(collected()).toBe(0);
    vi.advanceTimersByTime(200);
    expect(collected()).toBe(1);
  });

  it('is not collected because a timer is late: what was worked meanwhile is no pause', () => {
    let busy = 0;
    const { memory, collected } = sized(() => 130 * MiB, () => busy);
    memory.used();
    // A key that takes as long as the timer had been set for.
    busy += 150;
    vi.advanceTimersByTime(150);
    expect(collected()).toBe(0);
    vi.advanceTimersByTime(150);
    expect(collected()).toBe(1);
  });

  it('is collected again only when it has grown', () => {
    let size = 100 * MiB;
    const { memory, collected } = sized(() => size);
    const work = (): void => {
      memory.used();
      vi.advanceTimersByTime(10_000);
    };
    work();
    size += 10 * MiB;
    work();
    expect(collected()).toBe(1);
    size += 20 * MiB;
    work();
    expect(collected()).toBe(2);
  });

  it('is collected at once behind a long document, and given back in the next pause', () => {
    const { memory, given } = sized(() => 90 * MiB);
    memory.read();
    expect(given()).toEqual([false]);
    memory.used();
    vi.advanceTimersByTime(10_000);
    expect(given()).toEqual([false, true]);
  });

  it('goes back to the system', () => {
    // A process of its own, as what the test runner holds would drown it, and one in which the engine gives nothing back by itself.
    const file = path.resolve(import.meta.dirname, '../../server/process-memory.ts');
    const script = `
      const { ProcessMemory } = await import(${JSON.stringify(file)});
      const memory = new ProcessMemory();
      let held = Array.from({ length: 40 }, () => Array.from({ length: 100_000 }, (_, i) => ({ i })));
      const full = process.memoryUsage.rss();
      held = null;
      memory.used();
      const end = Date.now() + 20_000;
      while (process.memoryUsage.rss() > full / 2 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(process.memoryUsage.rss() / full);
    `;
    const share = Number(execFileSync(process.execPath, ['--no-memory-reducer', '--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', script], { encoding: 'utf8', timeout: 60_000 }));
    expect(share).toBeLessThan(0.5);
  }, 90_000);
});
