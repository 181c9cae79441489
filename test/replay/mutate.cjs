/** A webpack loader that changes one place of one source file: how a deliberately wrong deploy is made. */
module.exports = function mutate(source) {
  const { from, to } = this.getOptions();
  if (!source.includes(from)) throw new Error(`${this.resourcePath} no longer contains: ${from}`);
  return source.replace(from, to);
};
