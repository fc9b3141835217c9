import { realpathSync, statSync } from 'node:fs';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import { isYamlName } from '../protocol/listed-files.ts';
import { usage } from './command-line.ts';
import type { VerbContext } from './verb.ts';

type Paths = Pick<VerbContext, 'workspace' | 'workspaceOf' | 'resolve'>;

export interface NamedDocument {
  readonly workspace: DiskWorkspace;
  /** Workspace-relative POSIX path, or a workflow's name. */
  readonly target: string;
}

/** FILE or NAME: an existing file wins (rule 8); what looks like a path and is none was mistyped. */
export function namedDocument(named: string, context: Paths): NamedDocument {
  const found = fileOf(named, context);
  if (found !== null) return found;
  if (isYamlName(named) || named.includes('/')) throw new DagbookError('file-not-found', `There is no file ${named}.`);
  return { workspace: context.workspace(), target: named };
}

export function namedFile(named: string, context: Paths): NamedDocument {
  const found = fileOf(named, context);
  if (found !== null) return found;
  if (statSync(context.resolve(named), { throwIfNoEntry: false }) !== undefined) throw isFolder(named);
  throw new DagbookError('file-not-found', `There is no file ${named}.`);
}

function fileOf(named: string, context: Paths): NamedDocument | null {
  const absolute = context.resolve(named);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat === undefined || (stat.isDirectory() && !isYamlName(named) && !named.includes('/'))) return null;
  if (stat.isDirectory()) throw isFolder(named);
  const workspace = context.workspaceOf(absolute);
  const target = workspace.relative(absolute) ?? workspace.relative(realpathSync(absolute));
  if (target === null) throw usage(`${named} lies outside the workspace ${workspace.root}.`);
  return { workspace, target };
}

function isFolder(named: string): DagbookError {
  return usage(`${named} is a folder; name a file in it.`);
}
