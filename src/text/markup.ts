/** HTML out of templates in which every value is escaped, unless it is markup already. */
import { printable } from './printable.ts';

/** Text that is HTML; only {@link html} and {@link trusted} make it. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Value = string | number | Markup | readonly Value[];

/** @param values text and numbers are escaped; lists are put one after the other */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const parts = strings.map((part, i) => (i < values.length ? part + sourceOf(values[i] as Value) : part));
  return new Markup(parts.join(''));
}

/** Markup of our own making: style sheets, drawings. */
export function trusted(source: string): Markup {
  return new Markup(source);
}

/** For text and for attributes in quotation marks. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function sourceOf(value: Value): string {
  if (value instanceof Markup) return value.source;
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return value.map(sourceOf).join('');
}
