// Every number that leads from a layer to the next, and every tag of a list with lengths around the right one: what
// packets made at random seldom get to. Each sweep gives link type and bytes of one packet after the other.
import * as application from "./sweeps-application.mjs";
import * as internet from "./sweeps-internet.mjs";
import * as link from "./sweeps-link.mjs";

/** By name. */
export const SWEEPS = { ...link, ...internet, ...application };
