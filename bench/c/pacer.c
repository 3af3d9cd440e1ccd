/*
 * The generator that the lateness of an open loop is seen beside: the same rate over as many connections, which take
 * turns, of plain echo. It sleeps until shortly before each message is due and spins from there, reading what comes;
 * how late it sends is what the machine and its kernel make late, whoever asks.
 *
 *   pacer PORT CONNECTIONS RATE BYTES MILLISECONDS
 *     ->   {"sent":..,"p50Ns":..,"p99Ns":..,"maxNs":..}   lateness of the sends
 *
 * When each is due is computed from the rate and a count; one that is late moves none of the others. The first half
 * second is not counted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP_NS 500000000u
#define SPIN_NS 200000u /* more than a sleep lasts too long, as a rule */
#define MAX_SAMPLES (1u << 24)

static char buffer[64 * 1024];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void sleep_until(uint64_t ns) {
  struct timespec t = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) continue;
}

static int by_value(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static int open_connection(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/* What came is thrown away; that of one connection at a time, so that a send is never far. */
static void receive(int epoll) {
  struct epoll_event event;
  if (epoll_wait(epoll, &event, 1, 0) != 1) return;
  ssize_t n = recv(event.data.fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) die("recv");
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: pacer PORT CONNECTIONS RATE BYTES MILLISECONDS\n");
    return 2;
  }
  size_t count = strtoul(argv[2], NULL, 10), bytes = strtoul(argv[4], NULL, 10), n = 0;
  double rate = strtod(argv[3], NULL);
  uint64_t duration_ns = strtoull(argv[5], NULL, 10) * 1000000u;
  int *connections = calloc(count, sizeof *connections);
  char *message = malloc(bytes);
  uint32_t *late = malloc(MAX_SAMPLES * sizeof *late);
  if (count == 0 || bytes == 0 || !(rate > 0) || !connections || !message || !late) die("arguments");
  memset(message, 'x', bytes);
  message[bytes - 1] = '\n';
  prctl(PR_SET_TIMERSLACK, 1);
  alarm(120);

  int epoll = epoll_create1(0);
  for (size_t i = 0; i < count; i++) {
    connections[i] = open_connection(atoi(argv[1]));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = connections[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i], &event) < 0) die("epoll_ctl");
  }

  uint64_t start = now_ns() + 1000000u, from = start + WARM_UP_NS, end = from + duration_ns;
  for (size_t i = 0;; i++) {
    uint64_t due = start + (uint64_t)((double)i * 1e9 / rate);
    if (due >= end) break;
    for (uint64_t now = now_ns(); now < due; now = now_ns()) {
      receive(epoll);
      if (due - now > 2 * SPIN_NS) sleep_until(due - SPIN_NS);
    }
    uint64_t sent = now_ns();
    if (send(connections[i % count], message, bytes, MSG_NOSIGNAL) != (ssize_t)bytes) die("send");
    /* Where it is behind, what comes is to be read all the same: the server may wait for that. */
    if (sent > due) receive(epoll);
    if (due >= from && n < MAX_SAMPLES) late[n++] = (uint32_t)(sent - due);
  }
  if (n == 0) die("nothing was due");

  qsort(late, n, sizeof *late, by_value);
  printf("{\"sent\":%zu,\"p50Ns\":%u,\"p99Ns\":%u,\"maxNs\":%u}\n", n, late[n / 2], late[n * 99 / 100],
         late[n - 1]);
  return 0;
}
