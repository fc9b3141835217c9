import { analyzeFile } from '../checks/analyze-file.ts';
import type { LanguageDependencies } from '../checks/analyze-documents.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nowhere } from '../workspace.ts';
import { pinnedText } from './spec-text.ts';

/**
 * What the checks find wrong with a locked workflow's content once it has been changed, and did not before: errors, in
 * the order of the document. Nothing is read from the workspace: references mean what they were locked to.
 */
export function checkChanged(before: string, after: string, dependencies: LanguageDependencies): readonly Diagnostic[] {
  const known = new Set(errorsOf(before, dependencies).map(({ code, message }) => `${code} ${message}`));
  return errorsOf(after, dependencies).filter(({ code, message }) => !known.has(`${code} ${message}`));
}

function errorsOf(content: string, dependencies: LanguageDependencies): readonly Diagnostic[] {
  const text = pinnedText('workflow', content);
  const path = 'locked.workflow.yaml';
  const { diagnostics } = analyzeFile(path, nowhere, { ...dependencies, text });
  return diagnostics.filter(({ severity }) => severity === 'error');
}
