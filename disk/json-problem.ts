import type { ParseError } from 'jsonc-parser';
import { printParseErrorCode } from 'jsonc-parser';

/** What is wrong with a JSON text, in words: `ValueExpected` is "value expected". */
export function jsonProblemWords({ error }: ParseError): string {
  return printParseErrorCode(error).replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
