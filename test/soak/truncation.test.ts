import { describe, expect, it } from 'vitest';
import { complete, hover } from '../../language/index.ts';
import { everyFixture } from '../features/every-fixture.ts';
import { openFiles } from '../features/feature-kit.ts';

/** Of the processor's time, so that a busy machine does not count. */
const LONGEST_MS = 1_000;

describe('every fixture, cut off at every character, is read, checked and completed at its end, without an error and in time', () => {
  it.each(everyFixture().filter(({ texts }) => [...texts.values()].every((text) => text.length < 20_000)))('$name', ({ texts }) => {
    let longest = 0;
    for (const [path, text] of texts) {
      if (!/\.ya?ml$/.test(path)) continue;
      for (let cut = 0; cut <= text.length; cut += 1) {
        const before = process.cpuUsage();
        const context = openFiles(new Map([...texts, [path, text.slice(0, cut)]]))(path);
        expect(context.analysis.diagnostics.filter(({ code }) => code === 'internal-error')).toEqual([]);
        complete(context, cut);
        hover(context, cut, new Date(0));
        const { user, system } = process.cpuUsage(before);
        longest = Math.max(longest, (user + system) / 1_000);
      }
    }
    expect(longest).toBeLessThan(LONGEST_MS);
  });
});
