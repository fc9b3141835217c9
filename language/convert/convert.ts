import type { Json, JsonObject } from '../../protocol/json.ts';
import { toDiagnostic } from '../checks/analyze-documents.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { field, isObject, objectField, withField, withoutFields } from '../documents/json-access.ts';
import { nameOfFile } from '../documents/name-of-file.ts';
import { recognise } from '../documents/recognise.ts';
import { parseYaml } from '../syntax/parse-yaml.ts';
import type { Problem } from '../syntax/problem.ts';
import { treeToJson } from '../syntax/tree-json.ts';
import { writeYaml } from '../syntax/write-yaml.ts';
import { turnMachine } from './turn-machine.ts';

export type ConversionTarget = 'states' | 'asl';

export type Conversion =
  | {
      readonly ok: true;
      /** A states document as YAML, or Amazon States Language as JSON. */
      readonly text: string;
      readonly value: Json;
      /** What the other side has no place for, in words; it is kept under names that begin with `x-`. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Writes a state machine in the other spelling: Amazon States Language (JSON or YAML) as a states document, or back.
 * There and back again gives the same value.
 */
export function convertDocument(path: string, text: string, to: ConversionTarget): Conversion {
  const [document, second] = parseYaml(text);
  const refuse = (...problems: readonly Problem[]): Conversion => ({ ok: false, diagnostics: problems.map((problem) => toDiagnostic(problem, path)) });
  const start = { start: 0, end: 0 };
  if (document === undefined || document.problems.length > 0) return refuse(...(document?.problems ?? []));
  if (second !== undefined) return refuse({ code: 'not-a-workflow', message: 'The file holds several documents. Convert one at a time.', span: second.span });
  const value = document.tree === null ? null : treeToJson(document.tree);
  const isStates = isObject(value) && recognise(value, '', []).kind === 'states';
  if (to === 'asl') {
    if (!isStates) return refuse({ code: 'not-a-workflow', message: 'This is not a states document: one begins with apiVersion: agentrc.workflow/v0.1.', span: start });
    const asl = statesToAsl(value);
    return { ok: true, text: `${JSON.stringify(asl, null, 2)}\n`, value: asl, notes: hasComments(text) ? [note, comments] : [note] };
  }
  if (isStates) return refuse({ code: 'not-a-workflow', message: 'This is a states document already.', span: start });
  if (!isObject(value) || field(value, 'States') === undefined) return refuse({ code: 'not-a-workflow', message: 'This is no state machine of Amazon States Language: one has StartAt and States.', span: start });
  const states = aslToStates(value, nameOfFile(path));
  return { ok: true, text: writeYaml(states), value: states, notes: [] };
}

/** What of a states document Amazon States Language has no field for; it stands there under this name. */
const envelopeField = 'x-dagbook-document';

/** @param name for a machine that does not bring its own; Step Functions keeps it beside the definition */
export function aslToStates(asl: JsonObject, name: string): JsonObject {
  const envelope = field(asl, envelopeField);
  const own = isObject(envelope) && recognise(envelope, '', []).kind === 'states' ? envelope : { apiVersion: 'agentrc.workflow/v0.1', kind: 'AgentWorkflow', metadata: { name } };
  return withField(own, 'spec', turnMachine(own === envelope ? withoutFields(asl, envelopeField) : asl, 'toStates'));
}

export function statesToAsl(document: JsonObject): JsonObject {
  return { ...turnMachine(objectField(document, 'spec'), 'toAsl'), [envelopeField]: withoutFields(document, 'spec') };
}

const note = `Amazon States Language has no place for some of this: the name and what else stands beside the spec are kept under "${envelopeField}", fields it does not have under names that begin with "x-states-". Remove them before you give the machine to Step Functions.`;

const comments = 'JSON has no comments: those of the document stay behind. A `comment` field goes along.';

/** A line of its own, or behind white space; in a text between quotes it may be none. */
function hasComments(text: string): boolean {
  return /(?:^|\s)#/m.test(text.replace(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/g, ''));
}
