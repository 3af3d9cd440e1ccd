/** Changes to what is sent: each takes the bytes as a text, a character a byte, and gives other ones. */
import type { Chance } from './chance.ts';
import { noise, number } from './grammar.ts';

type Mutate = (text: string, chance: Chance, other: string) => string;

/** Longer ones only cost time. */
const MOST_BYTES = 64 * 1024;

/** By name, for the count of classes. `other` is a text to take parts from. */
export const MUTATIONS: Readonly<Record<string, Mutate>> = {
  flip: (text, chance) => {
    const at = chance.below(text.length);
    return replaced(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << chance.below(8))));
  },
  byte: (text, chance) => replaced(text, chance.below(text.length), chance.below(2), noise(chance, 3)),
  cut: (text, chance) => {
    const [from, to] = span(text, chance);
    return replaced(text, from, to - from, '');
  },
  end: (text, chance) => text.slice(0, chance.below(text.length)),
  double: (text, chance) => {
    const [from, to] = span(text, chance);
    return replaced(text, to, 0, text.slice(from, to).repeat(chance.between(1, 3)));
  },
  swap: (text, chance) => {
    const lines = text.split('\n');
    const at = chance.below(lines.length);
    const [line = ''] = lines.splice(at, 1);
    lines.splice(chance.below(lines.length + 1), 0, line);
    return lines.join('\n');
  },
  splice: (text, chance, other) => {
    const [from, to] = span(other, chance);
    return replaced(text, chance.below(text.length + 1), 0, other.slice(from, to));
  },
  cross: (text, chance, other) =>
    text.slice(0, chance.below(text.length)) + other.slice(chance.below(other.length)),
  number: (text, chance) => {
    const all = [...text.matchAll(/\d+/g)];
    if (all.length === 0) return text;
    const { index, 0: digits } = chance.pick(all);
    return replaced(text, index, digits.length, number(chance));
  },
  nul: (text, chance) => replaced(text, chance.below(text.length + 1), 0, '\0'.repeat(chance.between(1, 3))),
  crlf: (text, chance) => (chance.is(0.5) ? text.replaceAll('\n', '\r\n') : text.replace('\n', '\r\n')),
};

export const MUTATION_NAMES: readonly string[] = Object.keys(MUTATIONS);

export function mutated(text: string, name: string, chance: Chance, other: string): string {
  if (text === '' || other === '') return text + noise(chance, 3);
  return MUTATIONS[name]?.(text, chance, other).slice(0, MOST_BYTES) ?? text;
}

function span(text: string, chance: Chance): [number, number] {
  const from = chance.below(text.length + 1);
  return [from, Math.min(text.length, from + chance.between(1, chance.is(0.5) ? 4 : text.length))];
}

function replaced(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed);
}
