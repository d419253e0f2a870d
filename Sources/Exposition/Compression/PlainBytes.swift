/// The plain form of a whole file that may be compressed with gzip or zlib.
public enum PlainBytes {
  /// What `bytes` holds, at most `bytesMax` of it, and what was wrong with the compression.
  ///
  /// What comes before damage is given; plain bytes are given as they are.
  public static func of(
    _ bytes: [UInt8], bytesMax: Int
  ) -> (bytes: [UInt8], trouble: String?) {
    var decompressor = Decompressor()
    decompressor.feed(bytes)
    decompressor.finish()
    var out: [UInt8] = []
    var block: [UInt8] = []
    while out.count < bytesMax, decompressor.next(into: &block, blockBytesMax: 1 << 18) {
      out += block
    }
    return (out, decompressor.trouble?.message)
  }
}
