/**
 * A file's name tells its form where no option does: a report for people in `run.json` would have lost the samples for
 * good, and nobody would notice before he needs them.
 */

interface Printed {
  /** `human` where none was asked for. */
  readonly form: string;
  /** Undefined for standard output. */
  readonly output: string | undefined;
}

/** @param forms those of the command, each the ending of its files as well */
export function inNamedForm<O extends Printed>(options: O, forms: readonly O['form'][]): O {
  const { form, output } = options;
  if (form !== 'human' || output === undefined) return options;
  const named = forms.find((each) => output.toLowerCase().endsWith(`.${each}`));
  return named === undefined ? options : { ...options, form: named };
}
