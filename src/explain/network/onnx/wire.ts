import { BinaryReader } from 'google-protobuf';
import { WhylightError } from '../../errors';

/** Reads one field; false where it is of no interest. */
type Field = (reader: BinaryReader) => unknown;

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

/** What the library's readers of today have and its published types do not. */
interface PackableReader {
  readonly readPackableInt64Into: (list: number[]) => void;
  readonly readPackableFloatInto: (list: number[]) => void;
  readonly readPackableDoubleInto: (list: number[]) => void;
}

const packable = (reader: BinaryReader) => reader as unknown as PackableReader;

/** Adds the numbers of a repeated field, which comes number by number or packed. */
export const readIntegers = (reader: BinaryReader, list: number[]): void =>
  packable(reader).readPackableInt64Into(list);

/** The same for single precision. */
export const readFloats = (reader: BinaryReader, list: number[]): void => packable(reader).readPackableFloatInto(list);

/** The same for double precision. */
export const readDoubles = (reader: BinaryReader, list: number[]): void =>
  packable(reader).readPackableDoubleInto(list);
