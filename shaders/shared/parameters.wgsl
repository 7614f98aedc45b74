// The parameters of a kernel, whose struct `kernelSource` declares.
@group(0) @binding(0) var<uniform> parameters: Parameters;
