/*
 * Keeps one CPU busy for as long as it lives: the foreign load of the row about busy cores. It makes no system call
 * and touches no memory, so all it takes away is time on the CPU.
 *
 *   busy   ->   nothing; ends on SIGTERM, with its parent, or after a minute
 */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void) {
  volatile unsigned long turns = 0;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(60);
  for (;;) turns++;
}
