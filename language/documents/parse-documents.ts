import type { Json } from '../../protocol/json.ts';
import { LineIndex } from '../syntax/line-index.ts';
import { readYaml, type YamlStream } from '../syntax/parse-yaml.ts';
import { rereadYaml } from '../syntax/reread-yaml.ts';
import { textChange } from '../syntax/text-change.ts';
import type { Problem } from '../syntax/problem.ts';
import type { Span } from '../syntax/span.ts';
import { valueSpan } from '../syntax/yaml-path.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { DocumentKind } from './document-kind.ts';
import { DocumentMemory } from './document-memory.ts';
import { kindInWords } from './document-kind.ts';
import { textField } from './json-access.ts';
import { recognise } from './recognise.ts';

/** One document of a file that is ours, as read: typed and checked by nothing yet. */
export interface ParsedDocument {
  readonly path: string;
  readonly text: string;
  readonly kind: DocumentKind;
  /** The `name` field, if it is a text (for the states family, `metadata.name`). */
  readonly name: string | null;
  /** Null = empty. */
  readonly tree: YamlNode | null;
  readonly json: Json;
  readonly span: Span;
  readonly problems: readonly Problem[];
  /** Whether something of it could not be read, so that no more can be said about it. */
  readonly broken: boolean;
  /** Of this document and what it was before it was edited. */
  readonly memory: DocumentMemory;
}

export interface ParsedFile {
  readonly path: string;
  readonly text: string;
  readonly documents: readonly ParsedDocument[];
  /** What is wrong with documents that are agentrc's, but of a version we do not know. */
  readonly problems: readonly Problem[];
  readonly lines: LineIndex;
  readonly stream: YamlStream;
}

/**
 * Reads a file and keeps the documents that are ours. About the others nothing is said. Given what an earlier text of
 * the file was read as, only what has changed is read again; the answer is the same.
 */
export function parseDocuments(path: string, text: string, workflowGlobs: readonly string[], previous?: ParsedFile): ParsedFile {
  const documents: ParsedDocument[] = [];
  const problems: Problem[] = [];
  const stream = previous === undefined ? readYaml(text) : rereadYaml(previous.stream, text);
  for (const yaml of stream.documents) {
    const { json } = yaml;
    const recognised = recognise(yaml.tree === null && yaml.broken ? glimpse(text) : json, path, workflowGlobs);
    if (recognised.kind === 'foreign') continue;
    if (recognised.kind === 'unknown-version') {
      if (yaml.tree !== null) problems.push(unknownVersion(recognised.apiVersion, yaml.tree));
      continue;
    }
    const { kind } = recognised;
    const empty = yaml.tree === null && !yaml.broken;
    // A stream may begin or end with `---`: only a file with nothing at all in it is worth a word.
    if (json === null && !yaml.broken && stream.documents.length > 1) continue;
    // A mapping in the place of a key may be what a missing comma makes of two of them.
    const read = yaml.broken ? yaml.problems.filter(({ code }) => code !== 'non-string-key') : yaml.problems;
    const found = empty ? [...read, emptyDocument(kind, yaml.span)] : read;
    const name = textField(kind === 'states' ? (json as { metadata?: Json } | null)?.metadata : json, 'name');
    const memory = previous?.documents[documents.length]?.memory ?? new DocumentMemory();
    documents.push({ path, text, kind, name, tree: yaml.tree, json, span: yaml.span, problems: found, broken: yaml.broken || empty, memory });
  }
  return { path, text, documents, problems, lines: linesOf(text, previous), stream };
}

function linesOf(text: string, previous: ParsedFile | undefined): LineIndex {
  const change = previous === undefined ? null : textChange(previous.text, text);
  return previous === undefined || change === null ? (previous?.lines ?? new LineIndex(text)) : previous.lines.edited(text, change);
}

/** The top-level fields of a text that could not be read, as far as a glance at its beginning shows them. */
function glimpse(text: string): Json {
  const fields = [...text.slice(0, 20_000).matchAll(/^([A-Za-z_]+)[ \t]*:[ \t]*([^\r\n]*)/gm)];
  return fields.length === 0 ? null : Object.fromEntries(fields.map(([, key = '', value = '']) => [key, value]));
}

function unknownVersion(apiVersion: string, tree: YamlNode): Problem {
  return {
    code: 'unknown-api-version',
    message: `"${apiVersion}" is not a version that is known here. Write "agentrc.workflow/v0.1", or update Dagbook.`,
    span: valueSpan(tree, ['apiVersion']),
    suggestion: 'agentrc.workflow/v0.1',
  };
}

function emptyDocument(kind: DocumentKind, span: Span): Problem {
  const first = kind === 'workflow' ? '`name`, `adapter_kind` and `nodes`' : kind === 'agent' ? '`name`, `role` and `system_prompt`' : '`name`';
  return { code: 'empty-document', message: `The file is empty. By its path it is ${kindInWords(kind)}: begin with ${first}.`, span: { start: span.start, end: span.start } };
}
