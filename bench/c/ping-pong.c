/*
 * The client that the client row is measured against: one connection, one message in flight, no event loop.
 * It spins on a non-blocking recv, which is the fastest way a program can wait for an answer, so its median
 * is the floor that any other client is compared with. It reads while it still writes, so a message may be
 * larger than all the buffers on its way.
 *
 *   ping-pong PORT PROBES BYTES [WARMUP]   ->   {"minNs":..,"p50Ns":..,"p99Ns":..,"n":..}
 *
 * WARMUP probes before the others are sent alike and not counted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc < 4 || argc > 5) {
    fprintf(stderr, "usage: ping-pong PORT PROBES BYTES [WARMUP]\n");
    return 2;
  }
  size_t probes = strtoul(argv[2], NULL, 10), bytes = strtoul(argv[3], NULL, 10);
  size_t warmup = argc == 5 ? strtoul(argv[4], NULL, 10) : 0;
  uint64_t *rtt = calloc(probes, sizeof *rtt);
  char *message = malloc(bytes), *echo = malloc(bytes);
  if (probes == 0 || bytes == 0 || !rtt || !message || !echo) die("arguments");
  memset(message, 'x', bytes);
  message[bytes - 1] = '\n';
  alarm(60); /* a spinning program whose server hangs must still end */

  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) die("TCP_NODELAY");

  for (size_t i = 0; i < warmup + probes; i++) {
    size_t sent = 0, got = 0;
    uint64_t start = now_ns();
    while (got < bytes) {
      ssize_t n = sent < bytes ? send(fd, message + sent, bytes - sent, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;
      if (n >= 0) sent += (size_t)n;
      else if (errno != EAGAIN && errno != EINTR) die("send");
      n = recv(fd, echo + got, bytes - got, MSG_DONTWAIT);
      if (n > 0) got += (size_t)n;
      else if (n == 0 || (errno != EAGAIN && errno != EINTR)) die("recv");
    }
    if (i >= warmup) rtt[i - warmup] = now_ns() - start;
    if (memcmp(message, echo, bytes) != 0) {
      fprintf(stderr, "probe %zu came back changed\n", i + 1);
      return 1;
    }
  }
  close(fd);

  qsort(rtt, probes, sizeof *rtt, by_value);
  printf("{\"minNs\":%llu,\"p50Ns\":%llu,\"p99Ns\":%llu,\"n\":%zu}\n", (unsigned long long)rtt[0],
         (unsigned long long)rtt[probes / 2], (unsigned long long)rtt[probes * 99 / 100], probes);
  return 0;
}
