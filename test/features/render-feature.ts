import { applyEdits, codeActions, complete, definition, highlights, hover, prepareRename, references, rename, resolveCompletion, signatureHelp } from '../../language/index.ts';
import type { FeatureContext, FileChange, Place } from '../../language/index.ts';

export type Renderer = (context: FeatureContext, offset: number) => string;

/** A Saturday, so that weekdays have to wait. */
const now = new Date('2026-11-21T02:16:00Z');

const show = (text: string): string => text.replaceAll('\n', '⏎');

function place(context: FeatureContext, { file, span }: Place): string {
  const opened = context.workspace.open(file);
  if (opened === null) return file;
  const at = opened.analysis.lines.at(span.start);
  return `${file}:${String(at.line)}:${String(at.column)} ${show(opened.text.slice(span.start, span.end))}`;
}

/** The changed lines of every file; the whole text of a new one. */
export function showChanges(context: FeatureContext, changes: readonly FileChange[]): string {
  return changes
    .map((change) => {
      switch (change.kind) {
        case 'rename':
          return `rename ${change.from} to ${change.to}`;
        case 'create':
          return `create ${change.file}\n${change.text.trimEnd().replace(/^/gm, '+ ')}`;
        case 'edit': {
          const before = context.workspace.open(change.file)?.text ?? '';
          return `edit ${change.file}\n${changedLines(before, applyEdits(before, change.edits))}`;
        }
      }
    })
    .join('\n');
}

function changedLines(before: string, after: string): string {
  const [old, now_] = [before.split('\n'), after.split('\n')];
  let from = 0;
  while (from < old.length && old[from] === now_[from]) from += 1;
  let back = 0;
  while (back < old.length - from && back < now_.length - from && old.at(-1 - back) === now_.at(-1 - back)) back += 1;
  return [...old.slice(from, old.length - back).map((line) => `- ${line}`), ...now_.slice(from, now_.length - back).map((line) => `+ ${line}`)].join('\n');
}

/** `# to: name` in the fixture says what a rename is asked for. */
function newName({ workspace }: FeatureContext): string {
  return workspace.paths.map((path) => /^# to: (.*)$/m.exec(workspace.open(path)?.text ?? '')?.[1]).find((name) => name !== undefined) ?? 'renamed';
}

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
  definition: (context, offset) => {
    const found = definition(context, offset);
    return found === null ? 'nothing' : [`from ${place(context, found.origin)}`, ...found.targets.map((target) => `to ${place(context, target)}`)].join('\n');
  },
  references: (context, offset) => {
    const found = references(context, offset, true);
    const shown = highlights(context, offset).map(({ kind, span }) => `${kind} ${place(context, { file: context.file, span })}`);
    return [...found.map((each) => place(context, each)), 'highlighted', ...shown].join('\n');
  },
  rename: (context, offset) => {
    const target = prepareRename(context, offset);
    const result = rename(context, offset, newName(context));
    const asked = target.kind === 'refused' ? `refused: ${target.reason}` : `asks for ${target.placeholder} at ${context.text.slice(target.span.start, target.span.end)}`;
    return `${asked}\n${result.kind === 'refused' ? `refused: ${result.reason}` : showChanges(context, result.changes)}`;
  },
  actions: (context, offset) => {
    const found = codeActions(context, { start: offset, end: offset });
    return found.length === 0 ? 'nothing' : found.map((action) => `${action.preferred ? '* ' : ''}${action.title} (${action.kind})\n${showChanges(context, action.changes)}`).join('\n');
  },
};
