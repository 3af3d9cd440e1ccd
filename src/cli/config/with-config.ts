/** Puts what a configuration file says into the command line, before what was typed, which wins. */

const CONFIG = '--config';
const SHORT: Readonly<Record<string, string>> = { port: '-p', quiet: '-q', interval: '-i', probes: '-n' };

/** @throws ConfigError with every mistake of the file */
export async function withConfig(args: readonly string[]): Promise<readonly string[]> {
  const [command, ...typed] = args;
  const file = configOf(typed);
  if (file === undefined) return args;
  const { configAtStart, hasConfig } = await import('./read-config.ts');
  if (!hasConfig(command)) return args;
  const ours = configAtStart(command, file).options.filter(({ name }) => !isTyped(name, typed));
  return [command, ...ours.flatMap((each) => each.args), ...typed];
}

function configOf(typed: readonly string[]): string | undefined {
  const at = typed.findIndex((arg) => arg === CONFIG || arg.startsWith(`${CONFIG}=`));
  const found = typed[at];
  return found === CONFIG ? typed[at + 1] : found?.slice(CONFIG.length + 1);
}

/** Whether an option of this name is among the words of a command line. */
export function isTyped(name: string, typed: readonly string[]): boolean {
  const short = SHORT[name];
  return typed.some(
    (arg) =>
      arg === `--${name}` || arg.startsWith(`--${name}=`) || (short !== undefined && arg.startsWith(short)),
  );
}
