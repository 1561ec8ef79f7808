import { getSystemErrorName } from "node:util";

import {
  FanoutMismatchError,
  InterfaceDownError,
  InterfaceNotFoundError,
  PermissionError,
  RingBusyError,
  RingConfigError,
  RingError,
  RingMemoryError,
  RingUnsupportedError,
  type RingErrorDetail,
} from "./errors.js";

interface NativeError extends Error {
  readonly errno: number;
  readonly syscall: string;
}

/** How one failed system call is told: tried in order, the first that matches both parts wins. */
interface Rule {
  readonly syscall?: RegExp;
  readonly errno: readonly string[];
  readonly error: new (message: string, detail: RingErrorDetail) => RingError;
  readonly hint: string;
}

const CAPTURE_HINT =
  "it needs CAP_NET_RAW in the user namespace that owns the network namespace: run as root, or give the binary the " +
  'capability (`sudo setcap cap_net_raw,cap_net_admin+ep "$(readlink -f "$(which node)")"`), or try in a namespace of your ' +
  "own (`unshare -rn`)";

// The kernel's answers: net/packet/af_packet.c packet_set_ring, packet_mmap, packet_do_bind.
const RULES: readonly Rule[] = [
  {
    syscall: /SIOCSIFFLAGS/,
    errno: ["EPERM", "EACCES"],
    error: PermissionError,
    hint: "changing an interface needs CAP_NET_ADMIN: run as root, or in a namespace of your own (`unshare -rn`)",
  },
  {
    syscall: /^mmap/,
    errno: ["EPERM"],
    error: PermissionError,
    hint: "a limit on locked memory forbids the mapping",
  },
  { errno: ["EPERM", "EACCES"], error: PermissionError, hint: CAPTURE_HINT },
  {
    syscall: /PACKET_FANOUT\)/,
    errno: ["EINVAL"],
    error: FanoutMismatchError,
    hint: "a group of this number exists with another mode, other flags or another interface: choose another, or uniqueId",
  },
  {
    syscall: /PACKET_FANOUT\)/,
    errno: ["ENOSPC"],
    error: RingBusyError,
    hint: "the fanout group is full (256 members)",
  },
  {
    syscall: /PACKET_FANOUT/,
    errno: ["EALREADY", "EBUSY", "EPERM"],
    error: RingBusyError,
    hint: "the socket is in a fanout group already, or its program is locked",
  },
  {
    syscall: /PACKET_VERSION/,
    errno: ["EINVAL"],
    error: RingUnsupportedError,
    hint: "this kernel offers no TPACKET_V3 rings; DatagramSource does without, and openCapture chooses by itself",
  },
  {
    syscall: /^bind$/,
    errno: ["EADDRINUSE"],
    error: RingBusyError,
    hint: "somebody listens there: choose another port, or reuseAddress",
  },
  {
    syscall: /^bind$|MCAST_JOIN/,
    errno: ["EADDRNOTAVAIL", "EINVAL"],
    error: RingConfigError,
    hint: "the address is none of this machine's, or no multicast group",
  },
  {
    syscall: /sched_setaffinity/,
    errno: ["EINVAL"],
    error: RingConfigError,
    hint: "cpu must be one this process may run on: see `nproc` and `taskset -p`",
  },
  {
    syscall: /SO_DOMAIN|SO_TYPE|F_DUPFD/,
    errno: ["ENOTSOCK", "EBADF"],
    error: RingConfigError,
    hint: "fd must be an open packet socket",
  },
  {
    syscall: /SO_ATTACH_FILTER/,
    errno: ["EINVAL"],
    error: RingConfigError,
    hint: "the kernel refused the filter: check its jumps and that every path ends in a return",
  },
  {
    syscall: /SO_ATTACH_FILTER/,
    errno: ["ENOMEM", "ENOBUFS"],
    error: RingMemoryError,
    hint: "the filter exceeds net.core.optmem_max: shorten it",
  },
  {
    syscall: /PACKET_RX_RING|^mmap/,
    errno: ["EINVAL"],
    error: RingConfigError,
    hint: "the kernel refused the ring's geometry: try blockBytes 1048576 and blocks 32",
  },
  {
    syscall: /PACKET_RX_RING|^mmap/,
    errno: ["ENOMEM", "EAGAIN", "ENOBUFS"],
    error: RingMemoryError,
    hint: "ask for fewer or smaller blocks: ring pages are unswappable kernel memory",
  },
  { errno: ["ENOMEM", "ENOBUFS"], error: RingMemoryError, hint: "the system is out of memory" },
  {
    errno: ["EMFILE", "ENFILE"],
    error: RingMemoryError,
    hint: "too many open files: close rings, or raise `ulimit -n`",
  },
  { errno: ["EBUSY"], error: RingBusyError, hint: "the socket has a ring or a mapping already" },
  {
    errno: ["ENODEV", "ENXIO"],
    error: InterfaceNotFoundError,
    hint: "it went away meanwhile; `listInterfaces()` tells which there are",
  },
  {
    errno: ["ENETDOWN"],
    error: InterfaceDownError,
    hint: "raise it first: `ip link set <interface> up`, or `setInterfaceUp`",
  },
  {
    errno: ["EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "ENOPROTOOPT", "EOPNOTSUPP", "ENOSYS"],
    error: RingUnsupportedError,
    hint: "this kernel offers no TPACKET_V3 rings (gVisor and hardened hosts do not): openCapture falls back by itself, and MockRing works without",
  },
];

/** Runs native code; turns its system errors into {@link RingError}s. `doing` says what failed: "opening eth0". */
export function withTypedErrors<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isNativeError(error) ? typedError(doing, error) : error;
  }
}

function isNativeError(error: unknown): error is NativeError {
  return error instanceof Error && "errno" in error && "syscall" in error && typeof error.errno === "number";
}

function typedError(doing: string, error: NativeError): RingError {
  const code = getSystemErrorName(error.errno);
  const rule = RULES.find(
    ({ syscall, errno }) => errno.includes(code) && (syscall?.test(error.syscall) ?? true),
  );
  const detail = { code, errno: error.errno, syscall: error.syscall, hint: rule?.hint, cause: error };
  return new (rule?.error ?? RingError)(`${doing} failed: ${code} in ${error.message}`, detail);
}
