import { allCodes, explain } from '../../language/index.ts';
import { usage } from '../command-line.ts';
import { nearest } from '../did-you-mean.ts';
import { EXIT } from '../exit.ts';
import { printMarkdown } from '../markdown.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'explain',
  usage: '[CODE]',
  description: 'Says what a diagnostic code means, shows an example, and what to do about it. Without a code it lists them all.',
  examples: [
    { command: 'dagbook explain unknown-node', does: 'one code' },
    { command: 'dagbook explain', does: 'every code, with its title' },
  ],
  options: {},
  arguments: { min: 0, max: 1 },
  run: async ({ args, global, out }) => {
    const [code] = args;
    const wanted = code === undefined ? allCodes : [code.replace(/^\w+\[(.+)\]$/, '$1')];
    const found = wanted.map((name) => ({ code: name, ...textOf(name) }));
    if (global.json) out.json(code === undefined ? found.map(({ code: name, title }) => ({ code: name, title })) : { ...(found[0] ?? {}) });
    else if (code !== undefined) for (const { code: name, title, markdown } of found) printMarkdown(out, `${name}: ${title}`, markdown);
    else {
      const width = Math.max(0, ...found.map(({ code: name }) => name.length));
      for (const { code: name, title } of found) out.line(`${out.style('cyan', name.padEnd(width))}  ${title}`);
    }
    return EXIT.ok;
  },
});

function textOf(code: string): { readonly title: string; readonly markdown: string } {
  const text = explain(code);
  if (text !== null) return text;
  const near = nearest(code, allCodes);
  throw usage(`There is no diagnostic code "${code}". ${near === null ? '`dagbook explain` lists them.' : `Did you mean "${near}"?`}`);
}
