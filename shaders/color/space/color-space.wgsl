// A colour's coordinates in the space of the flags.
fn spaceCoordinates(color: u32) -> vec4<u32> {
//#if ${OKLAB}
  return oklabCoordinates(color);
//#else
  return colorCoordinates(color);
//#endif
}
