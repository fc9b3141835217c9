import type { PullProgress } from '../runtime/index.ts';
import { asLine } from './display-text.ts';
import { formatBytes } from './table.ts';
import type { VerbContext } from './verb.ts';

/** So often a line that changes is drawn again: milliseconds. */
const REDRAW_MS = 120;
const BAR = 24;

/**
 * A bar that moves on a terminal, one line a part elsewhere. With `--json`: a frame for each message, in the envelope of
 * run frames, as a run's `tail --json` prints them.
 */
export function pullPrinter({ out, err, global }: Pick<VerbContext, 'out' | 'err' | 'global'>, name: string): { print(progress: PullProgress): void; end(): void } {
  let part = '';
  let drawn = 0;
  let open = false;
  let seq = 0;
  return {
    print({ message, done, total }) {
      if (global.json) {
        out.line(JSON.stringify({ task_id: `pull ${name}`, stage: 'model.pull', message, timestamp: Date.now() / 1000, seq: seq++, ...(done === null ? {} : { done }), ...(total === null ? {} : { total }) }));
        return;
      }
      const fresh = message !== part;
      part = message;
      if (!err.interactive) {
        if (fresh) err.line(asLine(message));
        return;
      }
      if (!fresh && performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      if (open && fresh) err.write('\n');
      err.write(`\r\u001b[2K${asLine(message)}${bar(done, total)}`);
      open = true;
    },
    end() {
      if (open) err.write('\n');
    },
  };
}

function bar(done: number | null, total: number | null): string {
  if (done === null || total === null || total <= 0) return '';
  const share = Math.min(1, done / total);
  const full = Math.round(share * BAR);
  return `  ${'█'.repeat(full)}${'░'.repeat(BAR - full)}  ${formatBytes(done)} of ${formatBytes(total)}  ${Math.floor(share * 100)} %`;
}
