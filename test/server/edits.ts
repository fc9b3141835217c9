import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { YamlNode } from '../../language/syntax/yaml-tree.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a person does to a text. Places are fractions, so that one edit fits any text. */
export type Edit =
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }
  | { readonly kind: 'replace'; readonly at: number; readonly length: number; readonly text: string }
  | { readonly kind: 'copy-lines'; readonly from: number; readonly count: number; readonly to: number }
  | { readonly kind: 'delete-lines'; readonly at: number; readonly count: number }
  | { readonly kind: 'indent'; readonly at: number; readonly by: number };

// Not `fc.double`: most of the doubles between 0 and 1 lie so near 0 that every edit would be one of the first character.
const place = fc.nat(999_999).map((millionths) => millionths / 1_000_000);

const written = fc.oneof(
  fc.constantFrom('a', ' ', '  ', '\n', ':', ': ', '- ', '#', ' # note', '"', "'", '[', ']', '{', '}', ',', '|', '>', '&a', '*a', '<<: *a', '!x', '%', '---\n', '...\n', '\t', '\r\n', '?', '? ', '@', '`', '\\', 'é', '😀'),
  fc.constantFrom('\n  - id: extra\n    task: { goal: x }\n', '\nname: again\n', '\n    when: "{% inputs.x %}"\n', '\n# dagbook-ignore unknown-field: because\n', 'key: value\n', '    - x\n', '|\n      text\n\n', 'depends_on: [a, b]\n', '\n\n\n'),
  fc.string({ maxLength: 6 }),
);

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), at: place, text: written }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: place, length: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), at: place, length: fc.integer({ min: 1, max: 40 }), text: written }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy-lines' as const), from: place, count: fc.integer({ min: 1, max: 8 }), to: place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete-lines' as const), at: place, count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('indent' as const), at: place, by: fc.constantFrom(-2, -1, 1, 2) }) },
);

export function apply(text: string, edit: Edit): string {
  switch (edit.kind) {
    case 'insert':
      return splice(text, edit.at, 0, edit.text);
    case 'delete':
      return splice(text, edit.at, edit.length, '');
    case 'replace':
      return splice(text, edit.at, edit.length, edit.text);
    case 'copy-lines': {
      const lines = text.split('\n');
      const from = Math.floor(edit.from * lines.length);
      return lines.toSpliced(Math.floor(edit.to * lines.length), 0, ...lines.slice(from, from + edit.count)).join('\n');
    }
    case 'delete-lines': {
      const lines = text.split('\n');
      return lines.toSpliced(Math.floor(edit.at * lines.length), edit.count).join('\n');
    }
    case 'indent': {
      const lines = text.split('\n');
      const at = Math.floor(edit.at * lines.length);
      const line = lines[at] ?? '';
      return lines.with(at, edit.by > 0 ? ' '.repeat(edit.by) + line : line.startsWith(' '.repeat(-edit.by)) ? line.slice(-edit.by) : line).join('\n');
    }
  }
}

function splice(text: string, at: number, length: number, inserted: string): string {
  const start = Math.floor(at * (text.length + 1));
  return text.slice(0, start) + inserted + text.slice(start + length);
}

/** Every fixture of the language, by its path below `test/fixtures`. */
export function fixtures(): ReadonlyMap<string, string> {
  const folder = path.join(ROOT, 'test/fixtures');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name));
  return new Map(files.map((entry) => path.join(entry.parentPath, entry.name)).sort().map((file) => [path.relative(folder, file).split(path.sep).join('/'), readFileSync(file, 'utf8')]));
}

/** A workflow of some length with everything in it that an edit may run into. */
export function longWorkflow(nodes: number): string {
  const lines = ['# A workflow', 'name: long', 'adapter_kind: graph', '', 'cost_caps:', '  per_node_max_tokens: 4000', 'nodes:'];
  for (let i = 0; i < nodes; i += 1) {
    lines.push(`  # node ${String(i)}`, `  - id: n${String(i)}`, '    role: verify', '    task:', `      goal: do the thing ${String(i)}`);
    if (i % 3 === 0) lines.push('      criteria:', '        - is "short"', '        - |', '          has: colon', '', '          and # hash');
    if (i % 4 === 1) lines.push('    kind:', '      loop: { max_iters: 3 }', '    when: "{% inputs.go = true %}"');
    if (i % 5 === 2) lines.push('    inputs:', '      list: [a, b,', '        c]', "      text: 'it''s'", '');
    if (i > 0) lines.push(`    depends_on: [n${String(i - 1)}]`);
  }
  return [...lines, 'outputs:', '  last: >-', '    folded', '    text', 'edges:', '  - from: n0', '    to: n1', '  -', '    from: n1', '    to: n2', ''].join('\n');
}

/** A state machine of some length, with states inside states, whose data goes from one to the next. */
export function longStates(groups: number): string {
  const lines = ['apiVersion: agentrc.workflow/v0.1', 'kind: AgentWorkflow', 'metadata:', '  name: long', 'spec:', '  startAt: Ask0', '  states:'];
  for (let i = 0; i < groups; i += 1) {
    const n = String(i);
    lines.push(`    Ask${n}:`, '      type: Task', '      agent: ./helper.agent.yaml', `      comment: group ${n}`, '      inputPath: $.claim', `      resultPath: $.r${n}`);
    if (i % 3 === 1) lines.push('      catch:', '        - errorEquals: [States.ALL]', '          resultPath: $.error', '          next: Done');
    lines.push(`      next: Choose${n}`, `    Choose${n}:`, '      type: Choice', '      choices:', `        - variable: $.r${n}.risk`, '          stringEquals: high', '          next: Done', `      default: Both${n}`);
    lines.push(`    Both${n}:`, '      type: Parallel', '      branches:', `        - startAt: A${n}`, '          states:', `            A${n}: { type: Wait, seconds: 5, end: true }`, `        - startAt: B${n}`, '          states:', `            B${n}:`, '              type: Pass', '              parameters:', `                risk.$: $.r${n}.risk`, '              end: true', `      next: ${i + 1 < groups ? `Ask${String(i + 1)}` : 'Done'}`);
  }
  return [...lines, '    Done:', '      type: Succeed', ''].join('\n');
}

/** A tree as nothing but values: what an edit has moved works its places out when it is asked. */
export function plainNode(node: YamlNode): object {
  switch (node.kind) {
    case 'map':
      return { kind: node.kind, span: node.span, entries: node.entries.map(({ key, keySpan, value, merged }) => ({ key, keySpan, merged, value: plainNode(value) })) };
    case 'seq':
      return { kind: node.kind, span: node.span, items: node.items.map(plainNode) };
    case 'alias':
      return { ...node, target: plainNode(node.target) };
    case 'scalar':
    case 'unknown':
      return node;
  }
}
