// RxRing with default options, `for await`, Stack.
import { RxRing } from "../../../native/index.js";
import { FrameReader, interfaceName } from "../support/live.js";

await new FrameReader(RxRing.open({ interface: interfaceName() })).readAll();
