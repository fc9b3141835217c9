import type { Problem } from '../../syntax/problem.ts';
import type { Span } from '../../syntax/span.ts';
import { valueSpan } from '../../syntax/yaml-path.ts';
import { kindInWords, kindsReferencedAs, referencedAs, type ReferencedKind } from '../document-kind.ts';
import { didYouMean, nearestWord } from '../nearest-word.ts';
import type { ParsedDocument } from '../parse-documents.ts';
import type { DocumentLibrary } from './document-library.ts';
import { parseReference } from './parse-reference.ts';

/** A spec that an earlier run has locked, found by its hash. */
export interface LockedSpec {
  readonly kind: ReferencedKind;
  readonly name: string;
  /** Canonical JSON. */
  readonly content: string;
  readonly sourcePath: string | null;
}

export interface ReferenceSources {
  readonly library: DocumentLibrary;
  /** The ledger's versions by spec hash; absent where there is no ledger. */
  readonly lockedSpec?: ((specHash: string) => LockedSpec | null) | undefined;
  /** The first document of this kind with this spec hash; those with mistakes have none. */
  readonly byHash: (kind: ReferencedKind, specHash: string) => ParsedDocument | null;
}

export type Resolution =
  /** `ref` as canonical content writes it. */
  | { readonly kind: 'document'; readonly ref: string; readonly document: ParsedDocument }
  | { readonly kind: 'locked'; readonly ref: string; readonly specHash: string; readonly spec: LockedSpec }
  /** A package that is not here: the document still draws, and the simulated model can stand in for it. */
  | { readonly kind: 'unavailable'; readonly ref: string; readonly problem: Problem }
  | { readonly kind: 'refused'; readonly problem: Problem };

interface Asked {
  readonly reference: string;
  readonly wanted: ReferencedKind;
  readonly from: ParsedDocument;
  readonly span: Span;
  /** Where a stretch of the reference stands; absent where nobody looks. */
  readonly part?: (offset: number, length: number) => Span;
}

/** Finds what a reference means. Reading goes through the library, so nothing outside the workspace is ever read. */
export function resolveReference(asked: Asked, sources: ReferenceSources): Resolution {
  const parsed = parseReference(asked.reference, asked.from.path);
  switch (parsed.kind) {
    case 'path':
      return resolvePath(asked, parsed.path, parsed.path, sources);
    case 'outside':
      return refused(outside(asked, sources.library));
    case 'name':
      return resolveName(asked, parsed.name, sources);
    case 'digest':
      return resolveDigest(asked, parsed.digest, sources);
    case 'malformed-digest':
      return refused(malformedDigest(asked, parsed.digest));
  }
}

function refused(problem: Problem): Resolution {
  return { kind: 'refused', problem };
}

function outside({ reference, wanted, span }: Asked, library: DocumentLibrary): Problem {
  // As `/configs/a.yaml` or `../configs/a.yaml` something may be meant that is here.
  const segments = reference.replaceAll('\\', '/').split('/').filter((segment) => segment !== '' && segment !== '..' && segment !== '.');
  const paths = new Set(library.paths());
  const suggestion = segments.map((_, i) => segments.slice(i).join('/')).find((path) => path !== reference && paths.has(path));
  if (suggestion !== undefined) return { code: 'outside-workspace', message: `"${reference}" lies outside the workspace.${didYouMean(suggestion)}`, span, suggestion };
  return { code: 'outside-workspace', message: `"${reference}" lies outside the workspace. Move the ${wanted} into it and name it by its path from the workspace root.`, span };
}

function malformedDigest({ reference, span, part }: Asked, digest: string): Problem {
  const place = digest === '' ? span : (part?.(reference.length - digest.length, digest.length) ?? span);
  const small = digest.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(small)) return { code: 'malformed-digest', message: 'A digest is written with small letters.', span: place, suggestion: small };
  const fault = /^[0-9a-f]*$/.test(digest) ? `has ${digest.length}` : 'is something else';
  return { code: 'malformed-digest', message: `After "@sha256:" come 64 digits, 0-9 and a-f; this ${fault}. Copy the digest again.`, span: place };
}

function resolvePath(asked: Asked, path: string, ref: string, sources: ReferenceSources): Resolution {
  const { library } = sources;
  const found = library.file(path);
  const { span, wanted } = asked;
  switch (found.kind) {
    case 'missing':
      return refused(notFound(asked, path, library));
    case 'outside':
      return refused(outside(asked, library));
    case 'too-large':
      return refused({ code: 'unreadable-file', message: `${path} has ${found.bytes} bytes; files are read up to ${found.limit}. Make it smaller.`, span });
    case 'unreadable':
      return refused({ code: 'unreadable-file', message: `${path} cannot be read: ${found.reason}.`, span });
    case 'file':
      break;
  }
  const [first, second] = found.file.documents.filter((document) => referencedAs(document.kind) === wanted);
  if (first === undefined) return refused(wrongKind(asked, path, found.file.documents[0]));
  if (second !== undefined) {
    const message = `${path} holds several ${wanted}s. Refer to one of them by its name.`;
    return refused({ code: 'ambiguous-name', message, span, related: [first, second].map(placeOf) });
  }
  return { kind: 'document', ref, document: first };
}

function placeOf(document: ParsedDocument): { readonly message: string; readonly span: Span; readonly file: string } {
  const span = document.tree === null ? document.span : valueSpan(document.tree, ['name']);
  return { message: `${document.name ?? 'Nameless'}, in ${document.path}`, span, file: document.path };
}

/** A file's name without its endings. */
function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.agent|\.workflow)?(?:\.ya?ml)?$/, '');
}

/** Files that by their paths are something else. */
const ofOtherKind: Readonly<Record<ReferencedKind, RegExp>> = {
  agent: /\.workflow\.ya?ml$|(?:^|\/)configs\/(?:workflows|llm)\//,
  workflow: /\.agent\.ya?ml$|(?:^|\/)configs\/(?:agents|llm)\//,
};

function notFound({ reference, wanted, span }: Asked, path: string, library: DocumentLibrary): Problem {
  if (reference.includes('{%')) {
    return { code: `${wanted}-not-found`, message: `Expressions are not read here: the graph and its hashes are fixed before a run. Write the path of one ${wanted}.`, span };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(reference)) {
    return { code: `${wanted}-not-found`, message: `Nothing is fetched from an address. Put the ${wanted} into the workspace, and write its path.`, span };
  }
  const tag = /^[a-z0-9.-]+\.[a-z]{2,}(?::\d+)?\/[^@]*?(?::([\w.-]+)|@[^/]+)?$/i.exec(reference);
  if (wanted === 'agent' && tag !== null && !reference.includes('@sha256:') && !/\.ya?ml$/.test(reference)) {
    return { code: 'malformed-digest', message: `A package is referred to by its digest, because ${tag[1] === undefined ? 'its name' : `a tag such as "${tag[1]}"`} may come to mean another one: write ${reference.replace(/(?::[\w.-]+|@[^/]+)$/, '')}@sha256: and 64 digits.`, span };
  }
  const paths = library.paths();
  const base = (full: string): string => full.slice(full.lastIndexOf('/') + 1);
  const moved = paths.find((candidate) => base(candidate) === base(path));
  const slashes = reference.includes('\\') ? ' Write its folders with `/`.' : '';
  const suggestion = moved ?? paths.find((candidate) => stemOf(candidate) === stemOf(path) && !ofOtherKind[wanted].test(candidate)) ?? nearestWord(path, paths);
  const message = `There is no file ${path}.${suggestion === null ? ` Create the ${wanted}, or correct the path.` : didYouMean(suggestion)}${slashes}`;
  return { code: `${wanted}-not-found`, message, span, ...(suggestion === null ? {} : { suggestion }) };
}

function wrongKind({ wanted, span }: Asked, path: string, other: ParsedDocument | undefined): Problem {
  const [code, needed] = wanted === 'agent' ? ['not-an-agent', '`name`, `role` and `system_prompt` or `model`'] : ['not-a-workflow', '`name`, `adapter_kind` and `nodes`, or is a state machine'];
  const message = other === undefined ? `${path} is not ${kindInWords(wanted)}: one has ${needed}.` : `${path} is ${kindInWords(other.kind)}, not ${kindInWords(wanted)}. Name another one.`;
  return { code, message, span };
}

function resolveName(asked: Asked, name: string, { library }: ReferenceSources): Resolution {
  const { span, wanted } = asked;
  const [first, second, ...others] = kindsReferencedAs(wanted).flatMap((kind) => library.named(kind, name));
  if (first === undefined && name.includes('{%')) return refused(notFound(asked, name, library));
  if (first === undefined) {
    const other = (['agent', 'workflow', 'states'] as const).flatMap((kind) => library.named(kind, name))[0];
    if (other !== undefined) return refused({ ...wrongKind(asked, `"${name}"`, other), related: [placeOf(other)] });
    const suggestion = nearestWord(name, kindsReferencedAs(wanted).flatMap((kind) => library.all(kind)).flatMap((document) => document.name ?? []));
    const advice = suggestion === null ? ` Name one by its path, such as ./${name}.yaml, or create it.` : didYouMean(suggestion);
    return refused({ code: `${wanted}-not-found`, message: `No ${wanted} in the workspace is called "${name}".${advice}`, span, ...(suggestion === null ? {} : { suggestion }) });
  }
  if (second !== undefined) {
    const places = [first, second, ...others].map(placeOf);
    const message = `${places.length} ${wanted}s are called "${name}": ${places.map((place) => place.file).join(' and ')}. Refer to one by its path, or rename one.`;
    return refused({ code: 'ambiguous-name', message, span, related: places });
  }
  return { kind: 'document', ref: name, document: first };
}

/** First our own hashes, in the ledger and the workspace; then the setting `dagbook.agents`. */
function resolveDigest(asked: Asked, digest: string, sources: ReferenceSources): Resolution {
  const { reference, wanted, span } = asked;
  const locked = sources.lockedSpec?.(digest) ?? null;
  if (locked?.kind === wanted) return { kind: 'locked', ref: reference, specHash: digest, spec: locked };
  const here = sources.byHash(wanted, digest);
  if (here !== null) return { kind: 'document', ref: reference, document: here };
  const { agents } = sources.library.workspace.settings;
  const mapped = wanted === 'agent' && Object.hasOwn(agents, reference) ? agents[reference] : undefined;
  if (mapped !== undefined) return resolvePath(asked, mapped, reference, sources);
  if (wanted === 'workflow') return refused({ code: 'workflow-not-found', message: 'No workflow here or in the ledger has this spec hash. Name it by its path.', span });
  const message = 'This agent is not here. A simulated run uses a stand-in; for a real one, map the reference to a local agent in the setting dagbook.agents.';
  return { kind: 'unavailable', ref: reference, problem: { code: 'agent-not-available', message, span } };
}
