/** An Ethernet, IPv4, UDP frame without payload, to a port. */
export function udpFrame(dstPort: number): Uint8Array {
  const frame = new Uint8Array(60);
  const view = new DataView(frame.buffer);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, 28);
  view.setUint8(22, 64);
  view.setUint8(23, 17);
  view.setUint32(26, 0xc0000201);
  view.setUint32(30, 0xc0000202);
  view.setUint16(34, 5000);
  view.setUint16(36, dstPort);
  view.setUint16(38, 8);
  return frame;
}
