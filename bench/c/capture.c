/*
 * Round trips as a packet capture sees them, to hold the kernel's own socket stamps against: an AF_PACKET socket on
 * one interface, the first stamp of each request on its way out and the last stamp of its reply on its way in.
 *
 *   capture INTERFACE PORT FILE   ->   "capturing PORT"; on SIGTERM writes FILE, JSON: [[requestBytes, rttNs], ...]
 *
 * It takes part in nothing while it captures: the packets wait in the socket's queue, large enough for all of them,
 * and are read when the measurement is over. A packet that did not fit is an error, never a missing line. But the
 * kernel stamps a packet on its way out first, then copies and queues it, and only then hands it to the driver: this
 * work, about a microsecond, is between the capture's stamp and the socket's SND. A ring (PACKET_RX_RING) costs more.
 * On a loopback every packet passes twice, going out and coming in; the filter keeps requests (to PORT) that go out
 * and replies (from PORT) that come in, which is what the client's side of a real interface would show. IPv4 only.
 */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define QUEUE_BYTES (256 * 1024 * 1024)
#define KEPT_BYTES 128 /* of each packet: both headers with all their options */

static void die(const char *what) {
  perror(what);
  exit(1);
}

/* TCP, unfragmented, and (out to PORT or in from PORT). Offsets count from the IP header (SOCK_DGRAM). */
static void attach_filter(int fd, uint16_t port) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_IP, 0, 12),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9), /* protocol */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 10),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), /* fragment offset */
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 8, 0),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* length of the IP header */
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 2),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2), /* destination port */
      BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0), /* source port */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, KEPT_BYTES),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0) die("SO_ATTACH_FILTER");
}

/* The TCP payload that the headers tell of, which may be longer than what was kept. */
static size_t payload_bytes(const uint8_t *ip, size_t kept) {
  size_t ip_header = (size_t)(ip[0] & 15) * 4, total = (size_t)ip[2] << 8 | ip[3];
  if (kept < ip_header + 20) return 0;
  size_t headers = ip_header + (size_t)(ip[ip_header + 12] >> 4) * 4;
  return total > headers ? total - headers : 0;
}

static uint64_t stamp_ns(struct msghdr *message) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
    struct timespec at;
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS) continue;
    memcpy(&at, CMSG_DATA(c), sizeof at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
  }
  fprintf(stderr, "capture: a packet without a stamp\n");
  exit(1);
}

static void write_round_trips(int fd, const char *path) {
  FILE *file = fopen(path, "w");
  if (!file) die(path);
  uint8_t packet[KEPT_BYTES], control[256];
  uint64_t sent_ns = 0, replied_ns = 0;
  size_t request_bytes = 0;
  const char *separator = "[";
  for (int more = 1; more;) {
    struct sockaddr_ll from;
    struct iovec part = {.iov_base = packet, .iov_len = sizeof packet};
    struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1};
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t kept = recvmsg(fd, &message, MSG_DONTWAIT);
    more = kept > 0;
    size_t bytes = more ? payload_bytes(packet, (size_t)kept) : 0;
    if (more && bytes == 0) continue; /* a bare acknowledgement */
    if (more && from.sll_pkttype != PACKET_OUTGOING) {
      replied_ns = stamp_ns(&message);
      continue;
    }
    /* A new request, or the end, completes the one before it. */
    if (replied_ns != 0 && request_bytes != 0) {
      fprintf(file, "%s[%zu,%llu]", separator, request_bytes, (unsigned long long)(replied_ns - sent_ns));
      separator = ",\n";
      request_bytes = 0;
    }
    replied_ns = 0;
    if (more && request_bytes == 0) sent_ns = stamp_ns(&message);
    request_bytes += bytes;
  }
  fprintf(file, "%s]\n", *separator == '[' ? "[" : "");
  if (fclose(file) != 0) die(path);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: capture INTERFACE PORT FILE\n");
    return 2;
  }
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, NULL);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  alarm(60);

  /* Protocol 0 receives nothing yet: the filter has to be there before the first packet. */
  int fd = socket(AF_PACKET, SOCK_DGRAM, 0), on = 1, queue = QUEUE_BYTES;
  if (fd < 0) die("socket");
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof queue) < 0) die("SO_RCVBUFFORCE");
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) die("SO_TIMESTAMPNS");
  attach_filter(fd, (uint16_t)atoi(argv[2]));
  /* Only who asks for every protocol is shown what goes out. */
  struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  at.sll_ifindex = (int)if_nametoindex(argv[1]);
  if (at.sll_ifindex == 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0) die(argv[1]);
  printf("capturing %s\n", argv[2]);
  fflush(stdout);

  int signal_number;
  sigwait(&term, &signal_number);
  struct tpacket_stats counts;
  socklen_t length = sizeof counts;
  if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counts, &length) < 0) die("PACKET_STATISTICS");
  if (counts.tp_drops > 0) {
    fprintf(stderr, "capture: %u packets did not fit into the queue\n", counts.tp_drops);
    return 1;
  }
  write_round_trips(fd, argv[3]);
  return 0;
}
