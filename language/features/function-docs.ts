/** A function of JSONata as signature help and completion show it. */
export interface FunctionDoc {
  /** Without its `$`. */
  readonly name: string;
  /** One that may be left out ends with `?`. */
  readonly parameters: readonly string[];
  readonly about: string;
}

/** After jsonata's own reference; a test holds the names against `builtinFunctions`. */
const table = `
abs(number) The value without its sign.
append(array1, array2) Both arrays, one after the other.
assert(condition, message?) Fails with the message unless the condition is true.
average(array) The mean of the numbers.
base64decode(str) The text behind base 64.
base64encode(str) The text in base 64.
boolean(arg) Whether the value counts as true.
ceil(number) Rounded up to a whole number.
clone(object) A copy.
contains(str, pattern) Whether the text holds the pattern: a text or a regex.
count(array) How many items there are.
decodeUrl(str) A URL with its escapes undone.
decodeUrlComponent(str) A part of a URL with its escapes undone.
distinct(array) The items without doubles.
each(object, function) What the function gives for every value and key of the object.
encodeUrl(str) A URL with its special characters escaped.
encodeUrlComponent(str) A part of a URL with its special characters escaped.
error(message?) Fails with the message.
exists(arg) Whether the path leads to anything.
filter(array, function) The items for which the function gives true.
floor(number) Rounded down to a whole number.
formatBase(number, radix?) The whole number in another base.
formatInteger(number, picture) The whole number as the picture says.
formatNumber(number, picture, options?) The number as the picture says.
fromMillis(number, picture?, timezone?) A time in milliseconds as a text.
join(array, separator?) The texts put together.
keys(object) The names of the fields.
length(str) How many characters the text has.
lookup(object, key) The value of a field by a name that is computed.
lowercase(str) The text in lower case.
map(array, function) What the function gives for each item.
match(str, pattern, limit?) Where the regex matches.
max(array) The greatest number.
merge(array) One object with the fields of all.
millis() The time now in milliseconds; a replay sees the recorded one.
min(array) The least number.
not(arg) The opposite of what the value counts as.
now(picture?, timezone?) The time now as a text; a replay sees the recorded one.
number(arg) The value as a number.
pad(str, width, char?) The text filled up to the width; on the left where it is negative.
parseInteger(string, picture) The whole number in a text.
power(base, exponent) The base raised to the exponent.
random() A number from 0 up to 1; a replay sees the recorded one.
reduce(array, function, init?) All items folded into one value.
replace(str, pattern, replacement, limit?) The text with the matches replaced.
reverse(array) The items from last to first.
round(number, precision?) Rounded, halves to even.
shuffle(array) The items in a random order; a replay sees the recorded one.
sift(object, function) The fields for which the function gives true.
single(array, function?) The one item for which the function gives true.
sort(array, function?) The items in order.
split(str, separator, limit?) The pieces of the text.
spread(object) One object per field.
sqrt(number) The square root.
string(arg, prettify?) The value as a text.
substring(str, start, length?) A stretch of the text.
substringAfter(str, chars) What stands behind the first match.
substringBefore(str, chars) What stands before the first match.
sum(array) The total of the numbers.
toMillis(timestamp, picture?) A time in milliseconds.
trim(str) The text without the white space around it.
type(value) The name of the value's type.
uppercase(str) The text in upper case.
zip(array1, array2) The items of several arrays put together by place.
`;

export const functionDocs: readonly FunctionDoc[] = readTable(table);

/** What Step Functions adds in JSONata states. */
const addedTable = `
hash(value, algorithm) The hash of a value: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.
parse(string) The value that a JSON text holds.
partition(array, size) The array in pieces of a size.
range(first, last, step) The numbers from first to last.
uuid() A new identifier; a replay sees the recorded one.
`;

/** Every function of a JSONata state; a test holds the names against `statesFunctions`. */
export const statesFunctionDocs: readonly FunctionDoc[] = [...functionDocs, ...readTable(addedTable)].sort((a, b) => (a.name < b.name ? -1 : 1));

function readTable(text: string): readonly FunctionDoc[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [, name = '', parameters = '', about = ''] = /^(\w+)\(([^)]*)\) (.*)$/.exec(line) ?? [];
      return { name, parameters: parameters === '' ? [] : parameters.split(', '), about };
    });
}

export function signatureOf({ name, parameters }: FunctionDoc): string {
  return `$${name}(${parameters.join(', ')})`;
}
