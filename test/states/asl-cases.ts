import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** One workflow that Step Functions has run, and what became of it. */
export interface AslCase {
  readonly name: string;
  /** A states document, as YAML. */
  readonly workflow: string;
  readonly input: Json;
  readonly expected: { readonly status: 'SUCCEEDED' | 'FAILED' };
}

const source = join(import.meta.dirname, '../../../shared/cases/asl/cases.jsonl');

/** The cases of ../shared/cases/asl, which are no part of the project; none where they are not there. */
export function aslCases(): readonly AslCase[] {
  if (!existsSync(source)) return [];
  return readFileSync(source, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as AslCase);
}

export function noCases(): void {
  process.stderr.write(`No ASL cases: ${source} does not exist. They are checked where it does.\n`);
}

export const envelope = 'apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: T }\n';

/** A states document with these states. */
export function statesDocument(states: JsonObject, more: JsonObject = {}): JsonObject {
  return { apiVersion: 'agentrc.workflow/v0.1', kind: 'AgentWorkflow', metadata: { name: 'T' }, spec: { startAt: Object.keys(states)[0] ?? '', ...more, states } };
}
