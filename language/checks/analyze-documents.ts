import type { Diagnostic } from '../diagnostic.ts';
import { documentHash } from '../canonical/document-hash.ts';
import type { Agent } from '../documents/agent/agent.ts';
import type { ParsedDocument, ParsedFile } from '../documents/parse-documents.ts';
import { once } from '../documents/once.ts';
import type { DocumentLibrary } from '../documents/references/document-library.ts';
import { documentReferences, type DocumentReference } from '../documents/references/document-references.ts';
import { readSchema } from '../documents/references/read-schema.ts';
import { resolveReference, type LockedSpec, type Resolution, type ReferenceSources } from '../documents/references/resolve-reference.ts';
import { isObject } from '../documents/json-access.ts';
import { lowerStateMachine } from '../documents/states/lower-states.ts';
import { schemaOf, type ValidatedDocument } from '../documents/validate.ts';
import type { Workflow } from '../graph/workflow.ts';
import type { LineIndex } from '../syntax/line-index.ts';
import type { Problem } from '../syntax/problem.ts';
import type { Span } from '../syntax/span.ts';
import { locate, YamlPlaces } from '../syntax/yaml-path.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { Check, DocumentContext, Report, ResolvedReference } from './check.ts';
import { besideAmazon } from './amazon-spelling.ts';
import { agentContext, documentContext, statesContext, textSpan, workflowContext } from './contexts.ts';
import { applyIgnores } from './ignore-comments.ts';
import { checkOf, checks } from './registry.ts';
import { besideQuotes } from './typographic-quotes.ts';

/** What the language cannot do by itself. */
export interface LanguageDependencies {
  /** Hex SHA-256 of a text's UTF-8 bytes. */
  readonly sha256: (text: string) => string;
  /** The ledger's versions by spec hash; absent where there is no ledger. */
  readonly lockedSpec?: (specHash: string) => LockedSpec | null;
}

/**
 * One document of a file with what it means. `workflow` and `agent` are there even where it has mistakes. All of it but
 * the document itself is worked out when somebody asks: a hover does not wait for the checks.
 */
export type AnalyzedDocument = AnalyzedBase &
  (
    | { readonly kind: 'workflow' | 'states'; readonly workflow: Workflow }
    | { readonly kind: 'agent'; readonly agent: Agent }
    | { readonly kind: 'model-profile' }
    /** Nothing of it could be read. */
    | { readonly kind: 'unreadable' }
  );

interface AnalyzedBase {
  readonly name: string | null;
  readonly document: ParsedDocument;
  readonly references: readonly ResolvedReference[];
}

export interface FileAnalysis {
  readonly documents: readonly AnalyzedDocument[];
  /** What the checks found, which run when it is first asked for. */
  readonly diagnostics: readonly Diagnostic[];
  /** What `dagbook-ignore` comments have silenced. */
  readonly silenced: readonly Diagnostic[];
  readonly lines: LineIndex;
}

/** The documents of a file, with every phase that is asked for. */
export function analyzeDocuments(file: ParsedFile, library: DocumentLibrary, dependencies: LanguageDependencies): FileAnalysis {
  const { lines } = file;
  const analyzed = file.documents.map((document) => analyzeDocument(document, library, dependencies));
  const checked = once(() => {
    const found = [...file.problems, ...analyzed.flatMap(({ problems }) => problems())];
    const trees = file.documents.flatMap((document) => document.tree ?? []);
    const { kept, silenced } = applyIgnores(file.text, lines, trees, found);
    return { diagnostics: toDiagnostics(kept, file.path), silenced: toDiagnostics(silenced, file.path) };
  });
  return {
    documents: analyzed.map(({ result }) => result),
    get diagnostics() {
      return checked().diagnostics;
    },
    get silenced() {
      return checked().silenced;
    },
    lines,
  };
}

/** In the order of the text, each once: an alias can lead to one mistake twice. */
function toDiagnostics(problems: readonly Problem[], file: string): readonly Diagnostic[] {
  const unique = new Map(problems.map((problem) => [`${problem.code} ${problem.span.start} ${problem.span.end}`, problem]));
  return [...unique.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end).map((problem) => toDiagnostic(problem, file));
}

export function toDiagnostic(problem: Problem, file: string): Diagnostic {
  const { code, message, span, suggestion } = problem;
  const related = (problem.related ?? []).map((place) => ({ message: place.message, span: place.span, file: place.file ?? file }));
  return { code, severity: checkOf(code).severity, message, file, span, related, ...(suggestion === undefined ? {} : { suggestion }) };
}

interface DocumentAnalysis {
  readonly result: AnalyzedDocument;
  readonly problems: () => readonly Problem[];
}

function analyzeDocument(document: ParsedDocument, library: DocumentLibrary, dependencies: LanguageDependencies): DocumentAnalysis {
  const { name, tree, kind, problems } = document;
  if (document.broken || tree === null) return { result: { kind: 'unreadable', name, document, references: [] }, problems: () => problems };
  const read = once(() => readDocument(document, tree, library, dependencies));
  const references = (): readonly ResolvedReference[] => read().context.references;
  const checked = <C extends DocumentContext>(actOf: (check: Check) => Act<C> | undefined, context: () => C) => (): readonly Problem[] => {
    const findings = [...read().problems, ...runChecks((check) => check.document, read().context), ...runChecks(actOf, context())];
    const known = hidesGraph(problems, tree) ? findings.filter(({ code }) => !ofTheGraph.has(code)) : findings;
    return [...problems, ...awayFrom(problems, besidesMerges(problems, tree, firstOfAll(document, tree, known)))];
  };
  switch (kind) {
    case 'workflow': {
      const context = once(() => workflowContext(read().context));
      const result: AnalyzedDocument = { kind, name, document, get references() { return references(); }, get workflow() { return context().workflow; } };
      return { result, problems: checked((check) => check.workflow, context) };
    }
    case 'agent': {
      const context = once(() => agentContext(read().context));
      const result: AnalyzedDocument = { kind, name, document, get references() { return references(); }, get agent() { return context().agent; } };
      return { result, problems: checked((check) => check.agent, context) };
    }
    case 'states': {
      const context = once(() => statesContext(read().context));
      const workflow = once(() => lowerStateMachine(context().machine, isObject(document.json) ? document.json : {}));
      const result: AnalyzedDocument = { kind, name, document, get references() { return references(); }, get workflow() { return workflow(); } };
      return { result, problems: checked((check) => check.states, context) };
    }
    case 'model-profile': {
      const result: AnalyzedDocument = { kind, name, document, get references() { return references(); } };
      return { result, problems: checked(() => undefined, () => read().context) };
    }
  }
}

interface ReadDocument {
  readonly context: DocumentContext;
  /** What its schema refuses, and references that lead nowhere. */
  readonly problems: readonly Problem[];
}

function readDocument(document: ParsedDocument, tree: YamlNode, library: DocumentLibrary, dependencies: LanguageDependencies): ReadDocument {
  const validated = library.validated(document);
  const places = new YamlPlaces(tree);
  const { references, problems } = resolveAll(document, places, validated, library, dependencies);
  return { context: documentContext(document, tree, places, validated, library, references), problems: [...(validated?.problems ?? []), ...problems] };
}

type Act<C> = (context: C, report: Report) => void;

function runChecks<C>(actOf: (check: Check) => Act<C> | undefined, context: C): readonly Problem[] {
  const findings: Problem[] = [];
  for (const check of checks) actOf(check)?.(context, (finding) => { findings.push({ code: check.code, ...finding }); });
  return findings;
}

/** What is said of a graph of which a part is not known. */
const ofTheGraph: ReadonlySet<string> = new Set(['cycle', 'dead-end', 'no-exit', 'not-an-ancestor', 'nothing-to-do', 'path-never-written', 'self-dependency', 'unknown-node', 'unknown-state', 'unreachable-state']);

/** A key that stands twice among the nodes or states hides one of the two, and often a whole node: a dash was forgotten. */
function hidesGraph(problems: readonly Problem[], tree: YamlNode): boolean {
  const doubles = problems.filter(({ code }) => code === 'duplicate-key');
  if (doubles.length === 0) return false;
  const spans = [['nodes'], ['spec', 'states']].flatMap((path) => locate(tree, path)?.node.span ?? []);
  return doubles.some(({ span }) => spans.some(({ start, end }) => start <= span.start && span.end <= end));
}

/** What is said of something that is not there. */
const ofAbsence: ReadonlySet<string> = new Set(['adapter-needs', 'dead-end', 'missing-field', 'nothing-to-do']);

/** A merge that brings nothing may have been to bring what a mapping lacks. */
function besidesMerges(problems: readonly Problem[], tree: YamlNode, findings: readonly Problem[]): readonly Problem[] {
  const merges = problems.filter(({ code }) => code === 'unresolved-alias' || code === 'invalid-merge').flatMap(({ span }) => mergingMap(tree, span) ?? []);
  return merges.length === 0 ? findings : findings.filter(({ code, span }) => !ofAbsence.has(code) || !merges.some((map) => map.start <= span.start && span.end <= map.end));
}

/** The mapping of which something is a part that is none of its fields. */
function mergingMap(tree: YamlNode, at: Span): Span | null {
  const holds = (span: Span): boolean => span.start <= at.start && at.end <= span.end;
  let node = tree;
  for (;;) {
    const inner: YamlNode | undefined = node.kind === 'map' ? node.entries.find(({ value, keySpan, merged }) => !merged && (holds(value.span) || holds(keySpan)))?.value : node.kind === 'seq' ? node.items.find(({ span }) => holds(span)) : undefined;
    if (inner === undefined) return node.kind === 'map' && holds(node.span) ? node.span : null;
    node = inner;
  }
}

/** What cannot be read has been reported; what a check makes of it is a consequence. */
function awayFrom(problems: readonly Problem[], findings: readonly Problem[]): readonly Problem[] {
  if (problems.length === 0) return findings;
  const spans = problems.map(({ span }) => span).sort((a, b) => a.start - b.start);
  let end = 0;
  // How far the problems reach that begin at one of the first places.
  const reach = spans.map((span) => (end = Math.max(end, span.end)));
  return findings.filter(({ span }) => {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.start ?? 0) < span.end) low = middle + 1;
      else high = middle;
    }
    return low === 0 || (reach[low - 1] ?? 0) <= span.start;
  });
}

/** Without what follows from another finding. */
function firstOfAll(document: ParsedDocument, tree: YamlNode, findings: readonly Problem[]): readonly Problem[] {
  return withoutEchoes(besideQuotes(besideAmazon(document, tree, findings, ofTheGraph)));
}

/** That something stands twice is not worth a word where it should not stand even once. */
function withoutEchoes(findings: readonly Problem[]): readonly Problem[] {
  const doubles = findings.filter(({ code }) => code === 'duplicate-item');
  if (doubles.length === 0) return findings;
  const others = new Set(findings.flatMap(({ code, span }) => (code === 'duplicate-item' ? [] : [span.start])));
  return findings.filter(({ code, span }) => code !== 'duplicate-item' || !others.has(span.start));
}

interface AllReferences {
  readonly references: readonly ResolvedReference[];
  readonly problems: readonly Problem[];
}

/** A thousand nodes may refer to one agent, which is looked for once; but each time, as other files have changed meanwhile. */
function resolveAll(document: ParsedDocument, places: YamlPlaces, validated: ValidatedDocument | null, library: DocumentLibrary, dependencies: LanguageDependencies): AllReferences {
  if (validated === null) return { references: [], problems: [] };
  const { memory } = document;
  const sources = referenceSources(library, dependencies);
  const outcomeOf = (asked: DocumentReference): Outcome => {
    const { kind, reference, path } = asked;
    const span = places.valueSpan(path);
    if (kind === 'schema') {
      const read = readSchema(reference, document.path, span, library);
      return { asked, resolution: null, problem: read.kind === 'refused' ? read.problem : null };
    }
    const resolution = resolveReference({ reference, wanted: kind, from: document, span, part: (offset, length) => textSpan(document.text, places, path, offset, length) }, sources);
    return { asked, resolution, problem: resolution.kind === 'refused' || resolution.kind === 'unavailable' ? resolution.problem : null };
  };
  const written = documentReferences(validated.value, schemaOf(validated.schemaName), memory);
  const distinct = memory.derive(keyOf, [written], () => [...new Map(written.map((reference) => [keyOf(reference), reference])).values()]);
  const outcomes = memory.steady(resolveAll, distinct.map(outcomeOf), sameOutcomes);
  const known = memory.derive(resolveAll, [outcomes], () => new Map(outcomes.map((outcome) => [keyOf(outcome.asked), outcome])));
  const rows = memory.row(withOutcome, '', written, (reference) => withOutcome(reference, known), { basis: known });
  const { references, failing } = memory.derive(withOutcome, [rows], () => ({ references: rows.map(({ reference }) => reference), failing: rows.filter(({ problem }) => problem !== null) }));
  const problems = failing.flatMap(({ reference }) => {
    // What is only not here says the same wherever it is asked for.
    if (reference.resolution?.kind === 'unavailable') return [{ ...reference.resolution.problem, span: places.valueSpan(reference.path) }];
    return outcomeOf(reference).problem ?? [];
  });
  return { references, problems };
}

interface Found {
  readonly reference: ResolvedReference;
  readonly problem: Problem | null;
}

function withOutcome(reference: DocumentReference, outcomes: ReadonlyMap<string, Outcome>): Found {
  const outcome = outcomes.get(keyOf(reference));
  return { reference: { ...reference, resolution: outcome?.resolution ?? null }, problem: outcome?.problem ?? null };
}

interface Outcome {
  readonly asked: DocumentReference;
  readonly resolution: Resolution | null;
  readonly problem: Problem | null;
}

function keyOf({ kind, reference }: DocumentReference): string {
  return `${kind} ${reference}`;
}

function sameOutcomes(a: readonly Outcome[], b: readonly Outcome[]): boolean {
  return a.length === b.length && a.every((one, i) => {
    const other = b[i];
    return other !== undefined && keyOf(one.asked) === keyOf(other.asked) && one.problem?.code === other.problem?.code && one.problem?.message === other.problem?.message && one.problem?.suggestion === other.problem?.suggestion && sameTarget(one.resolution, other.resolution);
  });
}

function sameTarget(a: Resolution | null, b: Resolution | null): boolean {
  if (a?.kind === 'document') return b?.kind === 'document' && a.document === b.document && a.ref === b.ref;
  if (a?.kind === 'locked') return b?.kind === 'locked' && a.spec === b.spec && a.ref === b.ref;
  return a?.kind === b?.kind;
}

export function referenceSources(library: DocumentLibrary, { sha256, lockedSpec }: LanguageDependencies): ReferenceSources {
  // Only agents have a hash of their own.
  const agents = once(() => new Map(library.all('agent').map((document) => [documentHash(document, library, sha256), document] as const).reverse()));
  return {
    library,
    lockedSpec,
    byHash: (kind, specHash) => (kind === 'agent' ? (agents().get(specHash) ?? null) : null),
  };
}
