/** What the words of `echolot load` ask of the library. */
import { usage } from '../../../core/errors.ts';
import type { LoadOptions, LoadPhaseName, LoadPhaseOptions } from '../../../index.ts';
import type { LoadArguments } from '../../commands/load.ts';
import { givenHandshakeOptions } from '../../options/engine.ts';
import { given } from '../../options/given.ts';
import { targetOf } from '../target.ts';
import { givenTls } from '../tls.ts';
import { heldTokenOf } from '../token/held-token.ts';

const USUAL_PHASES: readonly LoadPhaseName[] = ['idle', 'down', 'up', 'recovery'];
const REVERSE_PHASES: readonly LoadPhaseName[] = ['idle', 'down', 'recovery'];
const ECHO_PHASES: readonly LoadPhaseName[] = ['idle', 'both', 'recovery'];

/** @throws EcholotError `usage` for words that do not go together */
export function loadOptionsOf(options: LoadArguments): LoadOptions {
  const { streams, bitsPerSecond, bytes, echo, probeIntervalMs, timeoutMs, family, engine, waitTurnMs } =
    options;
  const untilStable = options.rpm ? true : undefined;
  const phases = phasesOf(options);
  return {
    ...targetOf(options),
    ...given({ phases, streams, bitsPerSecond, bytes, untilStable, echo, probeIntervalMs }),
    ...given({ timeoutMs, family, engine, waitTurnMs }),
    ...given({ token: heldTokenOf(options.tokenFile, echo ? 'plain' : 'auto') }),
    socket: { ...givenHandshakeOptions(options), ...givenTls(options) },
  };
}

/** Those that will run, by default, too. */
export function phaseNamesOf({ phases, echo = false }: LoadOptions): readonly LoadPhaseName[] {
  return phases?.map(({ name }) => name) ?? (echo ? ECHO_PHASES : USUAL_PHASES);
}

/** @returns undefined for those of the library @throws EcholotError `usage` */
function phasesOf({ phases, time, echo }: LoadArguments): LoadPhaseOptions[] | undefined {
  if (phases === 'reverse' && echo) {
    throw usage('--reverse is of one direction, and an echo goes both ways', 'leave one of them out');
  }
  if (phases === undefined && time === undefined) return undefined;
  const usual = echo ? ECHO_PHASES : USUAL_PHASES;
  const names = phases === 'reverse' ? REVERSE_PHASES : (phases ?? usual);
  return names.map((name) => {
    if (time === undefined) return { name };
    return { name, durationMs: name === 'idle' || name === 'recovery' ? time.restMs : time.dataMs };
  });
}
