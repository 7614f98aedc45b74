// The page's own shaders. `drift` moves every point to its current position and `sow` starts the centroids on points of
// random index; between them and the drawing, lloyd adds its dispatches. `point…` and `centroid…` draw straight from
// the points, lloyd's labels and its centroids: nothing of them is ever read by the CPU.

const BLOBS = 10u;
const TURN = 6.28318531;

struct Blob {
  centre: vec2<f32>,
  /** The two axes, as long as the standard deviation along them. */
  across: vec2<f32>,
  along: vec2<f32>,
  /** Cosine and sine of how far the points have gone round the centre. */
  spin: vec2<f32>,
}

struct Scene {
  /** Half the visible world; the shorter side is 1. */
  extent: vec2<f32>,
  /** One device pixel in clip coordinates. */
  pixel: vec2<f32>,
  pointCount: u32,
  centroidCount: u32,
  seed: u32,
  /** Radius of a point, in device pixels. */
  radius: f32,
  /** Radius of a centroid's mark, in device pixels. */
  @size(16) markRadius: f32,
  blobs: array<Blob, BLOBS>,
}

@group(0) @binding(0) var<uniform> scene: Scene;

// ---- compute ----

@group(0) @binding(1) var<storage, read_write> movedPoints: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> sownCentroids: array<vec2<f32>>;

/** PCG's output function on one step of its generator: Jarzynski and Olano, JCGT 2020. */
fn hash(value: u32) -> u32 {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

/** Uniform in (0, 1]. */
fn fraction(bits: u32) -> f32 {
  return f32((bits >> 8u) + 1u) / 16777216.0;
}

@compute @workgroup_size(256)
fn drift(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= scene.pointCount) {
    return;
  }
  let blob = scene.blobs[id.x % BLOBS];
  // Box-Muller: the same normal deviate in every frame, so that a point keeps its place in its blob.
  let first = hash(id.x);
  let angle = TURN * (fraction(hash(first)) - 0.5);
  let normal = sqrt(-2.0 * log(fraction(first))) * vec2<f32>(cos(angle), sin(angle));
  let turned = normal.x * blob.spin + normal.y * vec2<f32>(-blob.spin.y, blob.spin.x);
  movedPoints[id.x] = blob.centre + turned.x * blob.across + turned.y * blob.along;
}

@compute @workgroup_size(64)
fn sow(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < scene.centroidCount) {
    sownCentroids[id.x] = movedPoints[hash(id.x + 64u * scene.seed) % scene.pointCount];
  }
}

// ---- render ----

@group(0) @binding(3) var<storage, read> points: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read> labels: array<u32>;
@group(0) @binding(5) var<storage, read> centroids: array<vec2<f32>>;

struct Corner {
  @builtin(position) position: vec4<f32>,
  /** Distance from the centre, in device pixels. */
  @location(0) offset: vec2<f32>,
  @location(1) @interpolate(flat) color: vec3<f32>,
  @location(2) @interpolate(flat) radius: f32,
}

/**
 * One of the three corners of the triangle around a disc, half a pixel wider than it. Triangles in one list, and not
 * squares as instances: a software adapter drew 20 000 points in 17 ms instead of 350.
 */
fn corner(index: u32, centre: vec2<f32>, radius: f32, color: vec3<f32>) -> Corner {
  let angle = TURN / 3.0 * (f32(index) - 1.0);
  let offset = 2.0 * (radius + 0.5) * vec2<f32>(sin(angle), cos(angle));
  return Corner(vec4<f32>(centre / scene.extent + offset * scene.pixel, 0.0, 1.0), offset, color, radius);
}

/** Hues a golden angle apart in Oklch, in three lightnesses: neighbours in number are far apart in colour. */
fn labelColor(label: u32) -> vec3<f32> {
  let hue = 2.39996323 * f32(label) + 1.2;
  let lightness = 0.76 - 0.1 * f32((label / 3u) % 3u) + 0.05 * f32(label & 1u);
  let a = 0.135 * cos(hue);
  let b = 0.135 * sin(hue);
  let root = vec3<f32>(
    lightness + 0.3963377774 * a + 0.2158037573 * b,
    lightness - 0.1055613458 * a - 0.0638541728 * b,
    lightness - 0.0894841775 * a - 1.2914855480 * b,
  );
  let lms = root * root * root;
  let linear = vec3<f32>(
    dot(vec3<f32>(4.0767416621, -3.3077115913, 0.2309699292), lms),
    dot(vec3<f32>(-1.2684380046, 2.6097574011, -0.3413193965), lms),
    dot(vec3<f32>(-0.0041960863, -0.7034186147, 1.7076147010), lms),
  );
  let light = clamp(linear, vec3<f32>(0.0), vec3<f32>(1.0));
  return select(1.055 * pow(light, vec3<f32>(1.0 / 2.4)) - 0.055, 12.92 * light, light <= vec3<f32>(0.0031308));
}

@vertex
fn pointVertex(@builtin(vertex_index) vertex: u32) -> Corner {
  let point = vertex / 3u;
  return corner(vertex % 3u, points[point], scene.radius, labelColor(labels[point]));
}

@fragment
fn pointFragment(corner: Corner) -> @location(0) vec4<f32> {
  let cover = clamp(corner.radius + 0.5 - length(corner.offset), 0.0, 1.0);
  return vec4<f32>(corner.color, 1.0) * cover;
}

@vertex
fn centroidVertex(@builtin(vertex_index) vertex: u32) -> Corner {
  let centroid = vertex / 3u;
  return corner(vertex % 3u, centroids[centroid], scene.markRadius, labelColor(centroid));
}

/** From the inside out: a disc of the cluster's colour, a white ring, a dark one that sets it off from the points. */
@fragment
fn centroidFragment(corner: Corner) -> @location(0) vec4<f32> {
  let distance = length(corner.offset);
  let cover = clamp(corner.radius + 0.5 - distance, 0.0, 1.0);
  let white = clamp(0.84 * corner.radius - distance, 0.0, 1.0);
  let inner = clamp(0.6 * corner.radius - distance, 0.0, 1.0);
  let color = mix(mix(vec3<f32>(0.043, 0.047, 0.051), vec3<f32>(1.0), white), corner.color, inner);
  return vec4<f32>(color, 1.0) * cover;
}
