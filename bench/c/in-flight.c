/*
 * The client that the closed loop at its limit is measured against: N connections of plain echo with K messages in
 * flight on each, for a fixed time. As soon as an echo is complete, and is right, the next message goes out: each
 * with a send and a stamp of its own, as a client needs that tells what each of them took.
 *
 *   in-flight PORT CONNECTIONS IN-FLIGHT BYTES MILLISECONDS
 *     ->   {"requests":..,"seconds":..,"requestsPerSecond":..,"p50Ns":..,"p99Ns":..}
 *
 * It never sleeps, so the server's writes need not wake it. The first half second is not counted.
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

#define MAX_SAMPLES (1u << 23)
#define WARM_UP_NS 500000000u
#define PATIENCE_NS 5000000000u

struct connection {
  int fd;
  size_t received;       /* of the oldest message under way */
  uint64_t *started_ns;  /* a ring: echoes come in the order of their messages */
  size_t oldest;
};

static char *message, echo[64 * 1024];
static size_t message_bytes, in_flight, requests;
static uint64_t counted_from_ns;
static uint32_t *rtt;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void fail(const char *what) {
  fprintf(stderr, "in-flight: %s\n", what);
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

static void open_connection(struct connection *c, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int on = 1;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  c->started_ns = calloc(in_flight, sizeof *c->started_ns);
  if (!c->started_ns) die("calloc");
}

/* In the place of the one that is answered, which is the oldest. */
static void send_next(struct connection *c) {
  c->started_ns[c->oldest] = now_ns();
  c->oldest = (c->oldest + 1) % in_flight;
  if (send(c->fd, message, message_bytes, MSG_NOSIGNAL) != (ssize_t)message_bytes) die("send");
}

/* Takes what came, and sends a message for each that is answered. */
static void receive(struct connection *c) {
  ssize_t n = recv(c->fd, echo, sizeof echo, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n < 0) die("recv");
  if (n == 0) fail("the server closed a connection");
  uint64_t now = now_ns();
  for (char *at = echo, *end = echo + n; at < end;) {
    size_t part = message_bytes - c->received;
    if (part > (size_t)(end - at)) part = (size_t)(end - at);
    if (memcmp(at, message + c->received, part) != 0) fail("an echo came back changed");
    at += part;
    c->received += part;
    if (c->received < message_bytes) return;
    c->received = 0;
    if (now >= counted_from_ns) {
      if (requests < MAX_SAMPLES) rtt[requests] = (uint32_t)(now - c->started_ns[c->oldest]);
      requests++;
    }
    send_next(c);
  }
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: in-flight PORT CONNECTIONS IN-FLIGHT BYTES MILLISECONDS\n");
    return 2;
  }
  int count = atoi(argv[2]);
  in_flight = strtoul(argv[3], NULL, 10);
  message_bytes = strtoul(argv[4], NULL, 10);
  uint64_t duration_ns = strtoull(argv[5], NULL, 10) * 1000000u;
  if (count < 1 || in_flight < 1 || message_bytes < 1 || duration_ns == 0) fail("bad arguments");
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  message = malloc(message_bytes);
  rtt = malloc(MAX_SAMPLES * sizeof *rtt);
  if (!connections || !message || !rtt) die("malloc");
  for (size_t i = 0; i < message_bytes; i++) message[i] = (char)('a' + i % 26); /* none looks like its neighbour */
  message[message_bytes - 1] = '\n';
  alarm(60);

  int epoll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    open_connection(&connections[i], atoi(argv[1]));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event) < 0) die("epoll_ctl");
  }

  uint64_t last_ns = now_ns();
  counted_from_ns = last_ns + WARM_UP_NS;
  uint64_t end_ns = counted_from_ns + duration_ns;
  for (int i = 0; i < count; i++)
    for (size_t k = 0; k < in_flight; k++) send_next(&connections[i]);
  for (uint64_t now = last_ns; now < end_ns; now = now_ns()) {
    struct epoll_event events[256];
    int ready = epoll_wait(epoll, events, 256, 0);
    if (ready < 0 && errno != EINTR) die("epoll_wait");
    if (ready > 0) last_ns = now;
    if (now - last_ns > PATIENCE_NS) fail("no echo for 5 s");
    for (int i = 0; i < ready; i++) receive(events[i].data.ptr);
  }
  if (requests == 0) fail("nothing was answered in time");

  size_t n = requests < MAX_SAMPLES ? requests : MAX_SAMPLES;
  qsort(rtt, n, sizeof *rtt, by_value);
  double seconds = (double)duration_ns / 1e9;
  printf("{\"requests\":%zu,\"seconds\":%.6f,\"requestsPerSecond\":%.1f,\"p50Ns\":%u,\"p99Ns\":%u}\n", requests,
         seconds, (double)requests / seconds, rtt[n / 2], rtt[n * 99 / 100]);
  return 0;
}
