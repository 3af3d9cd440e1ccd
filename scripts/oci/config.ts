/** How a container of the image runs, and what the image says of itself (opencontainers/image-spec, config.md and annotations.md). */
import { HOME, PROGRAM, USER_ID } from './root.ts';

const NANOSECONDS = 1_000_000_000;
const PORT = 9900;

export interface Told {
  readonly version: string;
  readonly description: string;
  readonly revision: string;
  readonly created: string;
}

/** Labels of the image, and annotations of what leads to it. */
export function labelsOf({
  version,
  description,
  revision,
  created,
}: Told): Readonly<Record<string, string>> {
  const said = {
    title: 'echolot',
    description,
    version,
    revision,
    created,
    licenses: 'Apache-2.0',
  };
  return Object.fromEntries(
    Object.entries(said).map(([name, value]) => [`org.opencontainers.image.${name}`, value]),
  );
}

/** @param architecture as Go calls it */
export function configOf(architecture: string, told: Told): Readonly<Record<string, unknown>> {
  return {
    created: told.created,
    architecture,
    os: 'linux',
    config: {
      User: `${USER_ID}:${USER_ID}`,
      Env: ['PATH=/usr/bin', `HOME=${HOME}`, 'XDG_STATE_HOME=/var/lib'],
      WorkingDir: HOME,
      Entrypoint: [PROGRAM],
      // Whoever publishes a port does so for strangers as often as not: within terms and budgets.
      Cmd: ['serve', '--public'],
      ExposedPorts: { [`${PORT}/tcp`]: {} },
      StopSignal: 'SIGTERM',
      // Not in the specification of OCI: Docker obeys it, others pass over it. Each costs a start of the program, so they are few.
      Healthcheck: {
        Test: [
          'CMD',
          PROGRAM,
          'ping',
          '127.0.0.1',
          String(PORT),
          '--count',
          '1',
          '--engine',
          'node',
          '--quiet',
        ],
        Interval: 60 * NANOSECONDS,
        Timeout: 10 * NANOSECONDS,
        StartPeriod: 5 * NANOSECONDS,
        Retries: 3,
      },
      Labels: labelsOf(told),
    },
  };
}
