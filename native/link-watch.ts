import type { SocketHandle } from "./binding.js";
import { InterfaceDownError, InterfaceGoneError } from "./errors.js";

/** What happened to the interface of a ring. */
export type LinkEvent =
  | { readonly state: "down"; readonly error: InterfaceDownError }
  | { readonly state: "up" }
  | { readonly state: "gone"; readonly error: InterfaceGoneError };

/** The state of a ring's interface: "down" is recoverable, the same ring resumes by itself. */
export type LinkState = LinkEvent["state"];

// The kernel tells a packet socket of the way down (SO_ERROR), not of the way up.
const LOOK_AGAIN_MS = 50;

/** Follows the interface of a ring, from what the socket's error tells. */
export class LinkWatch {
  state: LinkState = "up";
  private readonly handle: SocketHandle;
  private readonly interfaceName: string;
  private readonly onEvent: (event: LinkEvent) => void;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(handle: SocketHandle, interfaceName: string, onEvent: (event: LinkEvent) => void) {
    this.handle = handle;
    this.interfaceName = interfaceName;
    this.onEvent = onEvent;
  }

  /** Looks at the socket's error: one system call, for idle moments. */
  check(): void {
    if (this.state !== "gone" && this.handle.takeError() !== 0) this.lost();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Down or gone: only the socket's binding tells, and its change may come a moment after the error. */
  private lost(): void {
    if (this.handle.boundInterface() === -1) return this.gone();
    if (this.state === "up") {
      this.state = "down";
      this.onEvent({ state: "down", error: downError(this.interfaceName) });
    }
    this.timer ??= setInterval(() => this.lookAgain(), LOOK_AGAIN_MS).unref();
  }

  private lookAgain(): void {
    if (this.handle.boundInterface() === -1) return this.gone();
    if (!this.handle.isLinkUp()) return;
    this.stop();
    this.state = "up";
    this.onEvent({ state: "up" });
  }

  private gone(): void {
    this.stop();
    this.state = "gone";
    this.onEvent({ state: "gone", error: goneError(this.interfaceName) });
  }
}

function downError(name: string): InterfaceDownError {
  return new InterfaceDownError(`interface ${name} went down`, {
    code: "ENETDOWN",
    hint: "the ring resumes by itself when it comes up",
  });
}

function goneError(name: string): InterfaceGoneError {
  return new InterfaceGoneError(`interface ${name} was deleted`, {
    code: "ENODEV",
    hint: "close this ring, and open another when the interface is back",
  });
}
