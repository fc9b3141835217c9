export type DocumentKind = 'workflow' | 'states' | 'agent' | 'model-profile';

/** As a message calls it, with its article. */
export function kindInWords(kind: DocumentKind): string {
  switch (kind) {
    case 'workflow':
      return 'a workflow';
    case 'states':
      return 'a states workflow';
    case 'agent':
      return 'an agent';
    case 'model-profile':
      return 'a model profile';
  }
}
