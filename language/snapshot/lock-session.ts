import type { JsonObject } from '../../protocol/json.ts';
import { analyzeDocuments, type AnalyzedDocument, type FileAnalysis, type LanguageDependencies } from '../checks/analyze-documents.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { agentForTask, standInAgent } from '../documents/agent/synthesize-agent.ts';
import { field, isObject, textField } from '../documents/json-access.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { DocumentLibrary } from '../documents/references/document-library.ts';
import type { Workflow } from '../graph/workflow.ts';
import { canonicalContent, lockedReference, type Replacement } from '../canonical/canonical-content.ts';
import { schemaReplacements } from '../canonical/document-hash.ts';

/** One spec that must stand in the ledger before a run may begin. */
export interface SpecToLock {
  readonly kind: 'workflow' | 'agent';
  readonly name: string;
  /** Canonical JSON. */
  readonly content: string;
  readonly specHash: string;
  /** Workspace-relative; null for what was synthesized. */
  readonly sourcePath: string | null;
  readonly synthesized: boolean;
}

export interface LockDependencies extends LanguageDependencies {
  /** Whether the run's model is the simulated one, for which a stand-in may take the place of a package that is not here. */
  readonly simulated: boolean;
  /** Whether a run follows, for which everything in the documents must be built. Absent = yes. */
  readonly forRun?: boolean;
}

/** Collects the specs of one lock, each hash once, what is referred to before what refers to it. */
export class LockSession {
  readonly #library: DocumentLibrary;
  readonly #dependencies: LockDependencies;
  readonly #analyses = new Map<string, FileAnalysis | null>();
  readonly #locked = new Map<ParsedDocument, SpecToLock | null>();
  readonly #locks = new Map<string, SpecToLock>();
  readonly #diagnostics = new Map<string, Diagnostic>();

  constructor(library: DocumentLibrary, dependencies: LockDependencies) {
    this.#library = library;
    this.#dependencies = dependencies;
  }

  get locks(): readonly SpecToLock[] {
    return [...this.#locks.values()];
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()];
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  }

  report(diagnostic: Diagnostic): void {
    this.#diagnostics.set(JSON.stringify([diagnostic.file, diagnostic.code, diagnostic.span]), diagnostic);
  }

  /** Null when it has mistakes; they are among the diagnostics. */
  lock(document: ParsedDocument): SpecToLock | null {
    const known = this.#locked.get(document);
    if (known !== undefined) return known;
    // Two workflows that call each other are an error already; this only keeps the walk finite.
    this.#locked.set(document, null);
    const spec = this.#lockAnalyzed(document);
    this.#locked.set(document, spec);
    return spec;
  }

  #lockAnalyzed(document: ParsedDocument): SpecToLock | null {
    const analysis = this.#analysis(document.path);
    const analyzed = analysis?.documents.find((candidate) => candidate.document === document);
    if (analysis === null || analyzed === undefined) return null;
    const own = this.#blocking(analysis).filter(({ span }) => document.span.start <= span.start && span.start <= document.span.end);
    for (const diagnostic of own) this.report(diagnostic);
    const references = this.#lockReferences(analyzed);
    if (own.some((diagnostic) => diagnostic.severity === 'error') || references === null) return null;
    const validated = this.#library.validated(document);
    if (validated === null || (analyzed.kind !== 'agent' && analyzed.kind !== 'workflow' && analyzed.kind !== 'states')) return null;
    const tasks = analyzed.kind === 'workflow' ? this.#lockTasks(validated.value, analyzed.workflow) : [];
    const content = canonicalContent(analyzed.kind, validated.value, [...references, ...tasks, ...schemaReplacements(document, this.#library)]);
    // To the ledger a workflow is one, however it is written.
    const kind = analyzed.kind === 'agent' ? 'agent' : 'workflow';
    return this.#add({ kind, name: document.name ?? '', content, sourcePath: document.path, synthesized: false });
  }

  /** What `check` shows as information or hint stops a run: it would not do what the document says. */
  #blocking(analysis: FileAnalysis): readonly Diagnostic[] {
    const { simulated, forRun = true } = this.#dependencies;
    const blocks = (code: string): boolean => (code === 'not-runnable-yet' && forRun) || (code === 'agent-not-available' && !simulated);
    const silenced = analysis.silenced.filter(({ code }) => blocks(code));
    return [...analysis.diagnostics, ...silenced].map((diagnostic) => (blocks(diagnostic.code) ? { ...diagnostic, severity: 'error' } : diagnostic));
  }

  #analysis(path: string): FileAnalysis | null {
    const known = this.#analyses.get(path);
    if (known !== undefined) return known;
    const found = this.#library.file(path);
    const analysis = found.kind === 'file' ? analyzeDocuments(found.file, this.#library, this.#dependencies) : null;
    this.#analyses.set(path, analysis);
    return analysis;
  }

  /** Null when one of them cannot be locked. All are tried, so that all their mistakes are told at once. */
  #lockReferences({ references }: AnalyzedDocument): readonly Replacement[] | null {
    const replacements: Replacement[] = [];
    let failed = false;
    for (const { resolution, path } of references) {
      if (resolution === null) continue;
      const hash = this.#hashOf(resolution);
      if (hash === null || resolution.kind === 'refused') failed = true;
      else replacements.push({ path, value: lockedReference(resolution.ref, hash) });
    }
    return failed ? null : replacements;
  }

  #hashOf(resolution: NonNullable<AnalyzedDocument['references'][number]['resolution']>): string | null {
    switch (resolution.kind) {
      case 'document':
        return this.lock(resolution.document)?.specHash ?? null;
      case 'locked':
        return resolution.specHash;
      case 'unavailable':
        return this.#synthesize(standInAgent(resolution.ref)).specHash;
      case 'refused':
        return null;
    }
  }

  #lockTasks(value: JsonObject, workflow: Workflow): readonly Replacement[] {
    return workflow.nodes.flatMap((node) => {
      if (node.work.kind !== 'task') return [];
      const index = nodeIndex(value, node.id);
      const task = field((value['nodes'] as readonly JsonObject[])[index], 'task');
      const agent = this.#synthesize(agentForTask(workflow.name, node.id, node.role, isObject(task) ? task : {}));
      return [{ path: ['nodes', index, 'task_agent'], value: lockedReference(node.work.agent.ref, agent.specHash) }];
    });
  }

  #synthesize(agent: JsonObject): SpecToLock {
    return this.#add({ kind: 'agent', name: textField(agent, 'name') ?? '', content: canonicalContent('agent', agent, []), sourcePath: null, synthesized: true });
  }

  #add(spec: Omit<SpecToLock, 'specHash'>): SpecToLock {
    const specHash = this.#dependencies.sha256(spec.content);
    const locked = { ...spec, specHash };
    if (!this.#locks.has(specHash)) this.#locks.set(specHash, locked);
    return locked;
  }
}

function nodeIndex(value: JsonObject, id: string): number {
  const nodes = value['nodes'];
  return Array.isArray(nodes) ? nodes.findIndex((node) => textField(node as JsonObject, 'id') === id) : -1;
}
