import { expect, it } from "vitest";
import { filterCommand } from "../../decode/filter-command.js";

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    write: (text: string) => (texts[name] += text) !== "",
    once: () => undefined,
    off: () => undefined,
  });
  const code = await filterCommand(args, { stdout: stream("out"), stderr: stream("err") });
  return { code, ...texts };
}

it("explains what the kernel runs, and why more passes", async () => {
  const { code, out } = await run("udp.dst_port == 53", "--explain");
  expect(code).toBe(0);
  expect(out).toMatch(/^The kernel runs \d+ instructions:\n\(000\) ldh {6}\[12\]\n/);
  expect(out).toContain("udp may stand in frames of other EtherTypes");
  expect(out).toContain("udp may stand in other ipv4 packets");
});

it("says when the kernel needs no help", async () => {
  const { out } = await run("captured_length > 1000", "--explain");
  expect(out).toBe(
    [
      "The kernel runs 4 instructions:",
      "(000) ld       #pktlen",
      "(001) jge      #0x3e9           jt 3\tjf 2",
      "(002) ret      #0",
      "(003) ret      #4294967295",
      "",
      "Exactly the packets pass that match.",
      "",
    ].join("\n"),
  );
});

it("prints programs as tcpdump -ddd does", async () => {
  expect((await run("captured_length > 1000", "--ddd")).out).toBe(
    "4\n128 0 0 0\n53 1 0 1001\n6 0 0 0\n6 0 0 4294967295\n",
  );
});

it.each([
  ["ud", ["udp", "udp_lite"]],
  ["ipv4 && udp.dst", ["udp.dst_port"]],
  ["ipv4[1].sr", ["ipv4[1].src"]],
  ["ipv4.protocol == ud", ["udp", "udp_lite"]],
  ["ipv4.protocol in {tcp, ud", ["udp", "udp_lite"]],
  ["nothing.x", []],
])("completes %s", async (text, words) => {
  const { out } = await run(text, "--complete");
  expect(out.split("\n").filter((line) => line !== "")).toEqual(words);
});

it("translates tcpdump's expressions", async () => {
  expect((await run("udp", "dst", "port", "53", "--tcpdump")).out).toBe("udp.dst_port == 53\n");
  expect((await run("ip", "--tcpdump", "--explain")).out).toMatch(/^ipv4\nThe kernel runs /);
});

it("tells what is wrong", async () => {
  expect(await run("udp.prt == 1")).toMatchObject({
    code: 2,
    err: expect.stringContaining('did you mean "port"?') as string,
  });
  expect((await run("--what")).code).toBe(2);
  expect((await run("--help")).out).toContain("--explain");
});
