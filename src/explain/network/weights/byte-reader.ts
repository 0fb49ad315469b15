import { WhylightError } from '../../errors';

/** Reads a byte array front to back; every read is checked against its end. */
export class ByteReader {
  readonly #view: DataView;

  /** @param part what the bytes are, for error messages: `its pickle` */
  constructor(
    readonly bytes: Uint8Array,
    private readonly part: string,
    public offset = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.offset;
  }

  /** Moves past `length` bytes and gives the place where they start. */
  skip(length: number): number {
    if (!(length >= 0) || length > this.left) {
      throw new WhylightError(
        `${this.part} ends too soon: ${length} bytes wanted at ${this.offset}, ${this.left} left`,
      );
    }
    const start = this.offset;
    this.offset += length;
    return start;
  }

  /** The next `length` bytes, not copied. */
  take(length: number): Uint8Array {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  /** An unsigned 64-bit number; one above 2^53 can be no place or length in a file. */
  u64(): number {
    const value = this.#view.getBigUint64(this.skip(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new WhylightError(`${this.part} declares a length of ${value}`);
    return Number(value);
  }

  f64BigEndian(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }

  /** Text up to the next line break, which is passed over. */
  line(limit = 1000): string {
    const end = this.bytes.indexOf(10, this.offset);
    if (end < 0 || end - this.offset > limit) throw new WhylightError(`${this.part} is damaged at ${this.offset}`);
    const text = Buffer.from(this.take(end - this.offset)).toString('latin1');
    this.offset++;
    return text;
  }
}
