import { complete, hover, resolveCompletion, signatureHelp } from '../../language/index.ts';
import type { FeatureContext } from '../../language/index.ts';

export type Renderer = (context: FeatureContext, offset: number) => string;

/** A Saturday, so that weekdays have to wait. */
const now = new Date('2026-11-21T02:16:00Z');

const show = (text: string): string => text.replaceAll('\n', '⏎');

/** What each feature finds, one line per thing. */
export const renderers: Readonly<Record<string, Renderer>> = {
  completion: (context, offset) => {
    const items = complete(context, offset).toSorted((a, b) => (a.sortText < b.sortText ? -1 : 1));
    const shown = items.filter(({ kind }, i) => kind !== 'function' || i < 6 || !items.slice(0, i).some((item) => item.kind === 'function'));
    const lines = shown.map((item) => {
      const replaced = context.text.slice(item.replace.start, item.replace.end);
      return `${item.kind} ${item.label}${item.detail === '' ? '' : ` (${item.detail})`} » ${show(item.insertText)}${replaced === '' ? '' : ` replaces ${show(replaced)}`}`;
    });
    const [first] = items;
    return [...lines, ...(first === undefined ? ['nothing'] : ['', ...resolveCompletion(context, offset, first).split('\n')])].join('\n');
  },
  hover: (context, offset) => {
    const found = hover(context, offset, now);
    return found === null ? 'nothing' : `at ${show(context.text.slice(found.span.start, found.span.end))}\n\n${found.markdown}`;
  },
  signature: (context, offset) => {
    const found = signatureHelp(context, offset);
    if (found === null) return 'nothing';
    const active = found.parameters[found.active];
    return `${found.label} at ${active === undefined ? '-' : found.label.slice(active.start, active.end)}\n${found.documentation}`;
  },
};
