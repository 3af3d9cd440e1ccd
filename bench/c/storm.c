/*
 * Hostile clients, thousands at once, from many addresses. Each keeps its connection as long as it can, and comes again
 * a second after it was lost.
 *
 *   storm ADDRESS PORT KIND CONNECTIONS MILLISECONDS FIRST-SOURCE SOURCES
 *     ->   {"attempts":..,"mostOpen":..,"refused":..,"lost":..,"sentBytes":..}
 *
 * KIND is silent (says nothing), slow (a byte each second), garbage (noise as fast as it is taken), pipeline (a setup,
 * and probes without waiting), deaf (the same with large probes, reading nothing), or mix (each in turn). Sources are
 * addresses of this machine, one after the other. Prints "open N" as soon as no more connections come in.
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

#define SECOND 1000000000u
#define FLOOD_BYTES 65536
#define PROBES 1000000 /* in one flood: as many as a server agrees to by default */
/* A connection of a flood sends so often: what the storm is about is the server, not this program's share of a core. */
#define FLOOD_EVERY_NS (SECOND / 20)

enum kind { SILENT, SLOW, GARBAGE, PIPELINE, DEAF, KINDS };
static const char *const names[KINDS] = {"silent", "slow", "garbage", "pipeline", "deaf"};

struct hostile {
  int fd, connected;
  enum kind kind;
  uint64_t due_ns;
  size_t sent; /* of its flood */
};

static struct sockaddr_in server;
static uint32_t first_source, sources;
static int epoll;
static uint64_t attempts, refused, lost, sent_bytes;
static long open_now, most_open;
static char noise[FLOOD_BYTES], *flood, *bulk;
static size_t flood_bytes, bulk_bytes;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void make_floods(void) {
  for (size_t i = 0; i < sizeof noise; i++) noise[i] = (char)(rand() >> 7);
  flood = malloc(64 + 16 * (size_t)PROBES);
  flood_bytes = (size_t)sprintf(flood, "s RTT 1 %d 0 +pipeline\n", PROBES);
  for (int i = 1; i <= PROBES; i++) flood_bytes += (size_t)sprintf(flood + flood_bytes, "m x %d\n", i);
  size_t payload = 1000000;
  bulk = malloc(2 * payload + 128);
  bulk_bytes = (size_t)sprintf(bulk, "s RTT %zu 2 0\nm ", payload);
  memset(bulk + bulk_bytes, 'x', payload);
  bulk_bytes += payload;
  bulk_bytes += (size_t)sprintf(bulk + bulk_bytes, " 1\n");
}

static void begin(struct hostile *h, uint32_t index, uint64_t now) {
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(first_source + index % sources)};
  int on = 1, little = 4096;
  h->due_ns = now + SECOND;
  h->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (h->fd < 0) die("socket");
  setsockopt(h->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (h->kind == DEAF) setsockopt(h->fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
  if (bind(h->fd, (struct sockaddr *)&from, sizeof from) < 0) die("bind");
  attempts++;
  h->connected = 0;
  h->sent = 0;
  if (connect(h->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) {
    close(h->fd);
    h->fd = -1;
    refused++;
    return;
  }
  struct epoll_event event = {.events = EPOLLOUT | EPOLLIN | EPOLLRDHUP, .data.ptr = h};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, h->fd, &event) < 0) die("epoll_ctl");
}

static void lose(struct hostile *h, uint64_t now) {
  if (h->connected) {
    open_now--;
    lost++;
  } else refused++;
  struct linger reset = {1, 0};
  setsockopt(h->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(h->fd);
  h->fd = -1;
  h->due_ns = now + SECOND;
}

/* Sends of a text what the kernel takes of it. */
static void pour(struct hostile *h, const char *text, size_t bytes) {
  while (h->sent < bytes) {
    ssize_t n = send(h->fd, text + h->sent, bytes - h->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n <= 0) return;
    h->sent += (size_t)n;
    sent_bytes += (uint64_t)n;
  }
}

/* What it does when its moment has come. */
static void act(struct hostile *h, uint64_t now) {
  switch (h->kind) {
    case SLOW:
      if (send(h->fd, "s", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) sent_bytes++;
      h->due_ns = now + SECOND;
      break;
    case GARBAGE:
      h->sent = 0;
      pour(h, noise, sizeof noise);
      h->due_ns = now + FLOOD_EVERY_NS;
      break;
    case PIPELINE:
      if (h->sent == flood_bytes) {
        lose(h, now);
        h->due_ns = now;
        break;
      }
      pour(h, flood, flood_bytes);
      /* What it agreed on is said: once that is echoed it comes again. */
      h->due_ns = now + (h->sent == flood_bytes ? SECOND / 2 : FLOOD_EVERY_NS);
      break;
    case DEAF:
      pour(h, bulk, bulk_bytes);
      h->due_ns = now + FLOOD_EVERY_NS;
      break;
    default:
      h->due_ns = now + SECOND;
  }
}

static void handle(struct hostile *h, uint32_t events, uint64_t now) {
  if (h->fd < 0) return;
  if (events & (EPOLLERR | EPOLLHUP)) {
    lose(h, now);
    return;
  }
  if (!h->connected && (events & EPOLLOUT)) {
    h->connected = 1;
    if (++open_now > most_open) most_open = open_now;
    h->due_ns = now;
    struct epoll_event event = {.events = (h->kind == DEAF ? 0 : EPOLLIN) | EPOLLRDHUP, .data.ptr = h};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, h->fd, &event) < 0) die("epoll_ctl");
  }
  if (events & EPOLLIN) {
    static char read_bytes[FLOOD_BYTES];
    ssize_t n = recv(h->fd, read_bytes, sizeof read_bytes, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN)) lose(h, now);
  } else if (events & EPOLLRDHUP) lose(h, now);
}

int main(int argc, char **argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: storm ADDRESS PORT KIND CONNECTIONS MILLISECONDS FIRST-SOURCE SOURCES\n");
    return 2;
  }
  server.sin_family = AF_INET;
  server.sin_port = htons((uint16_t)atoi(argv[2]));
  struct in_addr first;
  uint32_t count = (uint32_t)atoi(argv[4]);
  uint64_t duration_ns = strtoull(argv[5], NULL, 10) * 1000000u;
  sources = (uint32_t)atoi(argv[7]);
  if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1 || inet_pton(AF_INET, argv[6], &first) != 1 || count < 1 ||
      sources < 1) {
    fprintf(stderr, "storm: bad arguments\n");
    return 2;
  }
  first_source = ntohl(first.s_addr);
  int kind = -1;
  for (int i = 0; i < KINDS; i++)
    if (strcmp(argv[3], names[i]) == 0) kind = i;
  alarm((unsigned)(duration_ns / SECOND) + 60);
  make_floods();
  struct hostile *all = calloc(count, sizeof *all);
  epoll = epoll_create1(0);
  if (!all || epoll < 0) die("start");
  for (uint32_t i = 0; i < count; i++) {
    all[i].fd = -1;
    all[i].kind = kind >= 0 ? (enum kind)kind : (enum kind)(i % KINDS);
  }

  uint64_t start = now_ns(), steady_ns = start;
  long told = -1;
  for (uint64_t now = start; now - start < duration_ns; now = now_ns()) {
    struct epoll_event events[512];
    int ready = epoll_wait(epoll, events, 512, 10);
    if (ready < 0 && errno != EINTR) die("epoll_wait");
    now = now_ns();
    long before = most_open;
    for (int i = 0; i < ready; i++) handle(events[i].data.ptr, events[i].events, now);
    for (uint32_t i = 0; i < count; i++) {
      struct hostile *h = &all[i];
      if (now < h->due_ns) continue;
      if (h->fd < 0) begin(h, i, now);
      else if (h->connected) act(h, now);
    }
    if (most_open != before) steady_ns = now;
    if (told < 0 && (most_open == (long)count || now - steady_ns > SECOND)) {
      told = open_now;
      printf("open %ld\n", told);
      fflush(stdout);
    }
  }
  printf("{\"attempts\":%lu,\"mostOpen\":%ld,\"refused\":%lu,\"lost\":%lu,\"sentBytes\":%lu}\n", (unsigned long)attempts,
         most_open, (unsigned long)refused, (unsigned long)lost, (unsigned long)sent_bytes);
  return 0;
}
