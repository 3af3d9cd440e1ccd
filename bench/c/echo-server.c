/*
 * The server that the server rows are measured against, and the one that answers both clients of the client row:
 * one thread, level-triggered epoll, every byte back.
 *
 *   echo-server PORT spin|block [protocol | stall STALL-US PERIOD-US]   ->   "listening PORT"; ends on SIGTERM
 *
 * spin never sleeps (epoll_wait with timeout 0), so the server's wake-up is not part of the client's number.
 * protocol answers the setup and the termination message of a measurement session and echoes the rest unchecked. It
 * relies on one message in flight, as our load generator and client have, and is no model of a real server. Of plain echo
 * any number may be in flight.
 * stall stands still for so long at the begin of each period of the monotonic clock; between two it is to spin, so that
 * each begins in time.
 */
#define _GNU_SOURCE /* accept4 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READY "200 OK: Ready\n"
#define CLOSING "200 OK: Closing Connection\n"

static char buffer[256 * 1024];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void on_term(int signal_number) {
  (void)signal_number;
  _exit(0);
}

/* One message of a ping-pong always fits the socket buffer; the poll is for whoever sends more than that. */
static int send_all(int fd, const char *data, size_t length) {
  while (length > 0) {
    ssize_t n = send(fd, data, length, MSG_NOSIGNAL);
    if (n >= 0) {
      data += n;
      length -= (size_t)n;
    } else if (errno == EAGAIN) {
      struct pollfd writable = {.fd = fd, .events = POLLOUT};
      poll(&writable, 1, 1000);
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return 0;
}

/* Answers what is there to read; -1 says that the connection is over. */
static int answer(int fd, int protocol) {
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  if (n == 0) return -1;
  if (protocol && buffer[0] == 's') return send_all(fd, READY, sizeof READY - 1);
  if (protocol && buffer[0] == 't') {
    send_all(fd, CLOSING, sizeof CLOSING - 1);
    return -1;
  }
  return send_all(fd, buffer, (size_t)n);
}

/* Sleeps to the end of the stall, if there is one now. */
static void stall(uint64_t stall_ns, uint64_t period_ns) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  uint64_t now_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
  if (now_ns % period_ns >= stall_ns) return;
  uint64_t end_ns = now_ns - now_ns % period_ns + stall_ns;
  t = (struct timespec){.tv_sec = (time_t)(end_ns / 1000000000u), .tv_nsec = (long)(end_ns % 1000000000u)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) continue;
}

int main(int argc, char **argv) {
  int protocol = argc == 4 && strcmp(argv[3], "protocol") == 0;
  int stalls = argc == 6 && strcmp(argv[3], "stall") == 0;
  if (argc != 3 && !protocol && !stalls) {
    fprintf(stderr, "usage: echo-server PORT spin|block [protocol | stall STALL-US PERIOD-US]\n");
    return 2;
  }
  int timeout = strcmp(argv[2], "spin") == 0 ? 0 : -1;
  uint64_t stall_ns = stalls ? strtoull(argv[4], NULL, 10) * 1000u : 0;
  uint64_t period_ns = stalls ? strtoull(argv[5], NULL, 10) * 1000u : 0;
  if (stalls && (stall_ns == 0 || period_ns <= stall_ns)) {
    fprintf(stderr, "echo-server: a stall is shorter than its period\n");
    return 2;
  }
  signal(SIGTERM, on_term);
  prctl(PR_SET_PDEATHSIG, SIGTERM); /* a spinning server must not outlive a harness that was killed */
  alarm(600);

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
  socklen_t at_length = sizeof at;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0) die("bind");
  if (listen(listener, 4096) < 0) die("listen");
  getsockname(listener, (struct sockaddr *)&at, &at_length);
  printf("listening %d\n", ntohs(at.sin_port));
  fflush(stdout);

  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll");
  for (;;) {
    if (stalls) stall(stall_ns, period_ns);
    int ready = epoll_wait(epoll, events, 256, timeout);
    if (ready < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd != listener) {
        if (answer(fd, protocol) < 0) close(fd);
        continue;
      }
      int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
      if (client < 0) continue;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      event = (struct epoll_event){.events = EPOLLIN, .data.fd = client};
      if (epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event) < 0) die("epoll_ctl");
    }
  }
}
