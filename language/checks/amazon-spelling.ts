/**
 * # A state machine as Amazon States Language writes it
 *
 * The states family is Amazon States Language with names that begin with a small letter: `startAt`, `states`, `type`,
 * `next`. `Resource` is `agent`, and the machine stands under `spec` of a document with `apiVersion`, `kind` and
 * `metadata`. Nothing else is said about what is still written the other way.
 *
 * ```yaml
 * StartAt: Triage
 * States:
 *   Triage: { Type: Pass, End: true }
 * ```
 *
 * **Fix**: let the quick fix turn all of it, or `dagbook convert FILE --to states`. Values, payloads, paths and the names
 * of states and errors stay as they are.
 */
import type { Json } from '../../protocol/json.ts';
import { kindInWords } from '../documents/document-kind.ts';
import { isObject, textField } from '../documents/json-access.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import { amazonFields, amazonMachine, isAmazonState, machineAt, type AmazonPart } from '../documents/states/amazon-fields.ts';
import { stateMachine, type PlacedState, type StateMachine } from '../documents/states/state-machine.ts';
import type { Problem } from '../syntax/problem.ts';
import { locate } from '../syntax/yaml-path.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { Check } from './check.ts';

export const amazonSpelling: Check = {
  code: 'amazon-spelling',
  severity: 'error',
  ignorable: false,
  document: ({ document, json, keySpan }, report) => {
    const { kind } = document;
    const elsewhere = kind === 'agent' || kind === 'model-profile';
    const part = elsewhere && !isNothingElse(json) ? null : amazonMachine(json);
    if (part?.kind !== 'machine') return;
    const file = elsewhere ? `, in a file called \`*.workflow.yaml\`: by its path this one is ${kindInWords(kind)}` : '';
    const head = part.path.length > 0 ? '' : part.besides.length > 0 ? ', and all of it stands under `spec`' : ', and all of it stands under `spec`, below `apiVersion`, `kind` and `metadata`';
    report({ message: `This machine is written as in Amazon States Language. Here its fields begin with a small letter, \`Resource\` is \`agent\`${head}${file}.`, span: keySpan(amazonFields(machineAt(json, part.path), part.path, 'spec')[0]?.path ?? part.path) });
  },
  states: ({ document, machine, keySpan }, report) => {
    const [first, ...others] = amazonStates(machine, document);
    if (first === undefined) return;
    const who = others.length === 0 ? 'This state is' : `${others.length + 1} states are`;
    const related = others.slice(0, 20).map(({ path }) => ({ message: 'This one too.', span: keySpan([...path, 'Type']) }));
    report({ message: `${who} written as in Amazon States Language. Here fields begin with a small letter, and \`Resource\` is \`agent\`.`, span: keySpan([...first.path, 'Type']), related });
  },
};

/** A machine that begins somewhere, and nothing by which it could be the document that its path promises. */
function isNothingElse(json: Json): boolean {
  return textField(json, 'StartAt') !== null && isObject(json) && Object.keys(json).every((name) => /^(?:[A-Z]|x-)/.test(name) || name === 'name' || name === 'description');
}

function amazonStates({ states }: StateMachine, { memory }: ParsedDocument): readonly PlacedState[] {
  const found = memory.row(amazonStates, 'states', states, ({ json }) => isAmazonState(json));
  return memory.derive(amazonStates, [found], () => found.includes(true)) ? states.filter((_, i) => found[i] === true) : [];
}

/** What of the document is in this spelling; null where nothing is. */
export function amazonPart(document: ParsedDocument): AmazonPart | null {
  const machine = amazonMachine(document.json);
  if (machine !== null || document.kind !== 'states') return machine;
  const states = amazonStates(stateMachine(document.json, document.memory), document);
  return states.length === 0 ? null : { kind: 'states', paths: states.map(({ path }) => path) };
}

/** What else is said of what is in this spelling follows from it. */
export function besideAmazon(document: ParsedDocument, tree: YamlNode, findings: readonly Problem[], ofTheGraph: ReadonlySet<string>): readonly Problem[] {
  if (!findings.some(({ code }) => code === amazonSpelling.code)) return findings;
  const part = amazonPart(document);
  if (part?.kind === 'machine') return findings.filter(({ code }) => code === amazonSpelling.code);
  const spans = (part?.paths ?? []).flatMap((path) => locate(tree, path)?.node.span ?? []);
  return findings.filter(({ code, span }) => code === amazonSpelling.code || (!ofTheGraph.has(code) && !spans.some(({ start, end }) => start <= span.start && span.end <= end)));
}
