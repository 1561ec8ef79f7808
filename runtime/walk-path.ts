/** The layers that a walk came by, and how often by each. Used again for the next one: nothing is allocated once warm. */
export class WalkPath {
  /** How many layers. */
  length: number = 0;
  private readonly path: number[] = [];
  /** By the layer's number. */
  private readonly depths: number[] = [];

  layerAt(index: number): number {
    return this.path[index] as number;
  }

  depthOf(layer: number): number {
    return this.depths[layer] ?? 0;
  }

  add(layer: number): void {
    this.path[this.length++] = layer;
    this.depths[layer] = this.depthOf(layer) + 1;
  }

  clear(): void {
    for (let index = 0; index < this.length; index++) this.depths[this.path[index] as number] = 0;
    this.length = 0;
  }
}
