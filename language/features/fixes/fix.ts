import type { Json } from '../../../protocol/json.ts';
import type { AnalyzedDocument } from '../../checks/analyze-documents.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import type { YamlNode } from '../../syntax/yaml-tree.ts';
import type { FeatureContext, FileChange, TextEdit } from '../feature-context.ts';
import type { PathPlace } from '../../syntax/path-at.ts';
import type { YamlEditor } from '../yaml-edit.ts';

/** One way to mend a diagnostic. */
export interface Fix {
  /** What it does, in the imperative. */
  readonly title: string;
  readonly changes: readonly FileChange[];
  /** The one that is most likely meant; of several fixes one at most. */
  readonly preferred: boolean;
}

/** Where a diagnostic stands in its document. */
export interface FixPlace {
  readonly context: FeatureContext;
  readonly diagnostic: Diagnostic;
  readonly analyzed: AnalyzedDocument;
  readonly tree: YamlNode;
  readonly json: Json;
  readonly editor: YamlEditor;
  readonly place: PathPlace;
  readonly path: YamlPath;
  /** The text the diagnostic points at. */
  readonly written: string;
}

export type Fixer = (at: FixPlace) => readonly Fix[];

/** A fix of this file by edits; none where one of them is impossible. */
export function editFix({ context }: Pick<FixPlace, 'context'>, title: string, edits: readonly (TextEdit | null)[], preferred = false): readonly Fix[] {
  const possible = edits.filter((edit) => edit !== null);
  if (possible.length < edits.length || edits.length === 0) return [];
  return [{ title, changes: [{ kind: 'edit', file: context.file, edits: possible.sort((a, b) => a.span.start - b.span.start) }], preferred }];
}

export function replaceFix(at: FixPlace, title: string, newText: string, preferred = false): readonly Fix[] {
  return editFix(at, title, [{ span: at.diagnostic.span, newText }], preferred);
}
