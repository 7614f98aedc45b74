/** Tracks a device's resources: the labels of the buffers, textures and query sets that are not destroyed yet. */
export function watchResources(device: GPUDevice): () => string[] {
  const live = new Map<object, string>()
  for (const name of ['createBuffer', 'createTexture', 'createQuerySet'] as const) {
    const create = device[name].bind(device) as (descriptor: GPUObjectDescriptorBase) => GPUBuffer
    device[name] = ((descriptor: GPUObjectDescriptorBase) => {
      const made = create(descriptor)
      live.set(made, `${name} ${descriptor.label ?? ''}`)
      const destroy = made.destroy.bind(made)
      made.destroy = () => {
        live.delete(made)
        return destroy()
      }
      return made
    }) as never
  }
  return () => [...live.values()]
}
