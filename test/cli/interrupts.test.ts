import { describe, expect, it } from 'vitest';
import { withInterrupts } from '../../cli/interrupts.ts';

describe('interrupts', () => {
  it('call once, however the first one came, and leave no listener behind', async () => {
    const before = process.listenerCount('SIGINT');
    const calls: string[] = [];
    const result = await withInterrupts((signal) => calls.push(signal), async () => {
      process.emit('SIGINT', 'SIGINT');
      // The launcher's report of the same Ctrl-C.
      process.emit('message', { signal: 'SIGINT' }, undefined);
      return await Promise.resolve('done');
    });
    expect([result, calls, process.listenerCount('SIGINT')]).toEqual(['done', ['SIGINT'], before]);
  });

  it('leave no listener behind when the work fails', async () => {
    const before = process.listenerCount('SIGTERM');
    await expect(withInterrupts(() => undefined, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
