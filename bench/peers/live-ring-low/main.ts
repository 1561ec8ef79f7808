// RxRing that hands blocks over after a millisecond.
import { RxRing } from "../../../native/index.js";
import { FrameReader, interfaceName } from "../support/live.js";

await new FrameReader(RxRing.open({ interface: interfaceName(), latency: "low" })).readAll();
