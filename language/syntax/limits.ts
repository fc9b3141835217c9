/** What a text may cost us. A document that a person wrote stays far below all of these. */
export const limits = {
  /** UTF-16 units of one file: parsing costs about 30 ms per 1,000 lines, so this bounds the time. */
  characters: 2_000_000,
  /** Documents in one file, each of which is recognised and checked by itself. */
  documents: 2_000,
  /** Mappings and sequences inside one another, aliases followed. */
  depth: 100,
  /** Nodes that following every alias may add to one document. */
  aliasedNodes: 20_000,
} as const;
