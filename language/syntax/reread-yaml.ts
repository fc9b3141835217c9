import { editedRegions } from './edited-region.ts';
import { countLexemes, documentOf, readYaml, type DocumentReading, type YamlStream } from './parse-yaml.ts';
import { rereadRegion, type RereadDocument } from './reread-region.ts';
import { limits } from './limits.ts';
import { shiftProblem } from './problem.ts';
import { shiftNode, shiftSpan } from './shift-tree.ts';
import { textChange, type TextChange } from './text-change.ts';

/** A text that is read in a millisecond, and a region that is most of the text, are not worth the looking. */
const SMALL = 1000;
const MOST = 0.6;

/**
 * Reads a text that has grown out of one that was read before. What the edit cannot have changed is taken over, and
 * the answer is the one `readYaml` gives. Parts of the JSON value that lie outside the edit stay the same objects.
 */
export function rereadYaml(before: YamlStream, text: string): YamlStream {
  const change = textChange(before.text, text);
  if (change === null) return before;
  if (text.length < SMALL || text.length > limits.characters) return readYaml(text);
  const index = before.readings.findIndex(({ span }) => span.start <= change.start && change.oldEnd <= span.end);
  const reading = before.readings[index];
  const edited = reading === undefined ? null : rereadDocument(reading, before.text, text, change);
  if (edited === null) return readYaml(text);
  // What comes after another document's anchors may have moved, but not what they point at.
  if (before.readings.some(({ linked }, i) => linked && i > index)) return readYaml(text);
  // What the region had before still counts: only near the limit somebody has to look.
  const atMost = before.lexemes + edited.lexemes;
  const lexemes = atMost > limits.lexemes ? countLexemes(text) : atMost;
  if (lexemes > limits.lexemes) return readYaml(text);
  const by = change.newEnd - change.oldEnd;
  const behind = before.readings.slice(index + 1).map((other, i) => {
    const shifted = shiftReading(other, by);
    // Each begins where the one before it ends.
    return i === 0 ? { ...shifted, span: { start: edited.reading.span.end, end: shifted.span.end } } : shifted;
  });
  const readings = [...before.readings.slice(0, index), edited.reading, ...behind];
  return { text, lexemes, readings, documents: readings.map((each, i) => (i < index ? (before.documents[i] ?? documentOf(each)) : documentOf(each))) };
}

function rereadDocument(reading: DocumentReading, before: string, after: string, change: TextChange): RereadDocument | null {
  const { tree, linked, mistake, problems } = reading;
  // A second entry of a key is not in the tree, so nothing is known of its place.
  if (tree === null || linked || problems.some(({ code }) => code === 'duplicate-key')) return null;
  for (const region of editedRegions(tree, before, reading.span, change)) {
    const { start, end } = region.span;
    if (end - start > before.length * MOST) return null;
    // One mistake may hide others: what lies beyond the region has been read without any.
    if (mistake !== null && (mistake.reach.start < start || mistake.reach.end > end)) continue;
    const read = rereadRegion(reading, tree, region, after, change.newEnd - change.oldEnd);
    if (read !== null) return read;
  }
  return null;
}

function shiftReading({ tree, json, span, problems, mistake, linked }: DocumentReading, by: number): DocumentReading {
  return {
    tree: tree === null ? null : shiftNode(tree, by),
    json,
    span: shiftSpan(span, by),
    problems: problems.map((problem) => shiftProblem(problem, by)),
    mistake: mistake === null ? null : { problem: shiftProblem(mistake.problem, by), reach: shiftSpan(mistake.reach, by) },
    linked,
  };
}
