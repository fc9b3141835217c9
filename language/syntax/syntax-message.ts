import type { YAMLParseError } from 'yaml';

/** What the parser found, in words that say what to do. Its own words where ours would say no more. */
export function syntaxMessage(error: YAMLParseError): string {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return 'YAML cannot be indented with tabs. Use spaces.';
    case 'BAD_INDENT':
      return 'The indentation fits nothing above. Align it with the lines it belongs to.';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'A second `: ` on one line. Quote the value, or put the nested mapping on lines of its own.';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'A key must stand on one line and be followed by `:`. Is a `:` or a quote missing?';
    case 'MISSING_CHAR':
      return missingCharacter(error.message);
    case 'BAD_SCALAR_START':
      return 'A plain value cannot begin with this character. Quote the value.';
    case 'BAD_DQ_ESCAPE':
      return 'No such escape in double quotes. Write `\\\\` for a backslash, or use single quotes.';
    case 'BAD_ALIAS':
      return 'An alias is `*` and a name, and carries no anchor or tag of its own.';
    case 'MULTIPLE_ANCHORS':
      return 'A value can have one anchor only. Remove the other.';
    case 'MULTIPLE_TAGS':
      return 'A value can have one tag only. Remove the other.';
    case 'MULTIPLE_DOCS':
      return 'A second document begins here without `---`.';
    case 'KEY_OVER_1024_CHARS':
      return 'The `:` stands more than 1,024 characters after its key. Shorten the key.';
    default:
      return sentence(error.message);
  }
}

function missingCharacter(message: string): string {
  const closing = /closing (["'\]}])/.exec(message)?.[1];
  if (closing !== undefined) return `The closing ${closing} is missing.`;
  if (message.includes('Block collections are not allowed within flow collections')) {
    return 'Inside [ ] and { } values are separated by commas, not by lines and dashes.';
  }
  return sentence(message);
}

function sentence(message: string): string {
  const text = message.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
