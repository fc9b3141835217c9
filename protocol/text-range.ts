/** A stretch of a document as editors count: lines and UTF-16 code units from 0, the end excluded. */
export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

export interface TextPosition {
  readonly line: number;
  readonly character: number;
}
