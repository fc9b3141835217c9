import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import type { PathMistake } from '../expressions/path-parts.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { DocumentContext, Finding } from './check.ts';

/** A mistake inside a text of the document, where it stands there. */
export function mistakeFinding({ textSpan }: DocumentContext, path: YamlPath, mistake: PathMistake): Finding {
  const { message, offset, length, unknown } = mistake;
  const suggestion = unknown === undefined ? null : nearestWord(unknown.name, unknown.known);
  return { message: `${message}${didYouMean(suggestion)}`, span: textSpan(path, offset, Math.max(1, length)), ...(suggestion === null ? {} : { suggestion }) };
}
