/** JSON as the formatter of the project leaves it: objects in lines, lists in one line where they fit. */
import { isRecord } from './json-schema.ts';

const WIDTH = 110;

export function printed(value: unknown, depth = 0, label = ''): string {
  const indent = '  '.repeat(depth + 1);
  const end = '  '.repeat(depth);
  if (Array.isArray(value)) {
    const flat = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const fits = end.length + label.length + flat.length + 1 <= WIDTH;
    if (fits && !value.some(isRecord)) return flat;
    return `[\n${value.map((item) => indent + printed(item, depth + 1)).join(',\n')}\n${end}]`;
  }
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => {
    const name = `${JSON.stringify(key)}: `;
    return indent + name + printed(member, depth + 1, name);
  });
  return `{\n${members.join(',\n')}\n${end}}`;
}
