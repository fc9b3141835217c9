export type DocumentKind = 'workflow' | 'states' | 'agent' | 'model-profile';

/** What references lead to. */
export type ReferencedKind = 'agent' | 'workflow';

/** A state machine is a workflow too, and the two families share their names. */
export function referencedAs(kind: DocumentKind): ReferencedKind | null {
  switch (kind) {
    case 'workflow':
    case 'states':
      return 'workflow';
    case 'agent':
      return 'agent';
    case 'model-profile':
      return null;
  }
}

/** The kinds of document that a reference may mean. */
export function kindsReferencedAs(wanted: ReferencedKind): readonly DocumentKind[] {
  return wanted === 'agent' ? ['agent'] : ['workflow', 'states'];
}

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
