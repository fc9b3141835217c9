import * as l10n from '@vscode/l10n';
import type { Json } from '../../protocol/json.ts';
import { bytesWords } from '../words/money-words.ts';

/** A model comes in parts: the words say which one is on its way, the bar shows the most that one has come to, and never goes back. */
export class PullBar {
  #shown = 0;

  /** From a frame of `dagbook models pull --json` to what the bar grows by: percent of the whole bar. */
  take(frame: Json): { readonly message: string; readonly increment: number } {
    const { message, done, total } = typeof frame === 'object' && frame !== null && !Array.isArray(frame) ? (frame as Readonly<Record<string, Json>>) : {};
    const words = typeof message === 'string' ? message : '';
    if (typeof done !== 'number' || typeof total !== 'number' || total <= 0) return { message: words, increment: 0 };
    const increment = Math.max(0, Math.min(100, (done / total) * 100) - this.#shown);
    this.#shown += increment;
    return { message: l10n.t('{0}: {1} of {2}', words, bytesWords(done), bytesWords(total)), increment };
  }
}
