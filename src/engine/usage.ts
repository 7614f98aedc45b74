// Flags by value, as the WebGPU specification fixes them: Node has no globals of them.

/** GPUBufferUsage. */
export const BUFFER_MAP_READ = 0x1
export const BUFFER_COPY_SRC = 0x4
export const BUFFER_COPY_DST = 0x8
export const BUFFER_UNIFORM = 0x40
export const BUFFER_STORAGE = 0x80

/** GPUTextureUsage. */
export const TEXTURE_COPY_SRC = 0x1
export const TEXTURE_COPY_DST = 0x2
export const TEXTURE_RENDER_ATTACHMENT = 0x10

/** GPUShaderStage. */
export const STAGE_COMPUTE = 0x4
