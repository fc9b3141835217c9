import type { Severity } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Finding, Place } from '../finding.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'note', hint: 'note' };

export interface RuleText {
  readonly title: string;
  readonly markdown: string;
}

/** SARIF 2.1.0, for code scanning. Places are relative to the folder the command ran in. */
export function sarifLog(findings: readonly Finding[], version: string, rule: (code: string) => RuleText | null): Json {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'dagbook', version, semanticVersion: version, rules: codes.map((code) => ruleOf(code, rule(code))) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  };
}

function ruleOf(code: string, text: RuleText | null): JsonObject {
  if (text === null) return { id: code };
  return { id: code, shortDescription: { text: text.title }, help: { text: text.markdown, markdown: text.markdown } };
}

function resultOf(finding: Finding, ruleIndex: number): JsonObject {
  const related = finding.related.map((other, id) => ({ id, message: { text: other.message }, ...location(other, other.file) }));
  return {
    ruleId: finding.code,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [location(finding, finding.shown)],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
  };
}

function location({ line, column, endLine, endColumn }: Place, file: string): JsonObject {
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return { physicalLocation: { artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') }, region } };
}
