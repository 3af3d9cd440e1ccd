/*
 * The load generator of the server rows: many connections, each with one message in flight, for a fixed time.
 * The next message goes out when the echo of the last one is complete and has been compared, so a server that
 * drops, changes or reorders bytes stops the run instead of scoring.
 *
 *   load PORT CONNECTIONS BYTES MILLISECONDS [--protocol]
 *     ->   {"requests":..,"seconds":..,"requestsPerSecond":..,"p50Ns":..,"p99Ns":..}
 *
 * It never sleeps: a sleeping generator would have to be woken by the server's writes, and a server that lets it
 * fall asleep more often would pay for that with every request.
 *
 * On a machine that stalls, the time lasts until the first echo: a rate of almost nothing instead of no rate.
 *
 * --protocol speaks size-first measurement sessions: setup, "m PAYLOAD SEQ", termination. BYTES is the payload's
 * size. Connections, setups and terminations happen outside the timed part.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_PROBES 1000000 /* what a setup asks for, and the server's own default limit */
#define MAX_SAMPLES (1u << 23)

struct connection {
  int fd;
  unsigned sequence;
  uint64_t started_ns;
  size_t length, received;
  char *message, *echo;
};

static size_t payload_bytes;
static int protocol;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s\n", what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Sends one control message, waits for its status line and insists on 200. Blocking: not part of the timing. */
static void ask(int fd, const char *message) {
  char reply[128];
  size_t got = 0;
  if (send(fd, message, strlen(message), MSG_NOSIGNAL) < 0) die("send");
  while (got == 0 || reply[got - 1] != '\n') {
    ssize_t n = recv(fd, reply + got, sizeof reply - got, 0);
    if (n <= 0) die("no status line");
    got += (size_t)n;
    if (got == sizeof reply) break;
  }
  if (memcmp(reply, "200", 3) != 0) fail("the server refused a setup or a termination");
}

static void open_connection(struct connection *c, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct timeval patience = {.tv_sec = 5};
  int on = 1;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  c->message = malloc(payload_bytes + 32);
  c->echo = malloc(payload_bytes + 32);
  if (!c->message || !c->echo) die("malloc");
  memset(c->message, 'x', payload_bytes + 32);
  if (protocol) {
    char setup[80];
    snprintf(setup, sizeof setup, "s RTT %zu %d 0\n", payload_bytes, MAX_PROBES);
    memcpy(c->message, "m ", 2);
    ask(c->fd, setup);
  } else {
    c->message[payload_bytes - 1] = '\n';
    c->length = payload_bytes;
  }
}

static void send_next(struct connection *c) {
  if (protocol) {
    if (++c->sequence > MAX_PROBES) fail("more probes than a setup may agree on: choose a shorter run");
    c->length = payload_bytes + 2 + (size_t)sprintf(c->message + payload_bytes + 2, " %u\n", c->sequence);
  }
  c->received = 0;
  c->started_ns = now_ns();
  if (send(c->fd, c->message, c->length, MSG_NOSIGNAL) != (ssize_t)c->length) die("send");
}

/* Reads what came; 1 when the echo is complete and right. */
static int receive(struct connection *c) {
  ssize_t n = recv(c->fd, c->echo + c->received, payload_bytes + 32 - c->received, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (n < 0) die("recv");
  if (n == 0) fail("the server closed a connection");
  c->received += (size_t)n;
  if (c->received < c->length) return 0;
  if (c->received > c->length || memcmp(c->echo, c->message, c->length) != 0) fail("an echo came back changed");
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 5 || argc > 6) {
    fprintf(stderr, "usage: load PORT CONNECTIONS BYTES MILLISECONDS [--protocol]\n");
    return 2;
  }
  int count = atoi(argv[2]), idle = 0;
  payload_bytes = strtoul(argv[3], NULL, 10);
  uint64_t duration_ns = strtoull(argv[4], NULL, 10) * 1000000u;
  protocol = argc == 6 && strcmp(argv[5], "--protocol") == 0;
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  uint32_t *rtt = malloc(MAX_SAMPLES * sizeof *rtt);
  if (count < 1 || payload_bytes < 1 || !connections || !rtt) fail("bad arguments");
  alarm(60);

  int epoll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    open_connection(&connections[i], atoi(argv[1]));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event) < 0) die("epoll_ctl");
  }

  uint64_t start = now_ns(), end = start + duration_ns, last_ns = start;
  size_t requests = 0;
  for (int i = 0; i < count; i++) send_next(&connections[i]);
  /* After the time is up the echoes still in flight are awaited but not counted. */
  while (idle < count) {
    struct epoll_event events[256];
    int ready = epoll_wait(epoll, events, 256, 0);
    if (ready > 0) last_ns = now_ns();
    if (now_ns() - last_ns > 5000000000u) fail("no echo for 5 s");
    if (ready < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (!receive(c)) continue;
      uint64_t now = now_ns();
      if (now >= end && requests == 0) end = now + 1;
      if (now >= end) {
        idle++;
        continue;
      }
      if (requests < MAX_SAMPLES) rtt[requests] = (uint32_t)(now - c->started_ns);
      requests++;
      send_next(c);
    }
  }
  for (int i = 0; i < count; i++) {
    if (protocol) ask(connections[i].fd, "t\n");
    close(connections[i].fd);
  }

  size_t n = requests < MAX_SAMPLES ? requests : MAX_SAMPLES;
  qsort(rtt, n, sizeof *rtt, by_value);
  double seconds = (double)(end - start) / 1e9; /* not the time of the last echo: a stall at the end must count */
  printf("{\"requests\":%zu,\"seconds\":%.6f,\"requestsPerSecond\":%.1f,\"p50Ns\":%u,\"p99Ns\":%u}\n", requests,
         seconds, (double)requests / seconds, rtt[n / 2], rtt[n * 99 / 100]);
  return 0;
}
