import { createHash } from 'node:crypto';
import type { FileRead, LanguageSettings, Workspace } from '../../language/index.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** A workspace that lives in the test. A value that is not a text is what reading the file answers. */
export function memoryWorkspace(files: Readonly<Record<string, string | FileRead>>, settings: Partial<LanguageSettings> = {}): Workspace {
  const table = new Map(Object.entries(files));
  return {
    read: (path) => {
      const file = table.get(path);
      if (file === undefined) return { kind: 'missing' };
      return typeof file === 'string' ? { kind: 'text', text: file } : file;
    },
    list: () => [...table.keys()].filter((path) => /\.ya?ml$/.test(path)).sort(),
    settings: { agents: {}, workflowGlobs: [], ...settings },
  };
}
