/** Integer micro-dollars as the panels write them: `$0`, `$0.000031`, `$0.0042`, `$2.5000`, `$12.35`, `$1,204`. */
export function moneyWords(micros: number): string {
  const dollars = micros / 1e6;
  if (micros === 0) return '$0';
  if (dollars >= 100) return `$${countWords(Math.round(dollars))}`;
  if (dollars >= 10) return `$${dollars.toFixed(2)}`;
  return `$${dollars.toFixed(dollars >= 0.0001 ? 4 : 6)}`;
}

/** `1,204`. */
export function countWords(count: number): string {
  return count.toLocaleString('en-US');
}

/** `812 kB`, `640 MB`, `2.0 GB`. */
export function bytesWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}
