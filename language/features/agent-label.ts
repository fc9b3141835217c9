import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { lowerAgent } from '../documents/agent/lower-agent.ts';
import { isObject } from '../documents/json-access.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { modelInWords } from './describe.ts';
import type { FeatureContext } from './feature-context.ts';

/** `research · openai:gpt-5-mini`: what a reference at a path means here. Each agent is read once, however many refer to it. */
export function agentLabels(context: FeatureContext, { references }: AnalyzedDocument): (path: YamlPath) => string | null {
  const byPath = new Map(references.flatMap((reference) => (reference.kind === 'agent' ? [[keyOf(reference.path), reference.resolution] as const] : [])));
  const known = new Map<ParsedDocument, string>();
  return (path) => {
    const resolution = byPath.get(keyOf(path));
    if (resolution?.kind !== 'document') return null;
    const { document } = resolution;
    const before = known.get(document);
    if (before !== undefined) return before;
    const model = isObject(document.json) ? ` · ${modelInWords(lowerAgent(document.json), context.workspace.defaultModel)}` : '';
    const label = `${document.name ?? document.path}${model}`;
    known.set(document, label);
    return label;
  };
}

function keyOf(path: YamlPath): string {
  return path.join('\n');
}
