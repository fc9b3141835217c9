import { describe, expect, it } from 'vitest';
import { codeActions, complete, conversions, formatRange, highlights, hover, linkedEditing, pictures, selectionRanges, summariseFile } from '../../language/index.ts';
import type { FeatureContext, Span } from '../../language/index.ts';
import { everyFixture, seeded } from './every-fixture.ts';
import { openFiles } from './feature-kit.ts';
import { ofTheWhole, renderers } from './render-feature.ts';

/** Asks everything at one place, and holds what comes back against the bounds of the text. */
function askEverything(context: FeatureContext, offset: number): void {
  for (const [feature, render] of Object.entries(renderers)) if (!ofTheWhole.has(feature)) render(context, offset);
  const { length } = context.text;
  const within = (spans: readonly Span[], what = ''): void => {
    for (const { start, end } of spans) if (start < 0 || end < start || end > length) throw new Error(`${what} ${String(start)}-${String(end)} of ${String(length)}`);
  };
  const items = complete(context, offset);
  within(items.map(({ replace }) => replace));
  for (const { replace, label } of items) if (replace.start > offset || offset > replace.end) throw new Error(`${label} replaces what the cursor does not touch`);
  within([hover(context, offset, new Date(0))].flatMap((found) => found?.span ?? []));
  within(highlights(context, offset).map(({ span }) => span));
  within(selectionRanges(context, offset), 'selection');
  within(linkedEditing(context, offset), 'linked');
  conversions(context, { start: offset, end: offset });
  for (const { changes } of codeActions(context, { start: offset, end: offset })) for (const change of changes) if (change.kind === 'edit' && change.file === context.file) within(change.edits.map(({ span }) => span), 'action');
}

function askOfTheWhole(context: FeatureContext): void {
  summariseFile(context.analysis);
  for (const feature of ofTheWhole) renderers[feature]?.(context, 0);
  askOfPictures(context);
  formatRange(context, { start: 1, end: Math.max(1, context.text.length - 1) });
}

/** Every edge of a picture joins two of its nodes, every container is one of them, and every id is there once. */
function askOfPictures(context: FeatureContext): void {
  for (const { nodes, edges, startAt } of pictures(context, {})) {
    const ids = new Set(nodes.map(({ id }) => id));
    if (ids.size < nodes.length || new Set(edges.map(({ id }) => id)).size < edges.length) throw new Error('An id stands twice');
    for (const { from, to } of edges) if (!ids.has(from) || !ids.has(to)) throw new Error(`${from} to ${to} leads out of the picture`);
    for (const { parent } of nodes) if (parent !== null && !ids.has(parent)) throw new Error(`${parent} is not in the picture`);
    if (startAt !== null && context.analysis.diagnostics.length === 0 && !ids.has(startAt)) throw new Error(`${startAt} is not in the picture`);
  }
}

describe('no feature throws, whatever is typed and wherever the cursor is', () => {
  it.each(everyFixture())('$name', ({ name, texts }) => {
    expect(texts.size).toBeGreaterThan(0);
    const random = seeded(name.length * 31 + name.charCodeAt(0));
    for (const [path, text] of texts) {
      if (!/\.ya?ml$/.test(path) || text.length > 20_000) continue;
      const cuts = Array.from({ length: 5 }, () => Math.floor(random() * (text.length + 1)));
      const middle = Math.floor(random() * text.length);
      const variants = [text, ...cuts.map((cut) => text.slice(0, cut)), text.slice(0, middle) + text.slice(middle + 3), `${text.slice(0, middle)}[${text.slice(middle)}`, text.replaceAll('\n', '\r\n').slice(0, middle)];
      for (const variant of variants) {
        const context = openFiles(new Map([...texts, [path, variant]]))(path);
        askOfTheWhole(context);
        const cursors = [0, variant.length, ...Array.from({ length: 3 }, () => Math.floor(random() * (variant.length + 1)))];
        for (const offset of cursors) askEverything(context, offset);
      }
    }
  }, 120_000);
});

it('every place of a short document can be asked', () => {
  const text = 'name: T\nadapter_kind: graph\nnodes:\n  - id: a-b\n    agent_spec: "./x.yaml"\n    when: nodes.x\n  - { id: c, depends_on: [a-b, ], task: { goal: "{% $sum([1, 2], %}" } }\nedges: [\n';
  const context = openFiles(new Map([['a.workflow.yaml', text]]))('a.workflow.yaml');
  for (let offset = 0; offset <= text.length; offset += 1) askEverything(context, offset);
});

it('every place of a short state machine can be asked', () => {
  const text = 'apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: w }\nspec:\n  startAt: A\n  states:\n    A:\n      type: Task\n      agent: x\n      parameters: { a.$: "States.Format(\'{}\', $.b[0], $$.State.Name)", b.$: $[\'x y\'] }\n      retry: [{ errorEquals: [States., ] }]\n      next: B\n    B: { type: Pass, queryLanguage: JSONata, output: "{% $states.input. + $x. %}", next: \n';
  const context = openFiles(new Map([['a.workflow.yaml', text]]))('a.workflow.yaml');
  for (let offset = 0; offset <= text.length; offset += 1) askEverything(context, offset);
  for (let cut = 0; cut <= text.length; cut += 1) askEverything(openFiles(new Map([['a.workflow.yaml', text.slice(0, cut)]]))('a.workflow.yaml'), cut);
});
