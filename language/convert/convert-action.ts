import type { CodeAction } from '../features/code-actions.ts';
import type { FeatureContext, WorkspaceIndex } from '../features/feature-context.ts';
import { documentAt } from '../features/document-at.ts';
import { pathAt } from '../syntax/path-at.ts';
import type { Span } from '../syntax/span.ts';
import { convertDocument, type ConversionTarget } from './convert.ts';

/** Further than this nobody looks for the two fields of a state machine. */
const GLANCE = 100_000;

/**
 * A state machine in the other spelling, as a new file beside its own: offered on the head of a states document, and in
 * a file of Amazon States Language.
 */
export function conversions(context: FeatureContext, range: Span): readonly CodeAction[] {
  const to = targetAt(context, range);
  if (to === null) return [];
  const converted = convertDocument(context.file, context.text, to);
  if (!converted.ok) return [];
  const file = convertedPath(context.file, to, context.workspace);
  const title = to === 'asl' ? `Write it as Amazon States Language in ${file}` : `Write it as a states document in ${file}`;
  return [{ title, kind: 'refactor.rewrite', diagnostic: null, changes: [{ kind: 'create', file, text: converted.text }], preferred: false }];
}

function targetAt({ analysis, text }: FeatureContext, range: Span): ConversionTarget | null {
  if (analysis.documents.length === 0) return looksLikeMachine(text) ? 'states' : null;
  const analyzed = documentAt(analysis, range.start);
  const tree = analyzed?.document.tree ?? null;
  if (analyzed?.kind !== 'states' || tree === null || analysis.documents.length > 1) return null;
  const [top] = pathAt(tree, range.start).path;
  return top === 'spec' ? null : 'asl';
}

function looksLikeMachine(text: string): boolean {
  const head = text.slice(0, GLANCE);
  return ['StartAt', 'States'].every((name) => new RegExp(`(?:^|[\\s{,])["']?${name}["']?\\s*:`).test(head));
}

/** `machine.asl.json` and `machine.workflow.yaml` stand for one another; a name that is taken gets a number. */
export function convertedPath(file: string, to: ConversionTarget, workspace: Pick<WorkspaceIndex, 'paths' | 'open'>): string {
  const base = file.replace(/(?:\.(?:asl|workflow))?\.(?:json|ya?ml)$/i, '');
  const ending = to === 'asl' ? '.asl.json' : '.workflow.yaml';
  const isTaken = (path: string): boolean => workspace.paths.includes(path) || workspace.open(path) !== null;
  let path = `${base}${ending}`;
  for (let number = 2; isTaken(path); number += 1) path = `${base}-${number}${ending}`;
  return path;
}
