/** A reader of Protocol Buffers by the wire alone: what each field has, by its number. It throws where the bytes are none. */

/** A number for a varint or a double, bytes for what has a length. */
type Field = number | Uint8Array;
export type Message = ReadonlyMap<number, readonly Field[]>;

/** Messages with their length before each. */
export function delimited(bytes: Uint8Array): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [length, from] = varint(bytes, at);
    if (from + length > bytes.length) throw new Error('a message is cut');
    messages.push(message(bytes.subarray(from, from + length)));
    at = from + length;
  }
  return messages;
}

export function message(bytes: Uint8Array): Message {
  const fields = new Map<number, Field[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const [tag, from] = varint(bytes, at);
    let value: Field;
    switch (tag % 8) {
      case 0:
        [value, at] = varint(bytes, from);
        break;
      case 1:
        value = view.getFloat64(from, true);
        at = from + 8;
        break;
      case 2: {
        const [length, start] = varint(bytes, from);
        at = start + length;
        if (at > bytes.length) throw new Error('a field is cut');
        value = bytes.subarray(start, at);
        break;
      }
      default:
        throw new Error(`no kind of field: ${tag % 8}`);
    }
    const field = Math.floor(tag / 8);
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

export function numberIn(all: Message, field: number): number | undefined {
  return all.get(field)?.[0] as number | undefined;
}

export function signedIn(all: Message, field: number): number {
  return unzigzag(numberIn(all, field) ?? 0);
}

export function textIn(all: Message, field: number): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(all.get(field)?.[0] as Uint8Array);
}

export function messagesIn(all: Message, field: number): Message[] {
  return (all.get(field) ?? []).map((bytes) => message(bytes as Uint8Array));
}

/** `repeated sint64`, packed. */
export function signedListIn(all: Message, field: number): number[] {
  const bytes = (all.get(field)?.[0] ?? new Uint8Array()) as Uint8Array;
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, next] = varint(bytes, at);
    values.push(unzigzag(value));
    at = next;
  }
  return values;
}

function varint(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0;
  for (let at = from, factor = 1; at < bytes.length; at++, factor *= 128) {
    const byte = bytes[at] as number;
    value += (byte % 128) * factor;
    if (byte < 128) return [value, at + 1];
  }
  throw new Error('a number is cut');
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
