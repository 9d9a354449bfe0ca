/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every number that the virtual world assumes about hosts and networks, in one table.
 */
#ifndef SIM_VIRTUAL_CONSTANTS_H
#define SIM_VIRTUAL_CONSTANTS_H

/* Hosts. Order of magnitude of a real migration thread: about 1 us for a page that is looked at and copied. */
#define SIM_STEP_COST_PS          500000      /* an actor's step: a few system calls */
#define SIM_BYTE_COST_PS          100         /* copying into or out of a socket: 10 GB/s */

/* TCP: Reno (RFC 5681, timers RFC 6298 with the bounds that Linux uses). */
#define SIM_TCP_MSS               1448        /* bytes of payload per packet: Ethernet, IPv4, time stamps */
#define SIM_TCP_OVERHEAD          90          /* per packet on the wire: preamble 8, Ethernet 14 + 4, gap 12, IPv4 20, TCP 20, time stamps 12 */
#define SIM_TCP_INITIAL_WINDOW    10          /* packets */
#define SIM_TCP_SSTHRESH_INITIAL  (1 << 20)   /* packets: slow start until the first loss */
#define SIM_TCP_DUPACKS           3           /* fast retransmit */
#define SIM_TCP_WINDOW_MIN        2           /* packets, floor of the threshold after a loss */
#define SIM_TCP_RTO_MIN_NS        G_GINT64_CONSTANT(200000000)
#define SIM_TCP_RTO_MAX_NS        G_GINT64_CONSTANT(120000000000)
#define SIM_TCP_RTO_INITIAL_NS    G_GINT64_CONSTANT(1000000000)
#define SIM_TCP_TIMEOUTS_MAX      15          /* one more and the connection is reset with ETIMEDOUT */
#define SIM_TCP_SYN_RETRIES       6           /* 1 s doubled: gives up after 127 s */
#define SIM_TCP_SEND_BUFFER_MIN   65536       /* bytes; grows to two windows, as Linux tunes it */
#define SIM_TCP_SEND_BUFFER_MAX   4194304
#define SIM_TCP_RECEIVE_BUFFER    6291456
#define SIM_TCP_BATCH             44          /* undisturbed packets that are handled in one step: 64 KiB, as segmentation offload does */
#define SIM_TCP_BATCH_NS          500000      /* but no more than leave within this time, so that slow links are not coarse */
#define SIM_TCP_SMALL_QUEUE_NS    1000000     /* what a host keeps in front of its own interface; the rest waits in the socket */
/* Cost of a packet on a link without bandwidth limit: 40 Gbit/s, so that a window takes time at all. */
#define SIM_TCP_PS_PER_BYTE_MIN   200

/* Monitors. */
#define SIM_QMP_NS                G_GINT64_CONSTANT(50000)     /* a request on its way to the monitor */
#define SIM_POLL_NS               G_GINT64_CONSTANT(100000000) /* how often the status is kept when nothing changes */

/* Names of things in the virtual network. */
#define SIM_PORT_FIRST            49152       /* given out for port 0 */
#define SIM_FILE_SIZE_MAX         G_GUINT64_CONSTANT(1073741824)

#endif
