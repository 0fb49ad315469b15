import { BinaryReader } from 'google-protobuf';
import { WhylightError } from '../../errors';

/** Reads one field; false where it is of no interest. */
type Field = (reader: BinaryReader) => unknown;

const DELIMITED = 2;

/**
 * Walks over a message's fields in the protocol buffers' wire format.
 * @param fields by number what is done with each; others are skipped.
 * @throws WhylightError for bytes that are no such message.
 */
export function readFields(bytes: Uint8Array, fields: Readonly<Record<number, Field>>): void {
  try {
    const reader = new BinaryReader(bytes);
    while (reader.nextField() && !reader.isEndGroup()) {
      const field = fields[reader.getFieldNumber()];
      if (field === undefined) reader.skipField();
      else field(reader);
    }
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError('it is damaged: no whole message of the ONNX format', { cause: error });
  }
}

/** Numbers of a repeated field, one at a time or packed. */
export function readIntegers(reader: BinaryReader, list: number[]): void {
  if ((reader.getWireType() as number) !== DELIMITED) list.push(reader.readInt64());
  else for (const value of reader.readPackedInt64()) list.push(value);
}

/** The same for single precision. */
export function readFloats(reader: BinaryReader, list: number[]): void {
  if ((reader.getWireType() as number) !== DELIMITED) list.push(reader.readFloat());
  else for (const value of reader.readPackedFloat()) list.push(value);
}

/** The same for double precision. */
export function readDoubles(reader: BinaryReader, list: number[]): void {
  if ((reader.getWireType() as number) !== DELIMITED) list.push(reader.readDouble());
  else for (const value of reader.readPackedDouble()) list.push(value);
}
