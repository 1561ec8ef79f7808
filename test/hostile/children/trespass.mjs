// Reads one byte outside the guarded memory: `trespass.mjs before|behind`. That ends the process.
import { Arena } from "./arena.mjs";

console.log(`read ${new Arena().trespass(process.argv[2] === "behind")}`);
