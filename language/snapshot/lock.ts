import type { Diagnostic } from '../diagnostic.ts';
import { kindInWords } from '../documents/document-kind.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import { DocumentLibrary } from '../documents/references/document-library.ts';
import type { Agent } from '../documents/agent/agent.ts';
import type { Workflow } from '../graph/workflow.ts';
import { toDiagnostic } from '../checks/analyze-documents.ts';
import { readFailure } from '../checks/read-failure.ts';
import type { Workspace } from '../workspace.ts';
import { LockSession, type LockDependencies, type SpecToLock } from './lock-session.ts';
import { openAgent, openWorkflow } from './open-spec.ts';

/** What is to be locked: a file of the workspace, or an editor's unsaved text of it. */
export interface LockSource {
  readonly path: string;
  readonly text?: string;
  /** Which document, where the file holds several of the kind. */
  readonly name?: string;
}

export type LockResult =
  /** Agents and child workflows first, the workflow itself last; `workflow` is read back from what was locked. */
  | { readonly ok: true; readonly workflow: Workflow; readonly locks: readonly SpecToLock[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export type AgentLockResult =
  | { readonly ok: true; readonly agent: Agent; readonly locks: readonly SpecToLock[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Locks a workflow and everything it refers to, or says why that cannot be. */
export function lockWorkflow(source: LockSource, workspace: Workspace, dependencies: LockDependencies): LockResult {
  const locked = lockDocument(source, 'workflow', workspace, dependencies);
  return locked.ok ? { ok: true, workflow: openWorkflow(locked.spec.content), locks: locked.locks, diagnostics: locked.diagnostics } : locked;
}

/** Locks an agent by itself. */
export function lockAgent(source: LockSource, workspace: Workspace, dependencies: LockDependencies): AgentLockResult {
  const locked = lockDocument(source, 'agent', workspace, dependencies);
  return locked.ok ? { ok: true, agent: openAgent(locked.spec.content), locks: locked.locks, diagnostics: locked.diagnostics } : locked;
}

type Locked =
  | { readonly ok: true; readonly spec: SpecToLock; readonly locks: readonly SpecToLock[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

function lockDocument(source: LockSource, kind: 'workflow' | 'agent', workspace: Workspace, dependencies: LockDependencies): Locked {
  const library = new DocumentLibrary(workspace, source.text === undefined ? null : { path: source.path, text: source.text });
  const found = library.file(source.path);
  if (found.kind !== 'file') return { ok: false, diagnostics: [readFailure(source.path, found)] };
  const document = choose(found.file.documents, source, kind);
  if ('code' in document) return { ok: false, diagnostics: [document] };
  const session = new LockSession(library, dependencies);
  const spec = session.lock(document);
  if (spec === null || session.failed) return { ok: false, diagnostics: session.diagnostics };
  return { ok: true, spec, locks: session.locks, diagnostics: session.diagnostics };
}

function choose(documents: readonly ParsedDocument[], { path, name }: LockSource, kind: 'workflow' | 'agent'): ParsedDocument | Diagnostic {
  const start = { start: 0, end: 0 };
  const ofKind = documents.filter((document) => document.kind === kind || (kind === 'workflow' && document.kind === 'states'));
  const [first, second] = name === undefined ? ofKind : ofKind.filter((document) => document.name === name);
  const other = documents[0];
  if (first === undefined) {
    // Its name may be what cannot be read.
    const [mistake] = ofKind.flatMap(({ broken, problems }) => (broken ? problems : []));
    if (mistake !== undefined) return toDiagnostic(mistake, path);
    const called = name === undefined ? '' : ` called "${name}"`;
    const message = `${path} holds no ${kind}${called}${other === undefined ? '' : `, but ${kindInWords(other.kind)}`}.`;
    return toDiagnostic({ code: kind === 'workflow' ? 'not-a-workflow' : 'not-an-agent', message, span: start }, path);
  }
  if (second !== undefined) return toDiagnostic({ code: 'ambiguous-name', message: `${path} holds several ${kind}s. Say which by its name, or give each a file of its own.`, span: second.span }, path);
  return first;
}
