/** Puts what a configuration file says into the command line, before what was typed, which wins. */

const CONFIG = '--config';
const SHORT: Readonly<Record<string, string>> = { port: '-p', quiet: '-q' };

/** @throws ConfigError with every mistake of the file */
export async function withConfig(args: readonly string[]): Promise<readonly string[]> {
  const [command, ...typed] = args;
  const file = configOf(typed);
  if (command !== 'serve' || file === undefined) return args;
  const { configAtStart } = await import('./read-config.ts');
  const ours = configAtStart(file).options.filter(({ name }) => !isTyped(name, typed));
  return ['serve', ...ours.flatMap((each) => each.args), ...typed];
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
