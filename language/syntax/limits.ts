/** What a text may cost us. A document that a person wrote stays far below all of these. */
export const limits = {
  /** UTF-16 units of one file. */
  characters: 2_000_000,
  /**
   * Keys, values and marks of one file, as the lexer counts them. Reading takes a microsecond or two for each, however long it
   * is, so this bounds the time to about a second. What people write has one in three characters at most: 50,000 lines have 440,000.
   */
  lexemes: 600_000,
  /** Documents in one file, each of which is recognised and checked by itself. */
  documents: 2_000,
  /** Mappings and sequences inside one another, aliases followed. */
  depth: 100,
  /** Nodes that following every alias may add to one document. */
  aliasedNodes: 20_000,
} as const;
