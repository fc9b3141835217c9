import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Unpacks it. */
  readonly data: () => Buffer;
}

/** What is in a zip archive, by its central directory. Knows what packages use: no zip64, no encryption. */
export function readZip(archive: Buffer): readonly ZipEntry[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error('This is no zip archive.');
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const header = at;
    entries.push({
      name: archive.toString('utf8', at + 46, at + 46 + nameLength!),
      size: archive.readUInt32LE(at + 24),
      data: () => unpack(archive, header),
    });
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return entries;
}

function unpack(archive: Buffer, header: number): Buffer {
  const local = archive.readUInt32LE(header + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + archive.readUInt32LE(header + 20));
  return archive.readUInt16LE(header + 10) === 0 ? packed : inflateRawSync(packed);
}
