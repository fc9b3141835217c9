import { complete, resolveCompletion } from '../../language/index.ts';
import type { FeatureContext } from '../../language/index.ts';

export type Renderer = (context: FeatureContext, offset: number) => string;

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
};
