/** `$0`, `$0.0042`, `$12.35`: as many digits as it needs, at most six below a cent. `micros`: millionths of a dollar. */
export function moneyWords(micros: number): string {
  const dollars = micros / 1e6;
  if (micros === 0) return '$0';
  if (dollars >= 1) return `$${dollars.toFixed(2)}`;
  const digits = dollars >= 0.01 ? 4 : 6;
  const text = dollars.toFixed(digits).replace(/0+$/, '');
  const decimals = text.length - text.indexOf('.') - 1;
  return `$${decimals < 2 ? dollars.toFixed(2) : text}`;
}

/** `1,204`. */
export function countWords(count: number): string {
  return count.toLocaleString('en-US');
}
