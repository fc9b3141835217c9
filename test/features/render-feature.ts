import {
  applyEdits,
  callItems,
  codeActions,
  codeLenses,
  complete,
  definition,
  documentLinks,
  documentSymbols,
  foldingRanges,
  format,
  highlights,
  hover,
  incomingCalls,
  inlayHints,
  linkedEditing,
  outgoingCalls,
  pictures,
  prepareRename,
  references,
  rename,
  resolveCompletion,
  selectionRanges,
  semanticTokens,
  signatureHelp,
  workspaceSymbols,
} from '../../language/index.ts';
import type { Picture } from '../../protocol/picture.ts';
import type { TextRange } from '../../protocol/text-range.ts';
import type { CallItem, DocumentSymbol, FeatureContext, FileChange, Place } from '../../language/index.ts';

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

function symbolLines(context: FeatureContext, symbol: DocumentSymbol, depth: number): readonly string[] {
  const { lines } = context.analysis;
  const place_ = `${String(lines.at(symbol.span.start).line)}-${String(lines.at(symbol.span.end).line)}`;
  return [`${'  '.repeat(depth)}${symbol.kind} ${symbol.name}${symbol.detail === '' ? '' : ` (${symbol.detail})`} ${place_}`, ...symbol.children.flatMap((child) => symbolLines(context, child, depth + 1))];
}

const callItem = (context: FeatureContext, item: CallItem): string => `${item.kind} ${item.name} (${item.detail}) ${place(context, item)}`;

/** `# to: name` in the fixture says what a rename is asked for. */
function newName({ workspace }: FeatureContext): string {
  return workspace.paths.map((path) => /^# to: (.*)$/m.exec(workspace.open(path)?.text ?? '')?.[1]).find((name) => name !== undefined) ?? 'renamed';
}

const cut = (context: FeatureContext, range: TextRange | null): string => {
  if (range === null) return '-';
  const offset = ({ line, character }: TextRange['start']): number => context.analysis.lines.offset({ line: line + 1, column: character + 1 });
  return clip(show(context.text.slice(offset(range.start), offset(range.end))));
};

function pictureLines(context: FeatureContext, picture: Picture): readonly string[] {
  const { name, family, adapter, document, startAt, capUsd, problems } = picture;
  return [
    `${family} ${name} (${adapter}), document ${String(document)}${startAt === null ? '' : `, starts at ${startAt}`}${capUsd === null ? '' : `, cap $${String(capUsd)}`}`,
    `  errors ${String(problems.errors)}, warnings ${String(problems.warnings)}${problems.messages.map((message) => `; ${message}`).join('')}`,
    ...picture.nodes.flatMap((node) => [
      `${node.path} is ${node.kind} ${node.id}${node.parent === null ? '' : ` in ${node.parent}[${String(node.scope)}]`}: ${node.does}${node.model === null ? '' : ` · ${node.model}`}${node.count === null ? '' : ` × ${String(node.count)}`}`,
      `  id ${cut(context, node.idRange)} of ${cut(context, node.range)}`,
      ...node.badges.map((badge) => `  [${badge.text}] ${badge.kind}: ${badge.title}`),
      ...node.problems.messages.map((message) => `  ! ${message}`),
    ]),
    ...picture.edges.map((edge) => `${edge.from} → ${edge.to} ${edge.kind}${edge.label === '' ? '' : ` "${edge.label}"`}${edge.back ? ' (back)' : ''} #${edge.id}`),
  ];
}

const clip = (text: string): string => (text.length > 70 ? `${text.slice(0, 40)} … ${text.slice(-25)}` : text);

/** Features that are not asked at a place. */
export const ofTheWhole: ReadonlySet<string> = new Set(['symbols', 'folding', 'links', 'tokens', 'inlay', 'lens', 'picture', 'format']);

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
  symbols: (context) => {
    const outline = documentSymbols(context).flatMap((symbol) => symbolLines(context, symbol, 0));
    const everywhere = workspaceSymbols(context.workspace, 're').map((symbol) => `${symbol.kind} ${symbol.name} (${symbol.container}) ${place(context, symbol.place)}`);
    return [...outline, 'in the workspace, for "re"', ...everywhere].join('\n');
  },
  folding: (context) => foldingRanges(context).map(({ startLine, endLine, kind }) => `${String(startLine)}-${String(endLine)} ${kind}`).join('\n'),
  selection: (context, offset) => selectionRanges(context, offset).map(({ start, end }) => clip(show(context.text.slice(start, end)))).join('\n'),
  links: (context) => documentLinks(context).map(({ span, target }) => `${place(context, { file: context.file, span })} to ${target}`).join('\n'),
  tokens: (context) => semanticTokens(context).map(({ span, type, isDefinition }) => `${place(context, { file: context.file, span })} is ${isDefinition ? 'definition of ' : ''}${type}`).join('\n'),
  inlay: (context) =>
    inlayHints(context, { start: 0, end: context.text.length })
      .map(({ offset, label }) => `${String(context.analysis.lines.at(offset).line)}: ${context.text.slice(context.text.lastIndexOf('\n', offset - 1) + 1, offset).trim()} « ${label} »`)
      .join('\n'),
  calls: (context, offset) =>
    callItems(context, offset)
      .flatMap((item) => [
        callItem(context, item),
        ...incomingCalls(context, item).map((call) => `from ${callItem(context, call.item)}`),
        ...outgoingCalls(context, item).map((call) => `to ${callItem(context, call.item)}`),
      ])
      .join('\n'),
  linked: (context, offset) => linkedEditing(context, offset).map((span) => place(context, { file: context.file, span })).join('\n') || 'nothing',
  lens: (context) => codeLenses(context).map((lens) => `${place(context, { file: context.file, span: lens.span })}: ${lens.title} → ${lens.action ?? 'nothing'} ${JSON.stringify(lens.arguments)}`).join('\n'),
  picture: (context) => pictures(context, { 'unreachable-state': 'off', 'undeclared-input': 'error' }).flatMap((picture) => pictureLines(context, picture)).join('\n') || 'nothing',
  format: (context) => applyEdits(context.text, format(context)).trimEnd(),
};
