import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Severity } from '../diagnostic.ts';
import type { Agent } from '../documents/agent/agent.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { DocumentLibrary } from '../documents/references/document-library.ts';
import type { DocumentReference } from '../documents/references/document-references.ts';
import type { Resolution } from '../documents/references/resolve-reference.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';
import type { StateMachine } from '../documents/states/state-machine.ts';
import type { NodeReference } from '../documents/workflow/node-references.ts';
import type { EmbeddedExpression } from '../expressions/template.ts';
import type { Graph } from '../graph/graph.ts';
import type { Workflow, WorkflowNode } from '../graph/workflow.ts';
import type { RelatedPlace } from '../syntax/problem.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { ForeignField, StateText } from './state-texts.ts';

/** One diagnostic code. Its file's header comment is its page in the manual; its severity stands nowhere else. */
export interface Check {
  /** Kebab-case; the name of its file, its page and its fixture folder. Never reused. */
  readonly code: string;
  readonly severity: Severity;
  /** Whether `# dagbook-ignore <code>: reason` may silence it. What would break a run may not be silenced. */
  readonly ignorable: boolean;
  /** Absent where an earlier phase (reading, schema, references) finds it. */
  readonly workflow?: (context: WorkflowContext, report: Report) => void;
  readonly states?: (context: StatesContext, report: Report) => void;
  readonly agent?: (context: AgentContext, report: Report) => void;
  /** For every kind of document. */
  readonly document?: (context: DocumentContext, report: Report) => void;
}

export interface Finding {
  /** What is wrong and what to do about it. */
  readonly message: string;
  readonly span: Span;
  readonly related?: readonly RelatedPlace[];
  readonly suggestion?: string;
}

export type Report = (finding: Finding) => void;

export interface DocumentContext {
  readonly document: ParsedDocument;
  readonly tree: YamlNode;
  /** As written, mistakes included. */
  readonly json: Json;
  /** As written, without the values its schema refuses. */
  readonly value: JsonObject;
  /** Null for a kind without a schema of ours. */
  readonly schema: SchemaCursor | null;
  readonly library: DocumentLibrary;
  readonly references: readonly ResolvedReference[];
  /** Where a value stands; a long one is pointed at by its key. */
  readonly valueSpan: (path: YamlPath) => Span;
  /** Where a field's name stands. */
  readonly keySpan: (path: YamlPath) => Span;
  /** A stretch of the text at a path, through quotes, escapes and folded lines. */
  readonly textSpan: (path: YamlPath, offset: number, length: number) => Span;
}

export interface ResolvedReference extends DocumentReference {
  /** Null for a reference to a JSON Schema. */
  readonly resolution: Resolution | null;
}

export interface PlacedExpression {
  readonly expression: EmbeddedExpression;
  /** Of the string it stands in; offsets of the expression are offsets in that string. */
  readonly path: YamlPath;
  /** The index of the node it belongs to; null = the workflow's `outputs`. */
  readonly nodeIndex: number | null;
}

export interface WorkflowContext extends DocumentContext {
  readonly workflow: Workflow;
  readonly graph: Graph;
  readonly nodeReferences: readonly NodeReference[];
  readonly expressions: readonly PlacedExpression[];
  /** The node with its path; only the first of those with one id. */
  readonly nodes: readonly { readonly node: WorkflowNode; readonly path: YamlPath }[];
  /** The agent a node refers to, where it is found and can be read. */
  readonly agentOf: (id: string) => Agent | null;
}

export interface AgentContext extends DocumentContext {
  readonly agent: Agent;
}

export interface StatesContext extends DocumentContext {
  readonly machine: StateMachine;
  /** Every path, intrinsic call and expression, where the schema says that they are read; by state, as the machine lists them. */
  readonly textsOfStates: readonly (readonly StateText[])[];
  readonly foreignOfStates: readonly (readonly ForeignField[])[];
}
