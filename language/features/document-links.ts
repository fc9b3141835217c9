import { parsePath, parseReference } from '../documents/references/parse-reference.ts';
import type { Span } from '../syntax/span.ts';
import { locate } from '../syntax/yaml-path.ts';
import { followAlias } from '../syntax/yaml-tree.ts';
import type { FeatureContext } from './feature-context.ts';

export interface DocumentLink {
  readonly span: Span;
  /** Workspace-relative. */
  readonly target: string;
}

/** Every reference that is a path, to its file. Names lead somewhere by *go to definition*. */
export function documentLinks({ analysis, file }: FeatureContext): readonly DocumentLink[] {
  return analysis.documents.flatMap(({ references, document: { tree } }) =>
    references.flatMap(({ kind, reference, path, resolution }): readonly DocumentLink[] => {
      const node = tree === null ? null : followAlias(locate(tree, path)?.node ?? tree);
      if (node?.kind !== 'scalar' || reference.includes('{%')) return [];
      const parsed = kind === 'schema' ? parsePath(reference, /^\.\.?\//.test(reference) ? file : null) : parseReference(reference, file);
      if (parsed.kind !== 'path' || (kind !== 'schema' && resolution?.kind !== 'document')) return [];
      const quoted = node.style === 'single' || node.style === 'double' ? 1 : 0;
      return [{ span: { start: node.span.start + quoted, end: node.span.end - quoted }, target: parsed.path }];
    }),
  );
}
