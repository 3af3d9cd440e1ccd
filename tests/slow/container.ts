/**
 * A container as runtimes make one, out of a root and what an image says: namespaces of its own, what the system has mounted,
 * and nothing else that can be written to.
 */
import { readFileSync } from 'node:fs';
import { Program } from '../e2e/program.ts';

const END_MS = 110_000;

/** What an image says of how it runs (opencontainers/image-spec, config.md). */
export interface Saying {
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly User: string;
  readonly Healthcheck: { readonly Test: readonly ['CMD', string, ...string[]] };
}

const BEGIN = [
  'ip link set lo up',
  'mount --bind -o ro "$1" "$1"',
  'mount -t proc proc "$1/proc"',
  'mount --rbind /dev "$1/dev"',
  'root=$1 user=$2; shift 2',
  'exec chroot --userspec="$user" "$root" "$@"',
].join('\n');

export class Container implements AsyncDisposable {
  readonly main: Program;
  private readonly saying: Saying;
  private readonly user: string;
  private readonly root: string;

  constructor(
    root: string,
    saying: Saying,
    words: readonly string[] = saying.Cmd,
    user: string = saying.User,
  ) {
    this.saying = saying;
    this.user = user;
    this.root = root;
    const apart = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child'];
    const inside = ['sh', '-ec', BEGIN, 'sh', root, user, ...saying.Entrypoint, ...words];
    this.main = this.started([...apart, ...inside]);
  }

  /** Runs the image's program in it once more, as `docker exec` does. */
  run(...words: readonly string[]): Program {
    return this.enter([...this.saying.Entrypoint, ...words]);
  }

  checkHealth(): Program {
    const [, ...command] = this.saying.Healthcheck.Test;
    return this.enter(command);
  }

  /** As `docker stop` does. */
  stop(): void {
    process.kill(Number(this.pid), 'SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whoever changes its user is no longer killed with its parent (prctl(2), PR_SET_PDEATHSIG).
    if (this.main.running) process.kill(Number(this.pid), 'SIGKILL');
    await this.main[Symbol.asyncDispose]();
  }

  private enter(command: readonly string[]): Program {
    const within = ['--target', this.pid, '--mount', '--net', '--pid'];
    return this.started(['nsenter', ...within, 'chroot', `--userspec=${this.user}`, this.root, ...command]);
  }

  /** The image's PATH is for what is inside, and the tools that lead there are outside. */
  private started(command: readonly string[]): Program {
    const variables = this.saying.Env.filter((variable) => !variable.startsWith('PATH='));
    return new Program('env', ['-i', `PATH=${process.env['PATH']}`, ...variables, ...command], END_MS);
  }

  /** As seen from outside of its namespaces. */
  private get pid(): string {
    return readFileSync(`/proc/${this.main.pid}/task/${this.main.pid}/children`, 'utf8').trim();
  }
}
