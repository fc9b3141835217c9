import type { Json } from '../../../protocol/json.ts';
import { isObject, textField } from '../../documents/json-access.ts';
import { parsePath, parseReference } from '../../documents/references/parse-reference.ts';
import { nearestWord } from '../../documents/nearest-word.ts';
import { nameFromPath } from '../document-skeletons.ts';
import { inlineYaml } from '../field-docs.ts';
import type { FileChange } from '../feature-context.ts';
import { relativePath } from '../relative-path.ts';
import { valueAt } from '../../documents/value-at.ts';
import { sameQuotes, writeScalar } from '../write-scalar.ts';
import { setField } from '../yaml-edit.ts';
import { editFix, replaceFix, type Fix, type Fixer, type FixPlace } from './fix.ts';

/** The file a reference misses, with what such a document begins with. */
export function createDocument(kind: 'agent' | 'workflow'): Fixer {
  return (at) => {
    const reference = valueAt(at.json, at.path);
    if (typeof reference !== 'string' || reference.includes('{%')) return [];
    const parsed = parseReference(reference, at.context.file);
    const folder = kind === 'agent' ? 'configs/agents' : 'configs/workflows';
    const file = parsed.kind === 'path' ? parsed.path : parsed.kind === 'name' ? `${folder}/${nameFromPath(reference)}.yaml` : null;
    if (file === null || !/\.ya?ml$/.test(file) || at.context.workspace.paths.includes(file)) return [];
    const name = parsed.kind === 'name' ? reference : nameFromPath(file);
    return [{ title: `Create the ${kind} ${file}`, changes: [{ kind: 'create', file, text: kind === 'agent' ? agentText(name) : workflowText(name) }], preferred: at.diagnostic.suggestion === undefined }];
  };
}

function agentText(name: string, prompt = `You are ${name}. Say what you are asked for, and how you answer.`): string {
  return `name: ${writeScalar(name)}\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: |\n  ${prompt.trim().replace(/\r?\n/g, '\n  ')}\n`;
}

function workflowText(name: string): string {
  return `name: ${writeScalar(name)}\nadapter_kind: graph\nnodes:\n  - id: first\n    task: { goal: Say what is to be done. }\n`;
}

/** A JSON Schema that allows every object, to begin with. */
export const createSchema: Fixer = (at) => {
  const reference = valueAt(at.json, at.path);
  if (typeof reference !== 'string') return [];
  const parsed = parsePath(reference, /^\.\.?\//.test(reference) ? at.context.file : null);
  if (parsed.kind === 'outside') return [];
  return [{ title: `Create the JSON Schema ${parsed.path}`, changes: [{ kind: 'create', file: parsed.path, text: '{\n  "type": "object",\n  "properties": {}\n}\n' }], preferred: true }];
};

/** One of several documents of one name by its path, and one of several in one file by its name. */
export const chooseByPath: Fixer = (at) => {
  const reference = valueAt(at.json, at.path);
  const isPath = typeof reference === 'string' && parseReference(reference, at.context.file).kind === 'path';
  return at.diagnostic.related.flatMap(({ file, span }) => {
    const name = at.context.workspace.at(file).find(({ nameSpan }) => nameSpan.start === span.start)?.name ?? null;
    if (isPath) return name === null ? [] : replaceFix(at, `Refer to it as "${name}"`, sameQuotes(at.written, name));
    const path = file.includes('/') || /\.ya?ml$/.test(file) ? file : relativePath(at.context.file, file);
    return replaceFix(at, `Refer to ${file}`, sameQuotes(at.written, path));
  });
};

/** An agent that stands in the workflow becomes a file of its own. */
export const extractAgent: Fixer = (at) => {
  const agent = valueAt(at.json, at.path);
  const key = at.path.at(-1);
  if (!isObject(agent) || typeof key !== 'string') return [];
  const name = textField(agent, 'name') ?? 'agent';
  const file = freePath(at, name);
  const text = Object.entries({ name, role: 'custom', ...agent } as Readonly<Record<string, Json>>).map(([field, value]) => `${field}: ${inlineYaml(value)}\n`).join('');
  const create: FileChange = { kind: 'create', file, text };
  return editFix(at, `Move it to ${file}`, [setField(at.editor, at.path.slice(0, -1), key, file)], true).map((fix): Fix => ({ ...fix, changes: [create, ...fix.changes] }));
};

export function freePath({ context }: Pick<FixPlace, 'context'>, name: string): string {
  const base = `configs/agents/${nameFromPath(name)}`;
  const taken = (path: string): boolean => context.workspace.paths.includes(path);
  let path = `${base}.yaml`;
  for (let number = 2; taken(path); number += 1) path = `${base}_${number}.yaml`;
  return path;
}

/** A version that the ledger knows, instead of a digest that is none. */
export const pinKnownDigest: Fixer = (at) => {
  const reference = valueAt(at.json, at.path);
  if (typeof reference !== 'string') return [];
  const [package_ = ''] = reference.split('@sha256:');
  const name = package_.slice(package_.lastIndexOf('/') + 1);
  return at.context.workspace.lockedSpecs
    .filter((spec) => spec.name === name || spec.name === package_)
    .slice(0, 3)
    .flatMap((spec, i): readonly Fix[] => {
      const whole = `${package_}@sha256:${spec.specHash}`;
      const scalar = at.place.node.kind === 'scalar' ? at.place.node.span : at.diagnostic.span;
      return editFix(at, `Pin ${spec.specHash.slice(0, 12)}… from the ledger`, [{ span: scalar, newText: sameQuotes(at.context.text.slice(scalar.start, scalar.end), whole) }], i === 0);
    });
};

/** The agent of that name that is here, in the place of a package that is not. */
export const useLocalAgent: Fixer = (at) => {
  const reference = valueAt(at.json, at.path);
  if (typeof reference !== 'string' || at.place.node.kind !== 'scalar') return [];
  const [package_ = ''] = reference.split('@sha256:');
  const name = package_.slice(package_.lastIndexOf('/') + 1);
  const [agent, second] = at.context.workspace.named('agent', name);
  const { span } = at.place.node;
  if (agent === undefined || second !== undefined) return [];
  return editFix(at, `Refer to the agent "${name}" of this workspace`, [{ span, newText: sameQuotes(at.context.text.slice(span.start, span.end), name) }]);
};

/** A document of the right kind in the place of another one, the nearest by name first. */
export function referToOther(kind: 'agent' | 'workflow'): Fixer {
  return (at) => {
    const reference = valueAt(at.json, at.path);
    const { span } = at.place.node;
    if (typeof reference !== 'string' || at.place.node.kind !== 'scalar') return [];
    const isPath = parseReference(reference, at.context.file).kind === 'path';
    const base = nameFromPath(reference);
    const others = at.context.workspace.documents(kind).filter(({ name, path }) => name !== null && path !== at.context.file && name !== reference && at.context.workspace.named(kind, name).length === 1);
    const near = others.toSorted((a, b) => Number(nearestWord(base, [b.name ?? '']) !== null) - Number(nearestWord(base, [a.name ?? '']) !== null));
    return near.slice(0, 3).flatMap(({ name, path }) => {
      const alone = at.context.workspace.at(path).length === 1;
      const text = isPath && alone ? (path.includes('/') ? path : `./${path}`) : (name ?? '');
      return editFix(at, `Refer to the ${kind} "${name ?? ''}"`, [{ span, newText: sameQuotes(at.context.text.slice(span.start, span.end), text) }]);
    });
  };
}
